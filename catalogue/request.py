"""What a person looks for, as the search takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalogue.text import normalise

_ONLINE = frozenset(
    map(
        normalise,
        (
            "online", "on line", "en ligne", "à distance", "distance", "remote", "télétravail",
            "webinaire", "virtuel", "virtual", "home office", "from home", "internet",
            "عن بعد", "عن بُعد", "أونلاين", "اون لاين", "على الخط", "عبر الإنترنت", "الإنترنت",
        ),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a person looks for. `occupation`, `place`, `topic` and `text` are words as written.

    `language` is the person's, `country` the deployment's (ISO 3166). Without a place, or with
    `anywhere`, nothing is left out, and the deployment's country comes first. `starting_from` and
    `starting_until` are days, both included. `exclude` holds ids not to show again.
    Every one of `flags` must be said by the listing (catalogue/reading/flags.py).
    """

    kind: str
    text: str | None = None
    occupation: str | None = None
    place: str | None = None
    anywhere: bool = False
    contract: str | None = None
    topic: str | None = None
    starting_from: date | None = None
    starting_until: date | None = None
    language: str = "fr"
    country: str | None = None
    limit: int = 3
    offset: int = 0
    exclude: Sequence[int] = ()
    flags: Sequence[str] = ()

    @property
    def is_online(self) -> bool:
        """Whether the place that was asked for is no place: "en ligne", "عن بعد"."""
        return not self.anywhere and is_online(self.place)


def is_online(place: str | None) -> bool:
    """Whether `place` means over the net."""
    return place is not None and normalise(place) in _ONLINE
