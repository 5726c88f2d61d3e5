"""`quizapp serve`: migrations, banks, the web server and the worker for background jobs, in one command."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from flask_migrate import upgrade
from waitress.server import create_server

from quizapp import clock, paths
from quizapp.cli.application import database_in_words, make_app
from quizapp.cli.loading import describe, files_in_words, load_banks
from quizapp.jobs import fitting, make_queue, memories, plans, reminders, sweeps
from quizapp.operations.search import index_missing

if TYPE_CHECKING:
    from flask import Flask

    from quizapp.config import Config

_THREADS = 8
_CONNECTIONS = 1000
#: So many objects more than before, and so many collections of the younger ones, make the collector come.
_COLLECTED = (20_000, 20, 50)
#: A worker that ends sooner than this after its start has a fault that another start will not mend.
_SHORT_LIFE_SECONDS = 10.0

log = logging.getLogger("quizapp")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Listen here instead of QUIZAPP_PORT (8000).")
def serve(port: int | None) -> None:
    """Bring the database up to date, load the shipped banks, and serve until interrupted."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    for chatty in ("alembic", "huey", "waitress.queue"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    app = make_app()
    config: Config = app.config["QUIZAPP"]
    with database_in_words():
        prepare(app)
    server = _listen(app, config, config.port if port is None else port)
    # Links in mail and in the calendar name the port that was given, here and in the worker.
    app.config["QUIZAPP"] = replace(config, port=server.effective_port)
    worker = Worker(server.effective_port)
    rest_the_collector()
    # Ctrl+C and a polite kill end alike: requests under way are answered, then the worker is told to stop.
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    address = config.public_url or f"http://{config.host}:{server.effective_port}"
    try:
        worker.start()
        click.echo(f"quizapp is ready at {address}  (Ctrl+C stops it; everything is kept in {config.data})")
        server.run()
    except KeyboardInterrupt:
        # It came before the server listened to it.
        pass
    finally:
        worker.stop()
        server.close()
        click.echo("Stopped.")


def prepare(app: Flask) -> None:
    """Bring the database up to date and load the shipped banks."""
    with app.app_context():
        upgrade()
        # Alembic's set-up of logging silences what was there.
        logging.getLogger("quizapp").disabled = False
        with files_in_words():
            for loaded in load_banks(paths.questions(), clock.now()):
                if not loaded.is_unchanged:
                    log.info("Loaded %s", describe(loaded))
        # Sets of instructors that stood there before the search did.
        index_missing()


def rest_the_collector() -> None:
    """Let the collector of cycles pass over what stays for ever, and come less often: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _interrupt() -> None:
    raise KeyboardInterrupt


def _listen(app: Flask, config: Config, port: int) -> Any:
    try:
        return create_server(
            app,
            host=config.host,
            port=port,
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            channel_timeout=60,
            ident=None,
            # Behind a proxy of one's own only: its word on address and scheme is believed, nobody else's.
            **(
                {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
                 "clear_untrusted_proxy_headers": True}
                if config.public_url
                else {}
            ),
        )  # fmt: skip
    except OSError as problem:
        raise click.ClickException(
            f"Port {port} on {config.host} cannot be used ({problem.strerror}). "
            "Stop the program that holds it, or choose another: QUIZAPP_PORT=8001 make run"
        ) from problem


class Worker:
    """The process for background jobs: started with the server, started again if it dies, stopped with it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Start the process and watch it."""
        self._launch()
        self._thread.start()

    def stop(self) -> None:
        """Tell the process to finish what it does and wait for it; after ten seconds end it."""
        self._stopping.set()
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _launch(self) -> None:
        # Its standard input is a pipe from us: it closes with us however we end, and the worker with it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "quizapp", "work"],
            stdin=subprocess.PIPE,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "QUIZAPP_PORT": str(self._port),
            },
        )

    def _watch(self) -> None:
        while not self._stopping.is_set():
            started = clock.monotonic()
            if self._process is None:
                return
            self._process.wait()
            if self._stopping.is_set():
                return
            if clock.monotonic() - started < _SHORT_LIFE_SECONDS:
                log.error(
                    "The worker for background jobs ended at once; jobs wait until quizapp is started again."
                )
                return
            log.warning("The worker for background jobs ended; starting it again.")
            self._launch()


@click.command()
def work() -> None:
    """Run background jobs until interrupted, or until the server that started this command ends."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    app = make_app()
    config: Config = app.config["QUIZAPP"]
    queue = make_queue(config)
    sweeps.register(queue, app.app_context, config.guest_days)
    fitting.register(queue, app.app_context)
    memories.register(queue, app.app_context)
    plans.register(queue, app.app_context)
    reminders.register(queue, app.app_context)
    consumer = queue.create_consumer(workers=1, check_worker_health=True)
    if not sys.stdin.isatty():
        threading.Thread(target=_end_with_parent, daemon=True).start()
    consumer.run()


def _end_with_parent() -> None:
    # Reads until the pipe closes; nothing is ever sent through it. The descriptor itself, since a thread that waits in
    # a buffered reader would hold its lock while the interpreter ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)
