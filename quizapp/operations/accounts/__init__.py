"""Learners and their accounts: made, promoted, merged, exported, erased."""

from quizapp.operations.accounts.erasure import Losses, count_losses, erase, expire_guests
from quizapp.operations.accounts.export import archive, collect, neutral_cell
from quizapp.operations.accounts.learners import adopt_guest, has_history, make_learner, merge_learners
from quizapp.operations.accounts.users import (
    AddressTakenError,
    NoSuchUserError,
    change_role,
    create_user,
    list_users,
    role_of,
)

__all__ = [
    "AddressTakenError",
    "Losses",
    "NoSuchUserError",
    "adopt_guest",
    "archive",
    "change_role",
    "collect",
    "count_losses",
    "create_user",
    "erase",
    "expire_guests",
    "has_history",
    "list_users",
    "make_learner",
    "merge_learners",
    "neutral_cell",
    "role_of",
]
