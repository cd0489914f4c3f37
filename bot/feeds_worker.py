"""`python -m bot.feeds_worker`: run the feeds that are due now, one after the other, and end."""

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from bot import logs
from catalogue.feeds.due import due, next_due, scheduled
from catalogue.feeds.feed import Feed, own_folder
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
    feeds, _ = scheduled(own_folder())
    for feed, since in due(database, feeds, profile.timezone, datetime.now(UTC)):
        try:
            _run(database, feed, since, profile)
        except FeedBusy as error:
            _log.info("feed_busy", message=str(error))
        except TawjihError as error:
            _log.error("feed_failed", feed=feed.name, message=str(error))
        except Exception:  # noqa: BLE001 - a defect in one feed is not one in the next
            _log.exception("feed_failed", feed=feed.name)


def _run(database: Database, feed: Feed, since: datetime, profile: Profile) -> None:
    moment = datetime.now(ZoneInfo(profile.timezone))
    slot = Slot(since, next_due(feed, profile.timezone, moment))
    job = Job(feed, moment, profile.country, feed.name)
    log_run(run_feed(database, job, slot=slot))


if __name__ == "__main__":
    main()
