"""Whatever is typed into a question set is text on every page, never markup."""

from __future__ import annotations

import html

import pytest

from tests.forms import post

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}</textarea><svg onload=alert(3)>"
MARKUP = ("<script>alert(1)", "<img src=x", "<svg onload")
KINDS = {
    "choice": {
        "stem": f"Which is it {EVIL} of them?",
        "right-text": f"Right {EVIL}",
        "right-because": f"Because right {EVIL}",
        "wrong-0-text": f"First {EVIL}",
        "wrong-0-because": f"Because first {EVIL}",
        "wrong-1-text": f"Second {EVIL}",
        "wrong-1-because": f"Because second {EVIL}",
    },
    "true-false": {"stem": f"The statement {EVIL} holds.", "is_true": "true"},
    "short": {"stem": "Which name is it, all in all?", "response": f"Name {EVIL}", "also": f"Other {EVIL}"},
    "cloze": {"stem": f"A sentence with [[one {EVIL}]] blank {EVIL}.", "also": f"Other {EVIL}"},
    "date": {"stem": f"When was it {EVIL} opened?", "year": "1970"},
}


@pytest.fixture
def browsers(make, cast):
    """Ada, who typed it, and ben, who reads it."""
    ada = make.browser_of(cast.ada)
    post(
        ada,
        "/author/new",
        {
            "title": f"Evil {EVIL}",
            "about": f"About {EVIL}",
            "topics": "<svg onload=alert(4)>",
            "language": "en",
        },
    )
    slug = ada.get("/author/").text.split('class="title" href="/author/')[1].split("/")[0]
    for number, (kind, fields) in enumerate(KINDS.items()):
        answer = post(
            ada,
            f"/author/{slug}/questions/new/{kind}",
            {**fields, "key": f"{number:032x}", "explanation": f"Explained {EVIL}", "cite": f"Cited {EVIL}"},
        )
        assert answer.status_code == 302, kind
    assert post(ada, f"/author/{slug}/publish").status_code == 302
    return ada, make.browser_of(cast.ben), slug


def check(answer, url):
    assert answer.status_code == 200, url
    for markup in MARKUP:
        assert markup not in answer.text, url
    return answer.text


def test_pages_of_the_author_show_it_as_text(browsers):
    ada, _, slug = browsers
    urls = ["", f"{slug}/", f"{slug}/describe", f"{slug}/questions/new", f"{slug}/paste"]
    urls += [f"{slug}/questions/{number:032x}" for number in range(len(KINDS))]
    urls += [f"{slug}/questions/new/{kind}" for kind in KINDS]

    for url in urls:
        check(ada.get(f"/author/{url}"), url)
    shown = check(ada.get(f"/author/{slug}/"), slug)
    for fields in KINDS.values():
        for name, text in fields.items():
            if EVIL in text and "[[" not in text:
                assert (
                    html.escape(text, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
                    in shown
                ), name


def test_forms_that_come_back_show_it_as_text(browsers):
    ada, _, slug = browsers

    for kind, fields in KINDS.items():
        answer = post(ada, f"/author/{slug}/questions/new/{kind}", {**fields, "topic": EVIL, "key": EVIL})
        assert answer.status_code == 422
        assert not any(markup in answer.text for markup in MARKUP), kind
    for action in ("preview", "import"):
        answer = post(
            ada,
            f"/author/{slug}/paste",
            {"text": f"{EVIL}\t{EVIL}\n{EVIL}\nWhat name?\t{EVIL}", "action": action},
        )
        assert not any(markup in answer.text for markup in MARKUP)


def test_a_conflict_shows_it_as_text(browsers):
    ada, _, slug = browsers

    for number, (kind, fields) in enumerate(KINDS.items()):
        changed = {**fields, "explanation": f"Else {EVIL}", "seen": EVIL}
        answer = post(ada, f"/author/{slug}/questions/{number:032x}", changed)
        assert answer.status_code == 409, kind
        assert not any(markup in answer.text for markup in MARKUP), kind


def test_a_removed_question_is_shown_as_text(browsers):
    ada, _, slug = browsers

    page = post(ada, f"/author/{slug}/questions/{0:032x}/remove", follow_redirects=True)

    check(page, "remove")


def test_pages_of_the_library_show_it_as_text(browsers):
    _, ben, slug = browsers
    urls = ["", f"{slug}/", f"{slug}/facts", *(f"{slug}/facts/{number:032x}" for number in range(len(KINDS)))]

    for url in urls:
        check(ben.get(f"/library/{url}"), url)


def test_pages_of_study_show_it_as_text(browsers):
    _, ben, slug = browsers

    check(ben.get(f"/study/{slug}/"), "study")
