"""What a person looks for, as far as it is known: kept in the slot `search` between turns."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

from actions.lexicon import lexicon

Kind = Literal["offer", "training", "event"]
ANYTHING, ANYWHERE, ONLINE = "anything", "anywhere", "online"
FULL_TIME = "full_time"  # what most offers are without saying so: nothing to look for
# Said just before a detail, it is turned down: "pas à Casa", "ماشي وهران", "not in Tunis".
_REFUSED = re.compile(
    r"(?<!\w)(?:pas|not|sauf|except|excepté|ماشي|مش|موش|مو|ليس|ليست|machi|mouch|moch|mech)"
    r"(?:\s+(?:à|a|au|aux|en|dans|de|du|in|at|for|as|un|une|le|la|في|ب|ف|fi|f|b))*\s+[بف]?$",
    re.IGNORECASE,
)
_LONGEST = 80  # characters of a detail that are kept


@dataclass(slots=True)
class Frame:
    """A search: the details are the person's own words, or `anything`, `anywhere`, `online`.

    `what` is the job, field or topic; `shown` are the ids of the cards last shown, in order;
    `seen` counts how many were shown of this search; `focus` is the id last spoken about.
    `proposed`: any place, job or topic was proposed in place of the detail that is asked for.
    `wishes`: what an offer must say outright, such as that no experience is asked.
    """

    kind: Kind = "offer"
    what: str | None = None
    place: str | None = None
    contract: str | None = None
    date: str | None = None
    asked: str | None = None
    shown: list[int] = field(default_factory=list)
    seen: int = 0
    focus: int | None = None
    proposed: bool = False
    wishes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, slot: object) -> Self | None:
        """From the slot's value; None when there is none (or one of an older version)."""
        if not isinstance(slot, dict) or not set(slot) <= {f.name for f in fields(cls)}:
            return None
        return cls(**slot)

    def as_slot(self) -> dict[str, Any]:
        """For the slot."""
        return asdict(self)

    def wish(self) -> dict[str, str]:
        """What is looked for, for a counsellor to read: the details that were given."""
        given = {name: getattr(self, name) for name in ("what", "place", "contract", "date")}
        named = {k: v for k, v in given.items() if v and v not in (ANYTHING, ANYWHERE, ONLINE)}
        return {"kind": self.kind, **named}

    def missing(self) -> str | None:
        """The next detail to ask for: an offer needs work and place, a training its topic."""
        needed = {"offer": ("what", "place"), "training": ("what",), "event": ()}[self.kind]
        return next((name for name in needed if not getattr(self, name)), None)


@dataclass(frozen=True, slots=True)
class Details:
    """What one message says about a search. None: not mentioned."""

    what: str | None = None
    place: str | None = None
    contract: str | None = None
    date: str | None = None
    wishes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return any((self.what, self.place, self.contract, self.date, self.wishes))


def details(text: str, entities: list[dict[str, Any]]) -> Details:
    """Read a message's entities (and, for "anywhere" and the like, its words)."""
    meant = [e for e in entities if not _REFUSED.search(text[: int(e.get("start") or 0)])]
    values = {str(e["entity"]): str(e["value"])[:_LONGEST] for e in reversed(meant)}
    what = values.get("occupation") or values.get("topic")
    return Details(
        what=ANYTHING if what and lexicon("any").exactly(what) == ANYTHING else what,
        place=_place(text, values.get("place")),
        contract=_contract(values.get("contract")),
        date=values.get("date"),
        wishes=lexicon("wishes").all_within(text),
    )


def _place(text: str, named: str | None) -> str | None:
    if named is None:
        return lexicon("any").within(text, ANYWHERE, ONLINE)
    meant = lexicon("any").exactly(named)
    return meant if meant in (ANYWHERE, ONLINE) else named


def _contract(words: str | None) -> str | None:
    if words is None:
        return None
    known = lexicon("contracts")
    code = known.exactly(words) or known.within(words)
    return None if code == FULL_TIME else code


def begun(kind: Kind, said: Details, before: Frame | None, *, short: bool) -> Frame:
    """The frame of a message that says what is looked for.

    A message that names no new work or topic goes on with the one before: of the same kind
    always ("cherche plutôt à Rabat"), of another when it is `short` ("et des formations ?"). One
    that names something new starts anew, in the same place unless it names another.
    """
    frame = Frame(kind=kind, what=said.what, contract=said.contract, date=said.date)
    frame.wishes = list(said.wishes)
    frame.place = said.place or (before.place if before else None)
    if before and not said.what and (before.kind == kind or (short and _alike(before.kind, kind))):
        frame.what = before.what
        frame.contract = said.contract or (before.contract if kind == before.kind else None)
        frame.wishes = _both(before.wishes, said.wishes)
    return frame


def _both(before: Iterable[str], said: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*before, *said)))


def _alike(one: Kind, other: Kind) -> bool:
    # A trade is looked for as a job or as a course; an event is about something else.
    return "event" not in (one, other)


def corrected(frame: Frame, said: Details) -> Frame:
    """The frame with what a later message says put in; a new list begins."""
    return Frame(
        kind=frame.kind,
        what=said.what or frame.what,
        place=said.place or frame.place,
        contract=said.contract or frame.contract,
        date=said.date or frame.date,
        wishes=_both(frame.wishes, said.wishes),
    )
