"""The person's side: they are put into the queue, told where they stand, and may leave it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.handoff import holding, queue, routing
from bot.handoff.bell import Bell
from bot.handoff.lobby import Lobby
from bot.handoff.models import Handoff
from bot.handoff.queue import Wanted
from bot.handoff.views import Event
from bot.handoff.voice import Voice
from bot.messages import Body, Composed, Waiting
from bot.models import INCOMING
from bot.transactions import Transactions
from errors import PartUnavailable, Taken
from store.base import now

log = structlog.get_logger()

_REASONS = ("asked", "misunderstood", "distress", "scam")
_LONG_AWAY = timedelta(hours=1)
_LONGEST = 400  # characters of one word of the card


class Reception:
    """Goes on where the dialogue's answer ends (see composer.Finisher).

    Args:
        transactions: the database.
        voice: the words.
        lobby: whose hand-off is open.
        bell: tells the desk.
    """

    def __init__(self, transactions: Transactions, voice: Voice, lobby: Lobby, bell: Bell) -> None:
        self._db = transactions
        self._voice = voice
        self._lobby = lobby
        self._bell = bell

    async def finish(self, waiting: Waiting, composed: Composed) -> Composed:
        """The answer with what there is to say about a counsellor."""
        if wanted := wanted_by(composed):
            return await self._asked(waiting, composed, wanted)
        if waiting.contact_id not in self._lobby:
            return composed
        if composed.intent == "cancel":
            return await self._cancelled(waiting, composed)
        if composed.intent in {"affirm", "deny"} and not waiting.payload:
            return await self._answered(waiting, composed)
        return await self._reminded(waiting, composed)

    async def _asked(self, waiting: Waiting, composed: Composed, wanted: Wanted) -> Composed:
        try:
            body = await self._db.write(self.open, waiting.contact_id, wanted)
        except PartUnavailable:
            raise
        except Exception:  # the help line has to be said whatever goes wrong here
            log.exception("not_handed_off", contact=waiting.contact_id)
            return composed
        if body is None:
            return composed
        self._lobby.add(waiting.contact_id)
        self._bell.ring(Event("queue", waiting.contact_id))
        return replace(composed, bodies=[*_plain(composed.bodies), body])

    def open(self, session: Session, contact_id: str, wanted: Wanted) -> Body | None:
        """Put somebody into the queue, or offer them a callback, and tell where they stand.

        Who asks again hears where they stand. Distress always waits: it comes first once somebody
        is there.
        """
        before = queue.current(session, contact_id)
        open_now = self._voice.is_open(session, now())
        urgent = wanted.priority == queue.URGENT
        state = "waiting" if open_now or urgent else "offered"
        handoff = queue.ask(session, contact_id, wanted, state)
        if handoff is None or handoff.state == "held":
            return None
        if handoff.team_id is None:
            routing.route(session, handoff)
        again = before is not None and before.state == "waiting"
        key = "handoff_distress" if urgent else "handoff_still" if again else "handoff_asked"
        if handoff.callback and handoff.due_at > now() and not urgent:
            return self._voice.agreed(handoff, wanted.language)
        return self._voice.standing(session, handoff, wanted.language, key)

    async def _cancelled(self, waiting: Waiting, composed: Composed) -> Composed:
        if not await self._db.write(cancel, waiting.contact_id):
            return composed
        self._bell.ring(Event("queue", waiting.contact_id))
        body = self._voice.body("handoff_cancelled", composed.language)
        return replace(composed, bodies=[body])

    async def _answered(self, waiting: Waiting, composed: Composed) -> Composed:
        """A typed yes or no, if it answers what was just said about the counsellor."""
        if not await self._db.read(_just_asked, waiting):
            return composed
        if composed.intent == "deny":
            return await self._cancelled(waiting, composed)
        state = await self._db.read(_state, waiting.contact_id)
        if state != "offered":
            return composed
        body = self._voice.body("handoff_callback_when", composed.language)
        return replace(composed, bodies=[body])

    async def _reminded(self, waiting: Waiting, composed: Composed) -> Composed:
        """Who comes back after a while and still waits hears so."""
        body = await self._db.read(self._reminder, waiting, composed.language)
        return replace(composed, bodies=[*composed.bodies, body]) if body else composed

    def _reminder(self, session: Session, waiting: Waiting, language: str) -> Body | None:
        handoff = queue.current(session, waiting.contact_id)
        if handoff is None or handoff.state != "waiting" or handoff.due_at > now():
            return None
        last = select(func.max(INCOMING.c.received_at)).where(
            INCOMING.c.contact_id == waiting.contact_id, INCOMING.c.id < waiting.id
        )
        before = session.execute(last).scalar()
        if before is None or now() - before < _LONG_AWAY:
            return None
        return self._voice.standing(session, handoff, language, "handoff_still")


def wanted_by(composed: Composed) -> Wanted | None:
    """The hand-off that the dialogue asks for, as far as it can be used."""
    told = composed.handoff
    if not isinstance(told, dict) or told.get("reason") not in _REASONS:
        return None
    return Wanted(
        reason=str(told["reason"]),
        language=composed.language,
        topic=_short(told.get("topic"), 16),
        place=_short(told.get("place"), 80),
        card=_card(told),
    )


def _short(value: object, most: int) -> str | None:
    return value[:most] if isinstance(value, str) and value else None


def _card(told: dict[str, Any]) -> dict[str, Any]:
    wish, shown = told.get("wish"), told.get("shown")
    words = wish.items() if isinstance(wish, dict) else ()
    ids = shown if isinstance(shown, list) else []
    return {
        "wish": {str(k): v[:_LONGEST] for k, v in words if isinstance(v, str)},
        "shown": [one for one in ids if isinstance(one, int)][:20],
    }


def _plain(bodies: Sequence[Body]) -> list[Body]:
    """Without buttons: those under the last message are the ones that count."""
    return [{k: v for k, v in body.items() if k != "buttons"} for body in bodies]


def cancel(session: Session, contact_id: str) -> bool:
    """Take somebody out of the queue who does not want to wait; whether they were in it."""
    handoff = queue.current(session, contact_id)
    if handoff is None or handoff.state == "held":
        return False
    try:
        holding.end(session, handoff.id, "cancelled", None, by=None, holder=None)
    except Taken:
        return False
    return True


def _state(session: Session, contact_id: str) -> str | None:
    handoff = queue.current(session, contact_id)
    return handoff.state if handoff else None


def _just_asked(session: Session, waiting: Waiting) -> bool:
    """Whether this is the first message since the counsellor was spoken of."""
    handoff = queue.current(session, waiting.contact_id)
    if handoff is None or handoff.state == "held":
        return False
    since = select(func.count()).where(
        INCOMING.c.contact_id == waiting.contact_id,
        INCOMING.c.received_at > handoff.asked_at,
        INCOMING.c.id <= waiting.id,
    )
    return session.execute(since).scalar_one() == 1


def find(session: Session, contact_id: str) -> Handoff | None:
    """The hand-off of a contact that came to its end last, of the past two weeks."""
    return session.scalars(
        select(Handoff)
        .where(
            Handoff.contact_id == contact_id,
            Handoff.state.in_(("closed", "returned")),
            Handoff.closed_at > now() - timedelta(days=14),
        )
        .order_by(Handoff.closed_at.desc())
        .limit(1)
    ).one_or_none()
