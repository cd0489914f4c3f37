"""The figures as they may be shown: with the number of cases, and nothing that tells of few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk.figures.counting import Counted
from bot.desk.figures.disclosure import LEAST, Share, share, shares, shown
from bot.followups.asking import SITUATIONS

Row = tuple[str, str, str, int | None, int | None]
"""Of the file: first day of the week or "", figure, group, count, of how many; None: too few."""


@dataclass(frozen=True, slots=True)
class ShownWeek:
    """One week; see counting.Week."""

    start: date
    conversations: int | None
    handed: Share
    unanswered: Share
    helped: Share


@dataclass(frozen=True, slots=True)
class Later:
    """What became of people `day` days after a counsellor: of all who answered."""

    day: int
    asked: Share
    situations: Mapping[str, Share]
    helped: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """All that the page shows. `groups`: by kind, conversations or hand-offs of each group."""

    weeks: Sequence[ShownWeek]
    conversations: int | None
    handed: Share
    unanswered: Share
    helped: Share
    groups: Mapping[str, Mapping[str, int | None]]
    later: Sequence[Later]

    @property
    def most(self) -> int:
        """The conversations of the fullest week."""
        return max((week.conversations or 0 for week in self.weeks), default=0)


def figures(counted: Counted) -> Figures:
    """What may be shown of the counts."""
    weeks = counted.weeks
    handed = shares({one.start: (one.handed, one.conversations) for one in weeks})
    unanswered = shares({one.start: (one.unanswered, one.messages) for one in weeks})
    helped = shares({one.start: (one.helped, one.rated) for one in weeks})
    conversations = sum(one.conversations for one in weeks)
    return Figures(
        weeks=[ShownWeek(d, handed[d].whole, handed[d], unanswered[d], helped[d]) for d in handed],
        conversations=share(conversations, conversations).whole,
        handed=share(sum(one.handed for one in weeks), conversations),
        unanswered=share(sum(one.unanswered for one in weeks), sum(one.messages for one in weeks)),
        helped=share(sum(one.helped for one in weeks), sum(one.rated for one in weeks)),
        groups={
            "language": _ranked(counted.languages),
            "channel": _ranked(counted.channels),
            "subject": _ranked(counted.subjects),
            "reason": _ranked(counted.reasons),
            "topic": _ranked(counted.topics),
        },
        later=[_later(counted, number) for number in range(len(counted.followed))],
    )


def _ranked(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The most first; those that are not shown last, by name, so that their order tells nothing."""
    told = shown(counts)
    return dict(sorted(told.items(), key=lambda one: (-(one[1] or 0), one[0])))


def _later(counted: Counted, number: int) -> Later:
    one = counted.followed[number]
    situations = {name: one.situations.get(name, 0) for name in SITUATIONS}
    answered = sum(situations.values())
    told = shown({name: many for name, many in situations.items() if many})
    return Later(
        day=one.day,
        asked=share(one.answered, one.asked),
        situations={
            name: Share(told.get(name, 0), answered) if answered >= LEAST else Share(None, None)
            for name in situations
        },
        helped=share(one.helped, one.answered),
    )


def rows(told: Figures) -> list[Row]:
    """Every figure on a line of its own, for a spreadsheet."""
    lines: list[Row] = []
    for week in told.weeks:
        at = week.start.isoformat()
        lines.append((at, "conversations", "", week.conversations, None))
        lines += [(at, name, "", one.part, one.whole) for name, one in _shares(week)]
    lines.append(("", "conversations", "", told.conversations, None))
    lines += [("", name, "", one.part, one.whole) for name, one in _shares(told)]
    for kind, groups in told.groups.items():
        lines += [("", kind, name, many, None) for name, many in groups.items()]
    for later in told.later:
        for name, one in (("answered", later.asked), *later.situations.items()):
            lines.append(("", f"after_{later.day}", name, one.part, one.whole))
        lines.append(("", f"after_{later.day}", "helped", later.helped.part, later.helped.whole))
    return lines


def _shares(one: ShownWeek | Figures) -> list[tuple[str, Share]]:
    return [("handed", one.handed), ("unanswered", one.unanswered), ("helped", one.helped)]
