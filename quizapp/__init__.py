"""quizapp: quizzes and flashcards from curated, cited facts, scheduled by one memory per fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quizapp.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Imported on first use: rules and files can then be used without loading the web framework.
    if name == "create_app":
        from quizapp.app import create_app  # noqa: PLC0415

        return create_app
    raise AttributeError(name)
