"""From one listing of a file to its row: words resolved, days counted, roots for full text."""

import hashlib
import json
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from catalogue import places, taxonomy
from catalogue.fulltext import facets
from catalogue.listing_in import ListingIn
from catalogue.models import Kind, Occupation
from catalogue.places import PlaceMatch
from catalogue.reading.reader import Reader, in_its_language
from catalogue.text import stems
from errors import DataError

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_AS_GIVEN = {
    "summary", "organisation", "topics", "languages", "date_text", "to_be_confirmed",
    "hosts", "audience", "url", "apply", "demo",
}  # fmt: skip
_OF_WORK = ("occupation_code", "isco", "occupation_confidence")
_WORDS_KEPT = 20_000
Row = dict[str, Any]


class RowMaker:
    """Makes rows for one import of `source` at `today`; remembers the words it has resolved."""

    def __init__(self, session: Session, source: str, today: date, country: str | None) -> None:
        self._session = session
        self._source = source
        self._today = today
        self._country = country
        self._reader = Reader(session, country)
        self._work = lru_cache(_WORDS_KEPT)(self._find_work)
        self._place = lru_cache(_WORDS_KEPT)(self._find_place)

    def row(self, listing: ListingIn) -> Row:
        """The row of `listing`; without `posted_at` where nobody says when it was posted.

        Raises:
            DataError: when its occupation or place is known to nobody.
        """
        listing = in_its_language(listing)
        work = self._told_or_read(listing)
        where = self._where(listing)
        moments = _moments(listing, self._today)
        title = stems(" ".join(listing.title.values()))
        row: Row = {
            "source": self._source,
            "source_id": listing.id,
            "kind": listing.kind.value,
            "language": listing.original_language,
            "titles": listing.title,
            **listing.model_dump(include=_AS_GIVEN),
            **{name: work[name] for name in _OF_WORK},
            **self._reader.facts(listing, where["country"]),
            **where,
            **moments,
            "open_until": moments["visible_until"],
        }
        row["stems"] = _stems(listing, work["labels"])
        row["facets"] = facets(row["kind"], row["country"], row["place_id"], title, row["flags"])
        told = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
        return row | {"content_hash": hashlib.sha256(told.encode()).hexdigest()}

    def _told_or_read(self, listing: ListingIn) -> Row:
        told = self._work(listing.occupation, listing.occupation_code)
        found = None if told["isco"] else self._reader.work(listing)
        if listing.occupation or listing.occupation_code or not found:
            return told | {"occupation_confidence": None}
        code = found.code or found.isco
        return self._work(None, code) | {"occupation_confidence": found.confidence}

    def _find_work(self, words: str | None, code: str | None) -> Row:
        if code:
            found = self._session.get(Occupation, code)
            if found is None:
                raise DataError(f"occupation_code: no occupation has {code!r}")
            own = code if found.kind == "occupation" else None
            return _work(own, tuple(found.isco.split("|")), found.labels)
        if not words:
            return _work(None, (), {})
        match = taxonomy.resolve(self._session, words)
        if match is None:
            raise DataError(f"occupation: nothing is known by {words!r}")
        return _work(match.code, match.isco, match.labels)

    def _find_place(self, words: str, country: str | None) -> PlaceMatch | None:
        found = places.resolve(self._session, words, country or self._country)
        return found if found and country in (None, found.place.country) else None

    def _where(self, listing: ListingIn) -> Row:
        online = listing.place_is_online
        row: Row = {
            "place_id": None,
            "place_text": listing.place,
            "country": listing.country,
            "online": online,
        }
        if listing.place and not online:
            found = self._place(listing.place, listing.country)
            if found is None and listing.country is None:
                raise DataError(f"place: nothing is known by {listing.place!r}; say the country")
            if found:
                row["country"] = found.place.country
                row["place_id"] = None if found.is_country else found.place.id
        elif not online and (town := self._reader.place(listing)):
            row |= {"place_id": town, "country": town.partition("/")[0]}
        return row


def _work(code: str | None, groups: tuple[str, ...], labels: dict[str, Any]) -> Row:
    return {"occupation_code": code, "isco": _shared(groups), "labels": labels}


def _shared(groups: tuple[str, ...]) -> str | None:
    # One group is that group; of several, what their codes begin with alike.
    if not groups:
        return None
    first, last = min(groups), max(groups)
    size = next((i for i, digit in enumerate(first) if not last.startswith(digit, i)), len(first))
    return first[:size] or None


def _moments(listing: ListingIn, today: date) -> Row:
    start, end, expires_on = listing.starts(today), listing.ends(today), listing.expires(today)
    expires = midnight(expires_on + timedelta(days=1)) if expires_on else None
    last = end or (start if listing.kind == Kind.EVENT else None)
    over = midnight(last + timedelta(days=1)) if last else None
    posted = listing.posted(today)
    return {
        "starts_on": start,
        "ends_on": end,
        # Not known is not today: the same listing tomorrow would count as changed, and as new.
        **({"posted_at": midnight(posted)} if posted else {}),
        "expires_at": expires,
        "visible_until": min(expires or NEVER, over or NEVER),
    }


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.combine(day, time.min, UTC)


def _stems(listing: ListingIn, labels: dict[str, Any]) -> str:
    texts = (*listing.title.values(), *listing.summary.values(), listing.organisation or "")
    return stems(" ".join([*texts, *listing.topics, *map(str, labels.values())]))
