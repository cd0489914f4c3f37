"""The statements of the search, written out for both databases.

A million listings and twenty people at once leave some milliseconds a search: no row becomes an
object, what decides stands in the index itself, and each shape of question names its index.
"""

# ruff: noqa: S608 - what is put together here are names of columns; values are parameters

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalogue import fulltext
from catalogue.dialects import Dialect
from catalogue.fulltext import TextQuery
from catalogue.models import Kind
from catalogue.steps import Limits, Wanted, Where, Work

_BY_TEXT = 150  # rows that SQLite's full text hands on, newest first
_MANY = 1500  # pairs of a town and a group: more, and a town's rows are read through instead
_LEAST = 12  # rows a group, where several groups share the bound
_FRESH = "posted_at DESC"
_SOON = "starts_on IS NULL, starts_on, id DESC"


@dataclass(slots=True)
class Statement:
    """The freshest `most` rows within `limits` for one branch about work and one about place."""

    dialect: Dialect
    limits: Limits
    wanted: Wanted
    place: Where
    most: int
    values: dict[str, Any] = field(default_factory=dict)

    def written(self) -> tuple[str, dict[str, Any]]:
        """SQL in the driver's way, and its parameters. Columns in the order of Candidate."""
        limits, as_day = self.limits, self.dialect.as_day
        self.values = {
            "kind": str(limits.kind),
            "now": self.dialect.as_moment(limits.now),
            "today": as_day(limits.now.date()),
            "contract": limits.contract,
            "start": as_day(limits.start) if limits.start else None,
            "end": as_day(limits.end) if limits.end else None,
            "limit": self.most,
        }
        asked = [*self._always(), *self._place()]
        sql = self._by_group(asked) if self._is_grouped() else self._at_once(asked)
        return self.dialect.written(sql), self.values

    def held(self) -> tuple[str, ...]:
        """Roots and title tokens that every row is known to hold, where the rows do not tell."""
        if self._tells_words():
            return ()
        if not isinstance(self.wanted, TextQuery):
            return "", ""
        roots = [group[0] for group in self.wanted.words]
        titled = [f"T:{root}" for root in roots] if self.wanted.in_title else []
        return " ".join(roots), " ".join(titled)

    def _tells_words(self) -> bool:
        some = isinstance(self.wanted, TextQuery) and not self.wanted.every
        return self.limits.words or some

    def _at_once(self, asked: list[str]) -> str:
        conditions = " AND ".join([*asked, *self._work()])
        order = self._order()
        if len(self.place.towns) > 1:
            order = f"place_id = :town DESC, {order}"
        return f"{self._select()} WHERE {conditions} ORDER BY {order} LIMIT :limit"

    def _select(self) -> str:
        columns = [
            "id, isco, occupation_code, place_id, country, online, contract, language",
            self.dialect.age,
            "starts_on" if self.limits.kind == Kind.EVENT else "NULL",
            *(["stems, facets"] if self._tells_words() else []),
        ]
        return f"SELECT {', '.join(columns)} FROM {self.dialect.listing(self._index())}"

    def _order(self) -> str:
        return _SOON if self.limits.kind == Kind.EVENT else _FRESH

    def _always(self) -> Iterator[str]:
        limits = self.limits
        # With the full-text index in use, that of kinds and days would be one too many.
        by_text = isinstance(self.wanted, TextQuery)
        kind = self.dialect.hidden("kind") if by_text else "kind"
        yield f"{kind} = :kind AND visible_until > :now"
        yield from self._days()
        if limits.contract:
            yield "contract = :contract"
        if limits.flags and not isinstance(self.wanted, TextQuery):
            tokens = [fulltext.flag_facet(flag) for flag in limits.flags]
            self.values["flags"] = self.dialect.all_of(tokens)
            yield self.dialect.flagged

    def _days(self) -> Iterator[str]:
        limits = self.limits
        # An event must tell its days, and then they are plain bounds that the index knows.
        or_open = "" if limits.kind == Kind.EVENT else "starts_on IS NULL OR "
        if limits.start:
            yield f"({or_open}starts_on >= :start OR ends_on >= :start)"
        if limits.end:
            yield f"({or_open}starts_on <= :end)"
        if limits.kind == Kind.EVENT and (limits.start or limits.end):
            yield "starts_on IS NOT NULL"

    def _place(self) -> Iterator[str]:
        place = self.place
        if place.towns:
            self.values["town"] = place.towns[0]
        if place.online:
            yield "online"
        elif isinstance(self.wanted, TextQuery):
            return  # the full-text index narrows down by towns and country itself
        elif len(place.towns) == 1:
            yield "place_id = :town"
        elif place.towns:
            yield self._among("place_id", "towns", place.towns)
        elif place.country:
            self.values["country"] = place.country
            yield "country = :country"

    def _work(self) -> Iterator[str]:
        wanted = self.wanted
        if isinstance(wanted, TextQuery):
            match = self.dialect.match(wanted, self._facets())
            self.values |= {"match": match, "by_text": _BY_TEXT}
            yield self.dialect.text
            if self.limits.kind != Kind.OFFER:
                yield "kind <> 'offer'"  # PostgreSQL has an index of these alone
        elif isinstance(wanted, Work):
            yield from self._codes(wanted)
            if len(wanted.isco) == 1:
                self.values["isco"] = wanted.isco[0]
                yield "isco = :isco"
            else:
                isco = self.dialect.hidden("isco") if self._reads_through() else "isco"
                yield self._among(isco, "groups", wanted.isco)

    def _codes(self, work: Work) -> Iterator[str]:
        if work.codes:
            # As one comparison: of two, PostgreSQL makes two scans and reads the rows themselves.
            yield self._among("COALESCE(occupation_code, '')", "codes", ("", *work.codes))

    def _among(self, column: str, name: str, things: tuple[str, ...]) -> str:
        self.values[name] = self.dialect.as_list(things)
        return f"{column} {self.dialect.in_list.format(f':{name}')}"

    def _facets(self) -> list[list[str]]:
        flags = [[fulltext.flag_facet(flag)] for flag in self.limits.flags]
        return [*self._kind_and_place(), *flags]

    def _kind_and_place(self) -> list[list[str]]:
        kind, place = self.limits.kind, self.place
        if place.towns:
            return [[fulltext.facet(kind, town) for town in place.towns]]
        if place.country:
            return [[fulltext.facet(kind, place.country)]]
        # Nearly all listings are offers: looking that up costs more than it leaves out.
        return [] if kind == Kind.OFFER else [[fulltext.facet(kind)]]

    def _is_grouped(self) -> bool:
        return isinstance(self.wanted, Work) and len(self.wanted.isco) > 1 and not self.place.towns

    def _by_group(self, asked: list[str]) -> str:
        # The freshest of each group by index: of all groups at once they would have to be sorted.
        work: Any = self.wanted
        conditions = " AND ".join([*asked, *self._codes(work)])
        self.values["limit"] = max(_LEAST, 2 * self.most // len(work.isco))
        best = f"ORDER BY {self._order()} LIMIT :limit"
        one = f"{self._select()} WHERE {conditions} AND isco = {{}} {best}"
        if self.dialect.name == "postgresql":
            self.values["groups"] = list(work.isco)
            groups = "unnest(CAST(:groups AS text[])) AS g(code)"
            return (
                f"SELECT found.* FROM {groups} CROSS JOIN LATERAL ({one.format('g.code')}) AS found"
            )
        self.values |= {f"isco{at}": code for at, code in enumerate(work.isco)}
        each = (one.format(f":isco{at}") for at in range(len(work.isco)))
        return " UNION ALL ".join(f"SELECT * FROM ({select})" for select in each)

    def _reads_through(self) -> bool:
        work: Any = self.wanted
        return len(work.isco) * len(self.place.towns) > _MANY

    def _index(self) -> str | None:
        """The index of models.Listing that serves the statement; None: found by its ids."""
        if isinstance(self.wanted, TextQuery):
            return None
        by_work = isinstance(self.wanted, Work)
        if self.place.online:
            return "ix_listing_online"
        if self.place.towns:
            by_pair = by_work and not self._reads_through()
            return "ix_listing_place_isco" if by_pair else "ix_listing_place"
        if self.limits.kind == Kind.EVENT and not by_work:
            return "ix_listing_starts"
        if self.place.country:
            return "ix_listing_country_isco" if by_work else "ix_listing_country"
        return "ix_listing_isco" if by_work else "ix_listing_fresh"
