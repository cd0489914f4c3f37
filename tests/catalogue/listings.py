"""Listings to search in, and one way to put them there."""

from datetime import date
from itertools import count

from catalogue.listing_import import import_listings

TODAY = date(2025, 3, 10)
_IDS = count(1)


def offer(title="Menuisier", **more):
    """An offer as a file tells it; a carpenter's in Casablanca unless told otherwise."""
    given = {"occupation": "menuisier", "place": "Casablanca", "country": "MA"}
    return _listing("offer", title, given | more)


def training(title="Excel", **more):
    return _listing("training", title, {"place": "Casablanca", "country": "MA"} | more)


def event(title="Forum de l'emploi", **more):
    given = {"place": "Casablanca", "country": "MA", "starts_in_days": 5}
    return _listing("event", title, given | more)


def _listing(kind, title, more):
    titles = title if isinstance(title, dict) else {"fr": title}
    raw = {"id": f"{kind}-{next(_IDS)}", "kind": kind, "title": titles} | more
    return {key: value for key, value in raw.items() if value is not None}


def put(database, *rows, source="test", today=TODAY):
    """Import `rows`; all of them must be accepted."""
    with database.write() as session:
        summary = import_listings(session, source, enumerate(rows, 1), today)
    assert summary.rejected == []
    return summary
