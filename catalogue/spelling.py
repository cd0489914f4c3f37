"""Words that stand in no listing, to the words that were meant: "cibersécurité", "exel".

Trades and places have their names in the vocabulary, which forgives by itself. What is learnt or
taken part in has no list: the words in the titles of the catalogue are the list.
"""

import threading

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalogue.fulltext import TextQuery
from catalogue.models import Kind, Listing, OccupationName

_LEAST = 4  # letters: shorter roots are all alike
_ALIKE = 78
_TITLES = 20_000  # listings whose titles are read, the newest
_TITLE = "T:"


class _Known:
    """Roots of titles and of names of trades, by first and by last letter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: int | None = None
        self._roots: dict[str, list[str]] = {}
        self._all: frozenset[str] = frozenset()

    def read(self, session: Session) -> "_Known":
        """Read what is new; titles are read again when a listing came in."""
        newest = session.scalar(select(func.max(Listing.id))) or 0
        with self._lock:
            if newest != self._newest:
                self._fill(session)
                self._newest = newest
        return self

    def _fill(self, session: Session) -> None:
        titles = (
            select(Listing.facets)
            .where(Listing.kind != Kind.OFFER.value)
            .order_by(Listing.id.desc())
            .limit(_TITLES)
        )
        tokens = {token for facets in session.scalars(titles) for token in facets.split()}
        roots = {token.removeprefix(_TITLE) for token in tokens if token.startswith(_TITLE)}
        for key in session.scalars(select(OccupationName.stem_key).distinct()):
            roots.update(key.split())
        found: dict[str, list[str]] = {}
        for root in sorted(root for root in roots if len(root) >= _LEAST):
            found.setdefault(root[0], []).append(root)
            found.setdefault("-" + root[-1], []).append(root)
        self._roots, self._all = found, frozenset(roots)

    def meant(self, group: tuple[str, ...]) -> tuple[str, ...]:
        """The roots of one word, and the known one most like them when none of them is known."""
        if not self._all.isdisjoint(group) or len(group[0]) < _LEAST:
            return group
        root = group[0]
        among = self._roots.get(root[0], []) + self._roots.get("-" + root[-1], [])
        close = process.extractOne(root, among, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return (*group, close[0]) if close else group


_KNOWN = _Known()


def respelt(session: Session, query: TextQuery) -> TextQuery | None:
    """The query with the words that were meant; None when every word is known, or none is like."""
    known = _KNOWN.read(session)
    words = tuple(known.meant(group) for group in query.words)
    return None if words == query.words else TextQuery(words, query.every, query.in_title)
