"""Feeds that run by themselves or at once: the edge looks every minute which are due.

They run in a process of their own, so that reading half a gigabyte slows nobody's answer. Which
edge starts it does not matter: a feed is held by a row while it runs (catalogue/feeds/lease.py).
"""

import asyncio
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from typing import Self

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from catalogue.feeds import lease
from catalogue.feeds.due import due, scheduled
from catalogue.feeds.lease import FeedBusy
from languages.profile import read_profile
from settings import ROOT, Settings
from store.engine import Database

_log = structlog.get_logger()
_EVERY = 60.0  # seconds between two looks
_GLANCE = 0.2  # seconds between two glances at the run
_PATIENCE = 10.0  # seconds that a run gets to stop
_WORKER = (sys.executable, "-m", "bot.feeds_worker")


class FeedSchedule:
    """Runs due feeds while the edge runs. Use it as an asynchronous context manager."""

    def __init__(self, database: Database, settings: Settings, *, every: float = _EVERY) -> None:
        self._database = database
        self._settings = settings
        self._every = every
        self._timezone = read_profile(settings.profile).timezone
        self._over = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._by_hand: tuple[str, threading.Thread] | None = None
        self._told: set[str] = set()
        self._scheduler = BackgroundScheduler(timezone=UTC)

    async def __aenter__(self) -> Self:
        """Begin to look; the first time at once."""
        self._scheduler.add_job(
            self.look,
            "interval",
            seconds=self._every,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
        )
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop looking, and a run that is under way: what it has not done, the next one does."""
        self._scheduler.remove_all_jobs()
        await asyncio.to_thread(self._stop)

    def look(self) -> None:
        """Have due feeds run, and wait until they have."""
        try:
            feeds, wrong = scheduled(self._settings.tawjih_home / "feeds")
            for line in set(wrong) - self._told:
                _log.error("feed_wrong", message=line)
            self._told = set(wrong)
            waiting = due(self._database, feeds, self._timezone, datetime.now(UTC))
        except SQLAlchemyError:
            _log.warning("feeds_wait_for_the_database")
            return
        if waiting and not self._over.is_set():
            self._work()

    @property
    def starting(self) -> str | None:
        """The feed whose run was started here by hand and has not ended."""
        return self._by_hand[0] if self._by_hand and self._by_hand[1].is_alive() else None

    def start(self, name: str, *, force: bool = False) -> None:
        """Have one feed run now, in the background, whether it is due or not.

        Args:
            name: of the feed.
            force: believe any count, and fetch even what did not change.

        Raises:
            FeedBusy: another feed is running.
        """
        with self._one_at_a_time:
            with self._database.read() as session:
                busy = self.starting or next(iter(lease.held_now(session)), None)
            if busy:
                raise FeedBusy(f"{busy} is being run")
            words = (name, "--force") if force else (name,)
            thread = threading.Thread(target=self._work, args=words)
            self._by_hand = name, thread
            thread.start()

    def _work(self, *words: str) -> None:
        # The worker reads its settings from the environment: the edge's own, whatever gave them.
        ours = {
            "DATABASE_URL": self._database.engine.url.render_as_string(hide_password=False),
            "TAWJIH_HOME": str(self._settings.tawjih_home),
            "PROFILE": str(self._settings.profile),
            "LOG_FORMAT": self._settings.log_format,
            "LOG_LEVEL": self._settings.log_level,
        }
        worker = subprocess.Popen([*_WORKER, *words], cwd=ROOT, env=os.environ | ours)  # noqa: S603
        while worker.poll() is None:
            if self._over.wait(_GLANCE):
                _end(worker)
        if worker.returncode and not self._over.is_set():
            _log.error("feeds_worker_ended", code=worker.returncode)

    def _stop(self) -> None:
        self._over.set()
        self._scheduler.shutdown(wait=True)
        if self._by_hand:
            self._by_hand[1].join()


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
