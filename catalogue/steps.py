"""What one step of a search asks for, in terms of the catalogue and of no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from catalogue.fulltext import TextQuery
from catalogue.request import SearchRequest


@dataclass(frozen=True, slots=True)
class Work:
    """ISCO groups and, of their occupations, `codes` alone when there are any."""

    isco: tuple[str, ...]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Towns, the asked one first; or a country; or online; none of them: anywhere."""

    towns: tuple[str, ...] = ()
    country: str | None = None
    online: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """What no listing is."""


Wanted = Work | TextQuery | Nothing | None
ANYWHERE = Where()
NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class WorkStep:
    """One degree of strictness about the work: any of `branches` may hold.

    `far`: so much else that one would rather go further for the thing itself.
    """

    name: str | None
    branches: tuple[Wanted, ...]
    far: bool = False


@dataclass(frozen=True, slots=True)
class PlaceStep:
    """One degree of strictness about the place: any of `branches` may hold, in their order.

    `daily`: one can go there and back in a day. `away`: it is no place to go to, or abroad.
    """

    name: str | None
    branches: tuple[Where, ...]
    daily: bool = False
    away: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds at every step: kind, the moment of asking, days, contract, flags.

    `words`: the words of a row are needed for its points.
    """

    kind: str
    now: datetime
    start: date | None = None
    end: date | None = None
    contract: str | None = None
    words: bool = False
    flags: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: SearchRequest, today: date, *, words: bool) -> "Limits":
        """Of a request, asked at `today`: itself, or the last moment of the day (UTC)."""
        now = today if isinstance(today, datetime) else datetime.combine(today, time.max, UTC)
        return cls(
            request.kind,
            now,
            request.starting_from,
            request.starting_until,
            words=words,
            flags=tuple(request.flags),
        )
