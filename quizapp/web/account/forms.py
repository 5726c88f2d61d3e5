"""Forms of the account: Flask-Security's own in our words, study settings, deletion."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from flask_security import hash_password
from flask_security.change_email import ChangeEmailForm as BaseChangeEmailForm
from flask_security.forms import ChangePasswordForm as BaseChangePasswordForm
from flask_security.forms import ForgotPasswordForm as BaseForgotPasswordForm
from flask_security.forms import LoginForm, RegisterFormV2
from flask_security.forms import ResetPasswordForm as BaseResetPasswordForm
from flask_security.forms import SendConfirmationForm as BaseSendConfirmationForm
from flask_security.forms import VerifyForm as BaseVerifyForm
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from quizapp.core.study_queue import DueOrder, NewOrder

LONGEST_NAME: Final = 80
_RETENTIONS: Final = (
    (0.85, "Lighter: about 85 of 100 remembered, noticeably fewer reviews"),
    (0.9, "Balanced: about 90 of 100"),
    (0.95, "Thorough: about 95 of 100, nearly twice the reviews"),
)
_MODES: Final = (
    ("flashcard", "Cards: you say yourself whether you remembered"),
    ("question", "Questions: you respond, and what is asked grows with what you know"),
)
_DUE_ORDERS: Final = (
    (DueOrder.RETRIEVABILITY, "Most at risk first"),
    (DueOrder.DUE, "Longest due first"),
    (DueOrder.STABILITY, "Weakest memory first"),
    (DueOrder.SHUFFLED, "Shuffled, anew each day"),
)
_NEW_ORDERS: Final = (
    (NewOrder.MIXED, "Among the due ones"),
    (NewOrder.FIRST, "Before them"),
    (NewOrder.LAST, "After them"),
)
_WRONG_MINUTES: Final = "Enter a whole number of minutes from 1 to 600, or leave it empty."
_BUTTONS: Final = (
    (2, "Two: Forgot and Remembered"),
    (4, "Four: Forgot, Hardly, Remembered and Easily"),
)


def _relabel(form: FlaskForm, labels: dict[str, str]) -> None:
    for name, text in labels.items():
        form[name].label.text = text


class LogInForm(LoginForm):
    """Log in; `closed` and `unconfirmed` may be told, since the password was right."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""
        _relabel(
            self,
            {
                "email": "E-mail address",
                "password": "Password",
                "remember": "Keep me logged in on this device",
            },
        )

    @property
    def is_closed(self) -> bool:
        """Whether the password was right but the account is not active."""
        return bool(self.user_authenticated and self.user is not None and not self.user.active)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the password was right but the address was never confirmed."""
        return bool(self.user_authenticated and self.requires_confirmation and not self.is_closed)


def _plain_name(_form: FlaskForm, field: Field) -> None:
    field.data = " ".join((field.data or "").split())
    if not field.data:
        raise ValidationError("Enter a name, for instance your first name.")
    if not field.data.isprintable():
        raise ValidationError("Use letters, digits, spaces and ordinary punctuation.")


class SignUpForm(RegisterFormV2):
    """Sign up with a name, an address and a password typed once: it can be shown while it is typed."""

    name = StringField(
        "Name",
        validators=[
            DataRequired("Enter a name, for instance your first name."),
            Length(max=LONGEST_NAME, message=f"Use at most {LONGEST_NAME} characters."),
            _plain_name,
        ],
        render_kw={"autocomplete": "name"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": "E-mail address", "password": "Password"})


class ForgotForm(BaseForgotPasswordForm):
    """Ask for a link to set a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": "E-mail address"})

    def validate(self, **kwargs: Any) -> bool:
        """Check the form, taking as long for an address that has an account as for one that has none."""
        is_known = bool(super().validate(**kwargs))
        if is_known:
            # The view does the same where there is no account.
            hash_password("not a password")
        return is_known


class ConfirmationForm(BaseSendConfirmationForm):
    """Ask for the link that confirms an address again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": "E-mail address"})


class ResetForm(BaseResetPasswordForm):
    """Set a new password by the link of a mail."""

    # It can be shown while it is typed; Flask-Security asks twice by default.
    password_confirm = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "New password"})


class ChangePasswordForm(BaseChangePasswordForm):
    """Change the password."""

    new_password_confirm = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "Present password", "new_password": "New password"})
        self.password.flags.required = True


class ChangeEmailForm(BaseChangeEmailForm):
    """Change the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"email": "New e-mail address"})


