"""What happens at the desk, each in one transaction: the rows, and what the person is told."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.handoff import holding, items, queue, routing, talk
from bot.handoff.models import Handoff, Presence, Team
from bot.handoff.views import Actor, Closed, Item, Rated
from bot.handoff.voice import Voice
from bot.messages import Body
from errors import BadInput, NotThere, NotYours
from store.base import now

OUTCOMES = (
    "helped",
    "information",
    "listing",
    "appointment",
    "referred",
    "no_answer",
    "spam",
    "other",
)
"""What can come of a conversation."""

_UNTHANKED = ("spam", "no_answer")  # nobody is there to say how it was


@dataclass(frozen=True, slots=True)
class Hooks:
    """What other parts of the desk do with a conversation that is over.

    Attributes:
        closed: called in the transaction that closes one, whether a counsellor closed it or gave
            it back.
        rated: called in the transaction of the second tap of the satisfaction question; what it
            returns is said to the person after the thanks.
    """

    closed: Callable[[Session, Closed], None] | None = None
    rated: Callable[[Session, Rated], list[Body]] | None = None


class Acts:
    """The acts of counsellors.

    Args:
        voice: what persons are told.
        hooks: what others do when it is over.
    """

    def __init__(self, voice: Voice, hooks: Hooks) -> None:
        self._voice = voice
        self.hooks = hooks

    def take(self, session: Session, actor: Actor, handoff_id: int) -> Item:
        """Take a waiting conversation. Raises as holding.take."""
        handoff = holding.take(session, handoff_id, actor.id, actor.id)
        self._say_who(session, handoff, "handoff_taken", actor.known_as)
        return items.one(session, handoff, actor.language)

    def assign(self, session: Session, actor: Actor, handoff_id: int, to: str) -> Item:
        """Give a conversation to somebody, whoever holds it.

        Raises:
            NotYours: the actor does not supervise. NotThere, Taken: see holding.
        """
        if not actor.supervises:
            raise NotYours("only who supervises assigns")
        handoff = queue.get(session, handoff_id)
        name = _name(session, to)
        if handoff.state == "waiting":
            handoff = holding.take(session, handoff_id, to, actor.id)
        elif handoff.account_id is not None and handoff.account_id != to:
            handoff = holding.move(session, handoff_id, handoff.account_id, to, actor.id)
        else:
            raise BadInput("this conversation cannot be assigned so")
        self._say_who(session, handoff, "handoff_taken", name)
        return items.one(session, handoff, actor.language)

    def transfer(  # noqa: PLR0913, PLR0917 - to a person or a team, with a note
        self,
        session: Session,
        actor: Actor,
        handoff_id: int,
        account: str | None,
        team: int | None,
        note: str = "",
    ) -> Item:
        """Pass a conversation on, to a person or to the queue of a team.

        One that waits may be passed on by whoever sees it, one that is held by its holder.

        Raises:
            BadInput: to neither or both, or to oneself. NotYours: the actor neither holds it nor
            supervises. NotThere, Taken: see holding.
        """
        if (account is None) == (team is None) or account == actor.id:
            raise BadInput("a conversation goes to another person, or to a team")
        waits = queue.get(session, handoff_id).state == "waiting"
        holder = None if waits else _holder(session, actor, handoff_id)
        if note.strip():
            talk.note(session, actor, handoff_id, note)
        if account is not None:
            return self._to_person(session, actor, handoff_id, holder, account)
        if session.get(Team, team) is None:
            raise NotThere(f"no team {team}")
        handoff = holding.put_back(
            session, handoff_id, holder, kind="transferred", by=actor.id, team_id=team
        )
        routing.route(session, handoff, keep_team=True)
        # Who is called back later is told nothing new: their day and time stay.
        if handoff.due_at <= now():
            self._stands(session, handoff, "handoff_passed_on")
        return items.one(session, handoff, actor.language)

    def _to_person(
        self, session: Session, actor: Actor, handoff_id: int, holder: str | None, account: str
    ) -> Item:
        name = _name(session, account)
        if holder is None:
            handoff = holding.take(session, handoff_id, account, actor.id)
        else:
            handoff = holding.move(session, handoff_id, holder, account, actor.id)
        self._say_who(session, handoff, "handoff_taken", name)
        return items.one(session, handoff, actor.language)

    def vanish(self, session: Session, handoff_id: int, holder: str) -> None:
        """Put a conversation back whose holder left it lying. Raises as holding.put_back."""
        self._without(session, handoff_id, holder, "vanished", 1)

    def left(self, session: Session, handoff_id: int, holder: str) -> None:
        """Put a conversation back whose holder has signed out. Raises as holding.put_back."""
        self._without(session, handoff_id, holder, "left", 0)

    def _without(
        self, session: Session, handoff_id: int, holder: str, kind: str, vanished: int
    ) -> None:
        vanished += queue.get(session, handoff_id).vanished
        handoff = holding.put_back(
            session, handoff_id, holder, kind=kind, by=None, vanished=vanished
        )
        routing.route(session, handoff, keep_team=True, without=holder)
        self._stands(session, handoff, "handoff_vanished")

    def close(
        self, session: Session, actor: Actor, handoff_id: int, outcome: str, *, ask: bool
    ) -> Item:
        """Close a conversation; the person is asked how it was unless `ask` is false.

        Raises:
            BadInput: the outcome is none of OUTCOMES. NotYours, NotThere, Taken: see holding.
        """
        if outcome not in OUTCOMES:
            raise BadInput("no such outcome")
        holder = _holder(session, actor, handoff_id)
        handoff = holding.end(session, handoff_id, "closed", outcome, by=actor.id, holder=holder)
        self._over(session, handoff)
        if outcome not in _UNTHANKED:
            self._say_who(session, handoff, "handoff_ended", _name(session, holder, actor))
            if ask:
                self._voice.say(session, handoff, "handoff_helped")
        return items.one(session, handoff, actor.language)

    def give_back(self, session: Session, actor: Actor, handoff_id: int) -> Item:
        """Give a conversation back to the machine, which says so. Raises as close."""
        holder = _holder(session, actor, handoff_id)
        handoff = holding.end(session, handoff_id, "returned", None, by=actor.id, holder=holder)
        self._over(session, handoff)
        self._back(session, handoff)
        return items.one(session, handoff, actor.language)

    def idle(self, session: Session, handoff_id: int, holder: str) -> None:
        """Give a conversation back in which the person has long been silent."""
        handoff = holding.end(
            session, handoff_id, "returned", "no_answer", by=None, holder=holder, kind="idle"
        )
        self._over(session, handoff)
        self._back(session, handoff)

    def _say_who(self, session: Session, handoff: Handoff, key: str, name: str | None) -> None:
        """Say something about a counsellor, by name where people are told it."""
        if name is None or not self._voice.names:
            self._voice.say(session, handoff, f"{key}_unnamed")
        else:
            self._voice.say(session, handoff, key, name=name)

    def _back(self, session: Session, handoff: Handoff) -> None:
        wish = handoff.card.get("wish") or {}
        wanted = " · ".join(str(wish[name]) for name in ("what", "place") if wish.get(name))
        if wanted:
            self._voice.say(session, handoff, "handoff_returned_search", wish=wanted)
        else:
            self._voice.say(session, handoff, "handoff_returned")

    def _stands(self, session: Session, handoff: Handoff, key: str) -> None:
        language = self._voice.language(session, handoff)
        body = self._voice.standing(session, handoff, language, key)
        self._voice.put(session, handoff.contact_id, [body], language)

    def _over(self, session: Session, handoff: Handoff) -> None:
        if self.hooks.closed is None or handoff.closed_at is None:
            return
        closed = Closed(
            handoff_id=handoff.id,
            contact_id=handoff.contact_id,
            account_id=handoff.closed_by or handoff.account_id,
            outcome=handoff.outcome or handoff.state,
            language=self._voice.language(session, handoff),
            closed_at=handoff.closed_at,
        )
        self.hooks.closed(session, closed)


def _holder(session: Session, actor: Actor, handoff_id: int) -> str:
    """Who holds it, for somebody who may act on it: the holder, or who supervises."""
    handoff = queue.get(session, handoff_id)
    if handoff.state != "held" or handoff.account_id is None:
        raise NotYours("nobody holds this conversation")
    if handoff.account_id != actor.id and not actor.supervises:
        raise NotYours("this conversation is not yours")
    return handoff.account_id


def _name(session: Session, account_id: str, actor: Actor | None = None) -> str | None:
    """The name by which persons know an account; None where they are told none.

    Raises:
        NotThere: it was never at the desk.
    """
    if actor is not None and actor.id == account_id:
        return actor.known_as
    found = session.get(Presence, account_id)
    if found is None:
        raise NotThere("this account was never at the desk")
    return found.name if found.named else None
