"""`python -m bot.feeds_worker`: run the feeds that are due now, one after the other, and end.

With the name of a feed: run that one, due or not (`--force`: whatever it counts).
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot import logs
from catalogue.feeds.due import due, next_due, scheduled
from catalogue.feeds.feed import Feed, own_folder, read_feed
from catalogue.feeds.lease import FeedBusy, Slot
from catalogue.feeds.run import Job, log_run, run_feed
from errors import TawjihError
from languages.profile import Profile, get_profile
from settings import get_settings
from store.engine import Database, get_database

_log = structlog.get_logger()
_NICE = 10  # whoever waits for an answer goes first


def main() -> None:
    """Run what is due. One feed that goes wrong does not keep the others from running."""
    settings = get_settings()
    logs.configure(settings.log_format, settings.log_level)
    os.nice(_NICE)
    database, profile = get_database(), get_profile()
    if names := sys.argv[1:]:
        force = "--force" in names
        _try(names[0], lambda: _run_now(database, names[0], profile, force=force))
        return
    feeds, _ = scheduled(own_folder())
    for feed, since in due(database, feeds, profile.timezone, datetime.now(UTC)):
        _try(feed.name, partial(_run, database, feed, since, profile))


def _try(name: str, run: Callable[[], None]) -> None:
    try:
        run()
    except FeedBusy as error:
        _log.info("feed_busy", message=str(error))
    except TawjihError as error:
        _log.error("feed_failed", feed=name, message=str(error))
    except Exception:  # noqa: BLE001 - a defect in one feed is not one in the next
        _log.exception("feed_failed", feed=name)


def _run_now(database: Database, name: str, profile: Profile, *, force: bool) -> None:
    moment = datetime.now(ZoneInfo(profile.timezone))
    job = Job(read_feed(name), moment, profile.country, name, force=force)
    log_run(run_feed(database, job))


def _run(database: Database, feed: Feed, since: datetime, profile: Profile) -> None:
    moment = datetime.now(ZoneInfo(profile.timezone))
    slot = Slot(since, next_due(feed, profile.timezone, moment))
    job = Job(feed, moment, profile.country, feed.name)
    log_run(run_feed(database, job, slot=slot))


if __name__ == "__main__":
    main()