class VerifyForm(BaseVerifyForm):
    """Give the password again before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self, {"password": "Password"})


@lru_cache(maxsize=1)
def _zones() -> list[SelectChoice]:
    names = sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )
    return [SelectChoice(name, name.replace("_", " ")) for name in ["UTC", *names]]


def _minutes(label: str) -> IntegerField:
    return IntegerField(
        label,
        validators=[Optional(), NumberRange(1, 600, _WRONG_MINUTES)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def _hour_or_none(given: Any) -> int | None:
    return None if given in {None, "", "None"} else int(given)


class StudyForm(FlaskForm):  # type: ignore[misc]
    """How one studies; the reminder is for those whose address is known."""

    #: Fields that are columns of the learner.
    SETTINGS = (
        "time_zone",
        "rollover_hour",
        "new_per_day",
        "desired_retention",
        "rating_buttons",
        "study_mode",
        "due_order",
        "new_order",
        "goal_minutes",
        "budget_minutes",
        "shows_streak",
        "uses_keys",
        "reads_aloud",
        "reminder_hour",
    )

    time_zone = SelectField("Time zone", validators=[InputRequired("Choose your time zone.")])
    rollover_hour = SelectField(
        "A new day begins at",
        coerce=int,
        choices=[SelectChoice(hour, f"{hour:02}:00") for hour in range(24)],
    )
    new_per_day = IntegerField(
        "New facts a day",
        validators=[
            InputRequired("Enter a whole number from 0 to 999."),
            NumberRange(0, 999, "Enter a whole number from 0 to 999."),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    desired_retention = RadioField(
        "How much do you want to remember?",
        coerce=float,
        choices=[SelectChoice(share, words) for share, words in _RETENTIONS],
        validators=[InputRequired("Choose how much you want to remember.")],
    )
    rating_buttons = RadioField(
        "Buttons after a card",
        coerce=int,
        choices=[SelectChoice(count, words) for count, words in _BUTTONS],
        validators=[InputRequired("Choose two or four buttons.")],
    )

    study_mode = RadioField(
        "How you are asked",
        choices=[SelectChoice(mode, words) for mode, words in _MODES],
        validators=[InputRequired("Choose how you are asked.")],
    )
    due_order = SelectField(
        "Due cards come", choices=[SelectChoice(order.value, words) for order, words in _DUE_ORDERS]
    )
    new_order = SelectField(
        "New facts come", choices=[SelectChoice(order.value, words) for order, words in _NEW_ORDERS]
    )
    goal_minutes = _minutes("Goal in minutes a day")
    budget_minutes = _minutes("At most this many minutes a day")
    shows_streak = BooleanField("Show how many days in a row I studied")
    uses_keys = BooleanField("Use single keys, such as 1 and 2 for a card")
    reads_aloud = BooleanField("Read cards aloud")
    reminder_hour = SelectField(
        "Remind me by mail at",
        coerce=_hour_or_none,
        choices=[
            SelectChoice("", "No reminder"),
            *(SelectChoice(hour, f"{hour:02}:00") for hour in range(24)),
        ],
    )

    def __init__(self, *args: Any, can_be_reminded: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        learner = kwargs.get("obj")
        if not can_be_reminded:
            del self.reminder_hour
        self.time_zone.choices = list(_zones())
        if learner is not None:
            # What was set by other means stays a choice.
            if learner.time_zone not in {choice.value for choice in _zones()}:
                self.time_zone.choices.insert(0, SelectChoice(learner.time_zone, learner.time_zone))
            if learner.desired_retention not in {share for share, _ in _RETENTIONS}:
                share = learner.desired_retention
                kept = SelectChoice(share, f"As set now: about {round(share * 100)} of 100")
                self.desired_retention.choices = [*self.desired_retention.choices, kept]


class DeleteAccountForm(FlaskForm):  # type: ignore[misc]
    """Delete the account; the password is asked again."""

    password = PasswordField(
        "Password",
        validators=[DataRequired("Enter your password.")],
        render_kw={"autocomplete": "current-password"},
    )


class DeleteGuestForm(FlaskForm):  # type: ignore[misc]
    """Delete what a guest has learned."""

    confirm = BooleanField(
        "Yes, delete everything I learned on this browser",
        validators=[DataRequired("Tick the box if you want to delete everything.")],
    )
