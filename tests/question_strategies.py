"""Random questions of the types that are judged in part, and responses to them."""

from __future__ import annotations

from hypothesis import strategies as st

from quizapp.core.questions import (
    AnyQuestion,
    ChoiceQuestion,
    Citation,
    DateQuestion,
    DateResponse,
    MapQuestion,
    MarksResponse,
    MatchingQuestion,
    MultipleQuestion,
    NumberResponse,
    NumericQuestion,
    Option,
    OptionResponse,
    OrderingQuestion,
    OrderResponse,
    PairsResponse,
    Place,
    Response,
    TextResponse,
    TrueFalseQuestion,
    event_of,
    id_of_text,
    pair_of,
)

WORDS = ("amber", "birch", "cedar", "dune", "ember", "fjord", "grove", "heath", "inlet", "jetty")


def common(facts: int) -> dict[str, object]:
    """The fields that every question has, with so many facts."""
    return {
        "id": "bank/group/type",
        "facts": tuple(f"fact-{number}" for number in range(facts)),
        "stem": "What belongs to the harbour of old?",
        "explanation": "The book of harbours says so.",
        "cite": Citation("chapter one", ((0, 5),)),
        "standing": "documented",
        "treatment": "plain",
        "topic": "places",
    }


def split(draw: st.DrawFn, least: int) -> tuple[list[str], list[str]]:
    """Two lists of different words, the first with at least so many."""
    words = draw(st.lists(st.sampled_from(WORDS), unique=True, min_size=least + 2))
    cut = draw(st.integers(least, len(words) - 1))
    return words[:cut], words[cut:]


@st.composite
def multiples(draw: st.DrawFn) -> MultipleQuestion:
    """Questions with two right options or more, and a wrong one at least."""
    right, wrong = split(draw, 2)
    options = [
        Option(id_of_text(word), word, word in right, f"About {word}.", f"fact-{word}")
        for word in sorted((*right, *wrong))
    ]
    return MultipleQuestion(**common(len(right)), options=tuple(options))  # type: ignore[arg-type]


@st.composite
def maps(draw: st.DrawFn) -> MapQuestion:
    """Questions for one place or several among others."""
    right, wrong = split(draw, 1)
    places = [
        Place(word, word.title(), word[:3].upper(), None, None, f"About {word}.") if len(word) > 4
        else Place(word, word.title(), None, (1.5, -20.0), None, f"About {word}.")
        for word in sorted((*right, *wrong))
    ]  # fmt: skip
    return MapQuestion(**common(len(right)), places=tuple(places), targets=tuple(right))  # type: ignore[arg-type]


@st.composite
def orderings(draw: st.DrawFn) -> OrderingQuestion:
    """Questions of three to seven events."""
    words = draw(st.lists(st.sampled_from(WORDS), unique=True, min_size=3, max_size=7))
    events = tuple(event_of(word, f"In {1900 + place}.") for place, word in enumerate(words))
    return OrderingQuestion(**common(len(words)), sequence=events)  # type: ignore[arg-type]


@st.composite
def matchings(draw: st.DrawFn) -> MatchingQuestion:
    """Questions of three to six pairs, perhaps with a right side that fits none."""
    words = draw(st.lists(st.sampled_from(WORDS), unique=True, min_size=3, max_size=6))
    pairs = tuple(pair_of(word, f"{word} water", f"{word} has its water.") for word in words)
    extra = draw(st.sampled_from([(), ("still water",)]))
    return MatchingQuestion(**common(len(words)), pairs=pairs, extra=extra)  # type: ignore[arg-type]


@st.composite
def numerics(draw: st.DrawFn) -> NumericQuestion:
    """Questions for whole and broken numbers."""
    numbers = st.one_of(st.integers(-1000, 10**6), st.floats(-1000, 1000).map(lambda one: round(one, 3)))
    number = draw(numbers)
    return NumericQuestion(
        **common(1),  # type: ignore[arg-type]
        number=number,
        tolerance=draw(st.sampled_from([0, 0.5])),
        unit=draw(st.sampled_from(["", "envoys"])),
        also=(number + 7,),
        neutral=(number + 9,),
    )


def in_part() -> st.SearchStrategy[AnyQuestion]:
    """Questions of every type that is judged in part."""
    return st.one_of(multiples(), maps(), orderings(), matchings())


def new_types() -> st.SearchStrategy[AnyQuestion]:
    """Questions of every type that is judged in part or typed as a number."""
    return st.one_of(in_part(), numerics())


def key_response(question: AnyQuestion) -> Response:
    """The response that gives the whole key."""
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return OptionResponse(next(option.id for option in question.options if option.correct))
    if isinstance(question, MultipleQuestion):
        return MarksResponse(tuple(option.id for option in question.options if option.correct))
    if isinstance(question, MapQuestion):
        return MarksResponse(question.targets)
    if isinstance(question, OrderingQuestion):
        return OrderResponse(tuple(event.id for event in question.sequence))
    if isinstance(question, MatchingQuestion):
        return PairsResponse(tuple((pair.id, pair.right_id) for pair in question.pairs))
    if isinstance(question, NumericQuestion):
        return NumberResponse(question.number, str(question.number))
    if isinstance(question, DateQuestion):
        year, month, day = (*map(int, question.accept[0].split("-")), None, None)[:3]
        return DateResponse(year, month, day)
    return TextResponse(question.accept[0])


@st.composite
def responses(draw: st.DrawFn, question: AnyQuestion) -> Response | None:
    """Any response that the form of a question lets through, a blank one included."""
    if draw(st.integers(0, 9)) == 0:
        return None
    if isinstance(question, MultipleQuestion | MapQuestion):
        shown = question.options if isinstance(question, MultipleQuestion) else question.places
        marks = draw(st.sets(st.sampled_from([one.id for one in shown])))
        return MarksResponse(tuple(one.id for one in shown if one.id in marks)) if marks else None
    if isinstance(question, OrderingQuestion):
        return OrderResponse(tuple(draw(st.permutations([event.id for event in question.sequence]))))
    if isinstance(question, MatchingQuestion):
        rights = st.sampled_from([None, *(name for name, _ in question.rights)])
        made = [(pair.id, draw(rights)) for pair in question.pairs]
        kept = tuple((left, right) for left, right in made if right is not None)
        return PairsResponse(kept) if kept else None
    if isinstance(question, NumericQuestion):
        number = question.number + draw(st.integers(-10, 10))
        return NumberResponse(number, str(number))
    if isinstance(question, ChoiceQuestion | TrueFalseQuestion):
        return OptionResponse(draw(st.sampled_from([option.id for option in question.options])))
    return key_response(question)


def form_of(question: AnyQuestion, response: Response | None) -> dict[str, str]:
    """The fields of the form that a browser sends for a response."""
    if isinstance(response, MarksResponse):
        return {f"mark-{one}": "on" for one in response.marks}
    if isinstance(response, OrderResponse):
        return {f"place-{one}": str(place) for place, one in enumerate(response.order, 1)}
    if isinstance(response, PairsResponse):
        lefts = [pair.id for pair in question.pairs] if isinstance(question, MatchingQuestion) else []
        return {f"pair-{left}": dict(response.pairs).get(left, "") for left in lefts}
    if isinstance(response, NumberResponse | TextResponse):
        return {"text": response.text}
    return {"option": response.option} if isinstance(response, OptionResponse) else {}
