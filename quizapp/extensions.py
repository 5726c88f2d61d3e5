"""The extensions that the factory binds to an application."""

from __future__ import annotations

from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from quizapp.database import db

migrate = Migrate(render_as_batch=True, compare_type=True)
csrf = CSRFProtect()
mail = Mail()
compress = Compress()
limiter = Limiter(key_func=get_remote_address, strategy="fixed-window")

__all__ = ["compress", "csrf", "db", "limiter", "mail", "migrate"]
