"""Accounts: signing up, logging in, settings, one's own data."""

from quizapp.web.account.security import init_app
from quizapp.web.account.views import bp

__all__ = ["bp", "init_app"]
