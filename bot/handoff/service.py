"""The counsellors' way in: everything that the console does with a conversation.

See docs/desk/handoff.md. Each method is one short transaction; what it raises is told there.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Self

from sqlalchemy.orm import Session

from bot.handoff import items, looks, presence, talk
from bot.handoff.acts import OUTCOMES, Acts, Hooks
from bot.handoff.bell import Bell
from bot.handoff.readings import Readings
from bot.handoff.seeing import seen
from bot.handoff.views import Actor, Card, Colleague, Event, Found, Item, Line, Queue, TeamView
from bot.handoff.voice import Voice
from bot.incoming import clean
from bot.messages import Body
from bot.transactions import Transactions
from errors import BadInput, NotYours

__all__ = ["OUTCOMES", "HandoffService", "Hooks"]

_LINES, _FOUND = 200, 100  # at most in one answer
P = ParamSpec("P")

Listing = Callable[[int, str], Awaitable[Body]]
"""Makes the message with the card of a listing (its id), in a language; raises NotThere."""


class HandoffService:
    """What counsellors do.

    Args:
        transactions: the database.
        acts: what happens in a transaction.
        voice: the words.
        bell: tells the other windows.
        readings: translates.
        listing: makes a card of a listing.
        stir: has the outbox look at once.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts it brings together
        self,
        transactions: Transactions,
        acts: Acts,
        voice: Voice,
        bell: Bell,
        readings: Readings,
        listing: Listing,
        stir: Callable[[], None],
    ) -> None:
        self._db = transactions
        self._acts = acts
        self._voice = voice
        self._bell = bell
        self._readings = readings
        self._listing = listing
        self._stir = stir

    def begun_by(self, first: Callable[[Session], object]) -> Self:
        """The same, where `first` is done in the transaction of each act, before it."""
        begun = copy(self)
        begun._db = self._db.begun_by(first)  # noqa: SLF001 - its own kind
        return begun

    async def queue(
        self, actor: Actor, *, team: int | None = None, language: str | None = None
    ) -> Queue:
        """Who waits, in order, and what is held; of one team or language alone if given."""
        return await self._db.read(items.listed, actor, team, language)

    async def item(self, actor: Actor, handoff_id: int) -> Item:
        """One conversation. Raises NotThere."""
        return await self._db.read(looks.item, actor, handoff_id)

    async def take(self, actor: Actor, handoff_id: int) -> Item:
        """Take a waiting conversation; the machine is silent from now on. Raises Taken."""
        return await self._act(self._acts.take, actor, handoff_id)

    async def assign(self, actor: Actor, handoff_id: int, to: str) -> Item:
        """Give a conversation to an account; for who supervises. Raises NotYours, Taken."""
        return await self._act(self._acts.assign, actor, handoff_id, to)

    async def transfer(
        self,
        actor: Actor,
        handoff_id: int,
        *,
        account: str | None = None,
        team: int | None = None,
        note: str = "",
    ) -> Item:
        """Pass a conversation on to a person, or to the queue of a team, with a note.

        Raises:
            BadInput, NotYours, NotThere, Taken.
        """
        return await self._act(self._acts.transfer, actor, handoff_id, account, team, note)

    async def close(self, actor: Actor, handoff_id: int, outcome: str, *, ask: bool = True) -> Item:
        """Close a conversation; with `ask` the person is asked how it was. Raises BadInput."""
        return await self._act(self._acts.close, actor, handoff_id, outcome, ask=ask)

    async def give_back(self, actor: Actor, handoff_id: int) -> Item:
        """Give a conversation back to the machine, which goes on where it was."""
        return await self._act(self._acts.give_back, actor, handoff_id)

    async def send(
        self, actor: Actor, handoff_id: int, text: str, *, translate: bool = True
    ) -> Line:
        """Write to the person: in their language where a model can, else as it was written.

        Raises:
            BadInput, NotThere, NotYours; Gone when the person has blocked us.
        """
        text = talk.checked(text)
        target = await self._db.read(looks.language_of, handoff_id, actor, self._voice)
        said = talk.Said("text", text, actor.language, self._signed(text, actor), target)
        if translate and self._readings.can(actor.language, target):
            made = await self._readings.put(text, actor.language, target)
            if made.automatic:
                said = self._translated(actor, said, made.text)
        return await self._say(actor, handoff_id, said)

    async def send_file(
        self, actor: Actor, handoff_id: int, make: Callable[[Session, str], Body]
    ) -> Line:
        """Send a file.

        Args:
            actor: who sends.
            handoff_id: the conversation.
            make: keeps the file for a contact (its id), in the transaction of the message, and
                gives the message that tells of it. What it raises undoes all.

        Raises:
            NotThere, NotYours, Gone.
        """
        target = await self._db.read(looks.language_of, handoff_id, actor, self._voice)

        def signed(session: Session, contact_id: str) -> Body:
            body = make(session, contact_id)
            return {**body, "custom": {**body["custom"], **self._counsellor(actor)}}

        reply_id, contact_id = await self._db.write(
            talk.send_file, actor, handoff_id, target, signed
        )
        return await self._said(actor, handoff_id, reply_id, contact_id)

    def translates(self, source: str, target: str) -> bool:
        """Whether one language is translated into the other."""
        return self._readings.can(source, target)

    async def send_texts(self, actor: Actor, handoff_id: int, texts: Mapping[str, str]) -> Line:
        """Send a prepared answer in the person's language, else in the counsellor's.

        Args:
            actor: who sends.
            handoff_id: the conversation.
            texts: the answer by language.

        Raises:
            BadInput: it stands in neither language; NotThere, NotYours, Gone.
        """
        target = await self._db.read(looks.language_of, handoff_id, actor, self._voice)
        language = next((code for code in (target, actor.language) if texts.get(code)), None)
        if language is None:
            raise BadInput("this answer stands in neither language")
        text = talk.checked(texts[language])
        # The counsellor reads in the transcript what the person read.
        body = self._signed(text, actor)
        return await self._say(
            actor, handoff_id, talk.Said("prepared", text, language, body, language)
        )

    async def send_listing(self, actor: Actor, handoff_id: int, listing_id: int) -> Line:
        """Send a listing as a card, in the person's language.

        Raises:
            NotThere: no such listing, too; NotYours, Gone; PartUnavailable: the actions are away.
        """
        target = await self._db.read(looks.language_of, handoff_id, actor, self._voice)
        card = await self._listing(listing_id, target)
        body = {**card, "custom": {**(card.get("custom") or {}), **self._counsellor(actor)}}
        said = talk.Said("listing", str(body["text"]), target, body, target)
        return await self._say(actor, handoff_id, said)

    async def note(self, actor: Actor, handoff_id: int, text: str) -> Line:
        """Note something for colleagues. Raises BadInput, NotThere."""
        await self.item(actor, handoff_id)
        note_id, contact_id = await self._db.write(talk.note, actor, handoff_id, text)
        self._bell.ring(Event("message", contact_id, handoff_id, actor.id))
        return await self._db.read(looks.note_line, note_id)

    async def seen(self, actor: Actor, handoff_id: int, key: str) -> None:
        """Note up to which line the holder has looked; of somebody else it changes nothing."""
        if await self._db.write(seen, actor.id, handoff_id, key):
            self._bell.ring(Event("queue", handoff_id=handoff_id, account_id=actor.id))

    async def card(self, actor: Actor, contact_id: str) -> Card:
        """What a counsellor reads first. Raises NotThere."""
        return await self._db.read(looks.card, actor, contact_id)

    async def transcript(
        self,
        actor: Actor,
        contact_id: str,
        *,
        before: datetime | None = None,
        limit: int = 50,
        translate: bool = True,
    ) -> list[Line]:
        """The last lines before a moment, the oldest first; what lacks a translation is asked for.

        Raises:
            NotThere.
        """
        limit = max(1, min(limit, _LINES))
        lines, unread = await self._db.read(looks.transcript, actor, contact_id, before, limit)
        if translate:
            self._readings.want(contact_id, unread, actor.language)
        return lines

    async def search(self, actor: Actor, text: str, *, limit: int = 50) -> list[Found]:
        """Lines with a text in them, the latest first.

        Of one's own conversations; of all for who supervises.
        """
        text = clean(text)[:200]
        if not text:
            return []
        return await self._db.read(looks.found, actor, text, max(1, min(limit, _FOUND)))

    async def here(
        self,
        actor: Actor,
        *,
        languages: Sequence[str],
        capacity: int = 5,
        status: str = "here",
    ) -> None:
        """A sign of life, every 30 seconds; `status` is here or away. Raises BadInput."""
        if status not in {"here", "away"} or not 0 <= capacity <= 100:  # noqa: PLR2004 - more is a slip
            raise BadInput("status or capacity")
        if await self._db.write(presence.here, actor, languages, capacity, status):
            self._bell.ring(Event("presence", account_id=actor.id))

    def left(self) -> None:
        """Somebody's last session has ended (presence.leave): whoever looks after it looks now."""
        self._bell.ring(Event("presence"))

    async def colleagues(self) -> list[Colleague]:
        """Everybody who was ever at the desk, who is here first."""
        return await self._db.read(presence.colleagues)

    async def teams(self) -> list[TeamView]:
        """Every team, by name."""
        return await self._db.read(presence.teams)

    async def save_team(self, actor: Actor, team: TeamView) -> int:
        """Make (id 0) or change a team, its members with it. Raises NotYours, BadInput."""
        _supervises(actor)
        return await self._db.write(presence.save_team, team)

    async def delete_team(self, actor: Actor, team_id: int) -> None:
        """Delete a team; who waited for it waits for anybody. Raises NotYours, NotThere."""
        _supervises(actor)
        await self._db.write(presence.delete_team, team_id)

    async def events(self, actor: Actor) -> AsyncGenerator[Event, None]:
        """Everything that happens at the desk from now on; ends when the edge stops."""
        async with aclosing(self._bell.listen()) as heard:
            async for event in heard:
                yield event

    async def _act(
        self,
        act: Callable[Concatenate[Session, Actor, int, P], Item],
        actor: Actor,
        handoff_id: int,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Item:
        made: Item = await self._db.write(
            lambda session: act(session, actor, handoff_id, *args, **kwargs)
        )
        self._stir()
        self._bell.ring(Event("held", made.contact_id, made.id, made.account_id))
        return made

    async def _say(self, actor: Actor, handoff_id: int, said: talk.Said) -> Line:
        reply_id, contact_id = await self._db.write(talk.send, actor, handoff_id, said)
        return await self._said(actor, handoff_id, reply_id, contact_id)

    async def _said(self, actor: Actor, handoff_id: int, reply_id: int, contact_id: str) -> Line:
        self._stir()
        self._bell.ring(Event("message", contact_id, handoff_id, actor.id))
        return await self._db.read(looks.reply_line, reply_id, actor.language)

    def _signed(self, text: str, actor: Actor) -> dict[str, Any]:
        return {"text": text, "custom": self._counsellor(actor)}

    def _counsellor(self, actor: Actor) -> dict[str, Any]:
        """Who says it, for clients that show it: by name where people are told it."""
        named = actor.known_as if self._voice.names else None
        return {"counsellor": {"name": named} if named else {}}

    def _translated(self, actor: Actor, said: talk.Said, text: str) -> talk.Said:
        mark = self._voice.body("handoff_translated", said.sent_in)
        body = {
            **self._signed(f"{text}\n{mark['text']}", actor),
            "buttons": mark["buttons"],
        }
        return talk.Said(said.kind, said.text, said.language, body, said.sent_in, automatic=True)


def _supervises(actor: Actor) -> None:
    if not actor.supervises:
        raise NotYours("only who supervises does this")
