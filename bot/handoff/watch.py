"""What time does to hand-offs: who was left alone, who fell silent, what nobody took up."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Self

import structlog
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.edges import Edges
from bot.handoff import callback, holding, presence, queue, routing
from bot.handoff.acts import Acts
from bot.handoff.bell import Bell
from bot.handoff.models import Handoff, HandoffMessage, Presence
from bot.handoff.taps import Taps, read
from bot.handoff.views import Event
from bot.handoff.voice import Voice
from bot.messages import Received
from bot.models import INCOMING, REPLY
from bot.periodic import Periodic
from bot.transactions import Transactions
from errors import PartUnavailable, Taken
from languages.profile import Desk
from store.base import now

log = structlog.get_logger()

_OFFER = timedelta(days=1)
"""Who has not taken up a callback by then does not want one."""
_AT_ONCE = 100  # conversations in one look
Act = Callable[[Session, int, str], None]


class Watch:
    """Looks every few seconds on the edge that leads, and at each message for a counsellor.

    Args:
        transactions: the database.
        edges: this edge among the others.
        acts: what happens.
        taps: answers the one button that works while a counsellor is there.
        voice: the words.
        bell: tells the desk.
        stir: has the outbox look at once.
        desk: after how long.
        every: seconds between two looks.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it brings together
        self,
        transactions: Transactions,
        edges: Edges,
        acts: Acts,
        taps: Taps,
        voice: Voice,
        bell: Bell,
        *,
        stir: Callable[[], None],
        desk: Desk,
        every: float = 15.0,
    ) -> None:
        self._db = transactions
        self._acts = acts
        self._taps = taps
        self._voice = voice
        self._bell = bell
        self._stir = stir
        self._vanish = timedelta(minutes=desk.vanish_minutes)
        self._idle = timedelta(hours=desk.idle_hours)
        self._leaving = ("left", "gone") if desk.sign_out == "give_back" else ("gone",)
        self._looks = Periodic("desk_watch", self.look, every, when=lambda: edges.leads)
        self._tasks: set[asyncio.Task[None]] = set()
        bell.on_event(self._hear)

    async def __aenter__(self) -> Self:
        """Begin to look."""
        await self._looks.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop. What was due is done by the next look."""
        await self._looks.__aexit__()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hear(self, event: Event) -> None:
        if event.kind == "presence":
            self._looks.soon()

    def held(self, received: Received) -> None:
        """A message has come for the counsellor who holds the conversation."""
        self._start(self._held(received))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _held(self, received: Received) -> None:
        try:
            alone = await self._db.write(self.came, received)
        except PartUnavailable as error:  # the next look finds it
            log.warning("message_not_noted", contact=received.contact_id, why=str(error))
            return
        except Exception:
            log.exception("message_not_noted", contact=received.contact_id)
            return
        self._stir()
        self._bell.ring(Event("held" if alone else "message", received.contact_id))

    def came(self, session: Session, received: Received) -> bool:
        """Note that a person waits for their counsellor; whether that one has long left.

        Then the conversation is back in the queue at once: nobody waits half an hour for somebody
        who went home yesterday.
        """
        handoff = queue.current(session, received.contact_id)
        if handoff is None or handoff.account_id is None:
            return False
        self._tapped(session, handoff, received)
        handoff.unanswered_since = handoff.unanswered_since or now()
        session.flush()
        holder = session.get(Presence, handoff.account_id)
        if holder is not None and holder.status in self._leaving:
            self._acts.left(session, handoff.id, handoff.account_id)
            return True
        if holder is not None and holder.seen_at > now() - self._vanish:
            return False
        if handoff.acted_at is not None and handoff.acted_at > now() - self._vanish:
            return False
        self._acts.vanish(session, handoff.id, handoff.account_id)
        return True

    def _tapped(self, session: Session, handoff: Handoff, received: Received) -> None:
        name, value = read(received.waiting.payload if received.waiting else None)
        if name == "/handoff_original" and received.waiting:
            language = self._voice.language(session, handoff)
            bodies = self._taps.original(session, received.waiting, language, value)
            self._voice.put(session, handoff.contact_id, bodies, language)

    async def look(self) -> None:
        """Do what there is to do now."""
        await self._db.write(find_unanswered)
        for handoff_id, holder in await self._db.read(vanished, self._vanish):
            await self._done(self._acts.vanish, handoff_id, holder, "left_alone")
        for handoff_id, holder in await self._db.read(deserted, self._leaving):
            await self._done(self._acts.left, handoff_id, holder, "left_by_its_holder")
        for handoff_id, holder in await self._db.read(silent, self._idle):
            await self._done(self._acts.idle, handoff_id, holder, "fell_silent")
        twins = await self._db.write(part_twins)
        expired = await self._db.write(callback.expire, now() - _OFFER)
        if twins or expired or await self._db.write(suggest):
            self._bell.ring(Event("queue"))

    async def _done(self, act: Act, handoff_id: int, holder: str, what: str) -> None:
        try:
            await self._db.write(act, handoff_id, holder)
        except Taken:  # somebody acted in this very moment
            return
        log.info(what, handoff=handoff_id)
        self._stir()
        self._bell.ring(Event("held", handoff_id=handoff_id, account_id=holder))


def _spoken_at() -> ColumnElement[object]:
    """When the holder last said something; when they took it, before that."""
    said = (
        select(func.max(REPLY.c.created_at))
        .join(HandoffMessage, HandoffMessage.reply_id == REPLY.c.id)
        .where(
            HandoffMessage.handoff_id == Handoff.id,
            HandoffMessage.account_id == Handoff.account_id,
        )
        .scalar_subquery()
    )
    return func.coalesce(said, Handoff.held_at)


def find_unanswered(session: Session) -> None:
    """Note who waits for their counsellor, where an edge died before it could."""
    came = (
        select(Handoff.id, func.min(INCOMING.c.received_at))
        .join(INCOMING, INCOMING.c.contact_id == Handoff.contact_id)
        .where(
            Handoff.state == "held",
            Handoff.unanswered_since.is_(None),
            INCOMING.c.status == "held",
            INCOMING.c.received_at > _spoken_at(),
        )
        .group_by(Handoff.id)
    )
    for handoff_id, since in session.execute(came).all():
        session.get_one(Handoff, handoff_id).unanswered_since = since
    session.flush()


def vanished(session: Session, after: timedelta) -> Sequence[tuple[int, str]]:
    """Conversations whose person waits, and whose holder has done nothing in them, for so long."""
    before = now() - after
    query = select(Handoff.id, Handoff.account_id).where(
        Handoff.state == "held",
        Handoff.unanswered_since < before,
        or_(Handoff.acted_at.is_(None), Handoff.acted_at < before),
    )
    return [(one, str(who)) for one, who in session.execute(query.limit(_AT_ONCE))]


def deserted(session: Session, leaving: Sequence[str]) -> Sequence[tuple[int, str]]:
    """Conversations whose holder has signed out while their person waits, or is gone for good.

    A person who has their answer and is silent is not bothered: they are met when they write.
    """
    query = (
        select(Handoff.id, Handoff.account_id)
        .join(Presence, Presence.account_id == Handoff.account_id)
        .where(
            Handoff.state == "held",
            Presence.status.in_(leaving),
            or_(Handoff.unanswered_since.is_not(None), Presence.status == "gone"),
        )
    )
    return [(one, str(who)) for one, who in session.execute(query.limit(_AT_ONCE))]


def silent(session: Session, after: timedelta) -> Sequence[tuple[int, str]]:
    """Conversations in which the person owes a word, and nobody has done anything, for so long."""
    query = select(Handoff.id, Handoff.account_id).where(
        Handoff.state == "held",
        Handoff.unanswered_since.is_(None),
        Handoff.acted_at < now() - after,
    )
    return [(one, str(who)) for one, who in session.execute(query.limit(_AT_ONCE))]


def part_twins(session: Session) -> int:
    """End the later of two open hand-offs: two contacts of one person became one (people/links)."""
    other = aliased(Handoff)
    query = (
        select(Handoff.id)
        .join(other, other.contact_id == Handoff.contact_id)
        .where(
            Handoff.state.in_(("offered", "waiting")),
            other.state.in_(queue.OPEN),
            or_(other.state == "held", other.id < Handoff.id),
            other.id != Handoff.id,
        )
        .distinct()
    )
    twins = list(session.scalars(query))
    for twin in twins:
        holding.end(session, twin, "cancelled", None, by=None, holder=None)
    return len(twins)


def suggest(session: Session) -> bool:
    """Suggest who waits to somebody who is here; whether anything has changed."""
    here = {one.account_id for one in presence.colleagues(session) if one.here}
    waiting = session.scalars(select(Handoff).where(*queue.waits(now())).limit(_AT_ONCE)).all()
    changed = False
    for row in waiting:
        before = row.suggested_to
        if before not in here:
            routing.route(session, row, keep_team=True)
            changed |= row.suggested_to != before
    return changed
