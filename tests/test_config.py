"""Settings: safe by default, refused with a remedy where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from quizapp.config import ConfigError, load

if TYPE_CHECKING:
    from pathlib import Path

STRONG = "kR3vW8qZ1xT6yU4mN0bL9cH2jF7dS5gA"


def test_development_makes_its_own_secret_and_keeps_it(tmp_path: Path) -> None:
    first = load({"QUIZAPP_DATA": str(tmp_path)})
    again = load({"QUIZAPP_DATA": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert first.secret_key == again.secret_key
    assert (tmp_path / "development-secret").stat().st_mode & 0o077 == 0


def test_two_installations_do_not_share_a_secret(tmp_path: Path) -> None:
    secrets = {load({"QUIZAPP_DATA": str(tmp_path / name)}).secret_key for name in ("a", "b")}
    assert len(secrets) == 2


@pytest.mark.parametrize("secret", ["", "short", "x" * 31, "change-me-" + STRONG, "my-secret-" + STRONG])
def test_outside_development_a_missing_or_weak_secret_is_refused(tmp_path: Path, secret: str) -> None:
    environment = {"QUIZAPP_DATA": str(tmp_path), "QUIZAPP_ENV": "production", "QUIZAPP_SECRET_KEY": secret}
    with pytest.raises(ConfigError, match=r"QUIZAPP_SECRET_KEY.*secrets\.token_urlsafe"):
        load(environment)
    assert not (tmp_path / "development-secret").exists()


def test_outside_development_a_strong_secret_is_taken(tmp_path: Path) -> None:
    environment = {"QUIZAPP_DATA": str(tmp_path), "QUIZAPP_ENV": "production", "QUIZAPP_SECRET_KEY": STRONG}
    assert load(environment).secret_key == STRONG


def test_the_secret_is_not_shown_when_settings_are_printed(tmp_path: Path) -> None:
    config = load({"QUIZAPP_DATA": str(tmp_path), "QUIZAPP_SECRET_KEY": STRONG})
    assert STRONG not in repr(config)


def test_development_is_not_served_to_others(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="QUIZAPP_ENV=production"):
        load({"QUIZAPP_DATA": str(tmp_path), "QUIZAPP_HOST": "192.0.2.1"})


def test_a_data_folder_that_cannot_be_made_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="Set QUIZAPP_DATA"):
        load({"QUIZAPP_DATA": str(tmp_path / "file" / "data")})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUIZAPP_PORT", "eighty"),
        ("QUIZAPP_PORT", "70000"),
        ("QUIZAPP_ENV", "staging"),
        ("DATABASE_URL", "mysql://localhost/quizapp"),
    ],
)
def test_a_value_that_makes_no_sense_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load({"QUIZAPP_DATA": str(tmp_path), name: value})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_is_reached_through_psycopg(tmp_path: Path, scheme: str) -> None:
    config = load({"QUIZAPP_DATA": str(tmp_path), "DATABASE_URL": f"{scheme}://ada@localhost/quizapp"})
    assert config.database_url == "postgresql+psycopg://ada@localhost/quizapp"


def test_guests_never_expire_on_loopback(tmp_path: Path) -> None:
    environment = {"QUIZAPP_DATA": str(tmp_path), "QUIZAPP_GUEST_DAYS": "30"}
    assert load(environment).guest_days is None
    public = {
        **environment,
        "QUIZAPP_ENV": "production",
        "QUIZAPP_SECRET_KEY": STRONG,
        "QUIZAPP_HOST": "0.0.0.0",
    }
    assert load(public).guest_days == 30
