"""What the list shows: one tab of conversations, how many stand in the others, who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from bot.desk.desk import Desk
from bot.desk.inbox import people
from bot.handoff import items
from bot.handoff.models import Handoff, HandoffStep
from bot.handoff.views import Actor, Item, Queue, TeamView

_CLOSED = 50
TABS = ("mine", "waiting", "others", "closed")
OVER = ("closed", "returned", "cancelled")


class Filters(BaseModel):
    """What of the list is wanted; empty means any."""

    show: Annotated[str, Field(max_length=16)] = ""
    language: Annotated[str, Field(max_length=8)] = ""
    team: Annotated[str, Field(max_length=10)] = ""

    def query(self, **changed: str) -> str:
        """The same as the end of an address, with something changed; "" where nothing is set."""
        values = {**self.model_dump(), **changed}
        kept = {name: value for name, value in values.items() if value}
        return f"?{QueryParams(kept)}" if kept else ""

    @property
    def team_id(self) -> int | None:
        """The team's number."""
        return int(self.team) if self.team.isascii() and self.team.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Shown:
    """The list, ready to be drawn.

    Attributes:
        tab: the one that is open; `counts`: how many stand in each.
        items: its conversations; `later`: callbacks for later, below those who wait.
        names: of the accounts that hold them.
        unread: messages in one's own conversations that one has not seen.
        teams: to choose from.
    """

    tab: str
    given: Filters
    counts: dict[str, int]
    items: Sequence[Item]
    later: Sequence[Item]
    names: dict[str, str]
    unread: int
    teams: Sequence[TeamView] = field(default=())

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self.counts["waiting"]


async def shown(desk: Desk, actor: Actor, given: Filters) -> Shown:
    """The list for somebody."""
    queue = await desk.handoff.queue(actor, team=given.team_id, language=given.language or None)
    tab = given.show if given.show in TABS else "mine" if queue.mine else "waiting"
    over = await desk.transactions.read(_over, actor) if tab == "closed" else []
    listed = _fitting(over if tab == "closed" else _of(queue, tab), given)
    later = queue.later if tab == "waiting" else []
    whose = [one.account_id for one in listed]
    return Shown(
        tab,
        given,
        {name: len(_of(queue, name)) for name in TABS},
        listed,
        later,
        await desk.transactions.read(people.names, whose),
        sum(one.unread for one in queue.mine),
        await desk.handoff.teams(),
    )


def around(given: Filters, item: Item, actor: Actor) -> Filters:
    """The filters beside an open conversation: once one has it, it stands among one's own."""
    mine = item.state == "held" and item.account_id == actor.id
    moved = mine and given.show in {"waiting", "others"}
    return given.model_copy(update={"show": "mine"}) if moved else given


def _of(queue: Queue, tab: str) -> Sequence[Item]:
    found: Sequence[Item] = getattr(queue, tab, ())
    return found


def _fitting(listed: Sequence[Item], given: Filters) -> Sequence[Item]:
    team = given.team_id
    return [
        one
        for one in listed
        if given.language in {"", one.language}
        and (team is None or one.team is None or one.team[0] == team)
    ]


def _over(session: Session, actor: Actor) -> list[Item]:
    """The last conversations that are over; for counsellors, those that they had a part in."""
    query = select(Handoff).where(Handoff.state.in_(OVER), Handoff.closed_at.is_not(None))
    if not actor.supervises:
        did = select(HandoffStep.handoff_id).where(HandoffStep.account_id == actor.id)
        query = query.where(or_(Handoff.account_id == actor.id, Handoff.id.in_(did)))
    rows = session.scalars(
        query.order_by(Handoff.closed_at.desc(), Handoff.id.desc()).limit(_CLOSED)
    )
    return items.items(session, rows.all(), actor.language)
