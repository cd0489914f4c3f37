"""Free times that a counsellor may book for somebody: one's own, a colleague's, a team's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.desk.inbox import people
from bot.handoff.models import Membership
from people.appointment_models import Slot
from people.appointments import LEAD

MINE, ALL = "me", "all"
_SHOWN = 24
_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Times:
    """What can be booked.

    Attributes:
        who: whose times: me, all, team:<id> or account:<id>.
        days: the times day by day, by the deployment's clock.
        names: what their accounts are called.
        more: after when there are others; None at the end.
    """

    who: str
    days: dict[date, list[Slot]]
    names: dict[str, str]
    more: datetime | None


def lead(own: bool) -> timedelta:  # noqa: FBT001 - what it is about
    """How long from now a time begins at the earliest: a colleague has to see it first."""
    return timedelta() if own else LEAD


def times(  # noqa: PLR0913, PLR0917 - whose, for whom, when
    session: Session,
    account_id: str,
    who: str,
    language: str,
    zone: ZoneInfo,
    moment: datetime,
    after: datetime | None = None,
) -> Times:
    """The next free times.

    Args:
        session: a session.
        account_id: who books.
        who: as in Times; "" is one's own if there are any, else everybody's.
        language: the person's; only times that are for it.
        zone: the deployment's.
        moment: now.
        after: only times that begin later.
    """
    wanted = who or MINE
    found = _free(session, account_id, wanted, language, max(moment, after or moment), moment)
    if not found and not who:
        wanted = ALL
        found = _free(session, account_id, wanted, language, moment, moment)
    shown = found[:_SHOWN]
    days: dict[date, list[Slot]] = {}
    for slot in shown:
        days.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    more = shown[-1].starts_at if len(found) > _SHOWN else None
    return Times(wanted, days, people.names(session, {one.account_id for one in shown}), more)


def _free(  # noqa: PLR0913, PLR0917 - as times
    session: Session, account_id: str, who: str, language: str, after: datetime, moment: datetime
) -> Sequence[Slot]:
    own = and_(Slot.account_id == account_id, Slot.starts_at > moment + lead(own=True))
    query = select(Slot).where(
        Slot.contact_id.is_(None),
        Slot.starts_at > after,
        or_(own, Slot.starts_at > moment + lead(own=False)),
    )
    accounts = _accounts(session, account_id, who)
    if accounts is not None:
        query = query.where(Slot.account_id.in_(accounts))
    rows = session.scalars(query.order_by(Slot.starts_at, Slot.id).limit(_LOOKED_AT))
    return [row for row in rows if not row.languages or language in row.languages]


def _accounts(session: Session, account_id: str, who: str) -> Collection[str] | None:
    """Whose times; None is everybody's."""
    kind, _, which = who.partition(":")
    if kind == "team" and which.isascii() and which.isdecimal() and len(which) < 10:  # noqa: PLR2004 - a number's end
        team = select(Membership.account_id).where(Membership.team_id == int(which))
        return list(session.scalars(team))
    if kind == "account":
        return [which]
    return None if who == ALL else [account_id]
