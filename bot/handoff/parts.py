"""The hand-off's parts, put together once for an edge."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

from bot.dialogue_client import DialogueClient
from bot.edges import Edges
from bot.handoff import chatwoot
from bot.handoff.acts import Acts, Hooks
from bot.handoff.bell import Bell
from bot.handoff.hours import Hours
from bot.handoff.lobby import Lobby
from bot.handoff.presence import begin_with
from bot.handoff.readings import Readings
from bot.handoff.reception import Reception
from bot.handoff.service import HandoffService
from bot.handoff.taps import Taps
from bot.handoff.views import Event
from bot.handoff.voice import Voice
from bot.handoff.watch import Watch
from bot.speech import Speech
from bot.transactions import Transactions
from languages.translation.process import TranslationProcess
from settings import Settings


class HandoffParts:
    """Use it as an asynchronous context manager, after the edges and around the turn.

    Args:
        transactions: the database.
        edges: this edge among the others.
        speech: the words and the deployment's profile.
        settings: whether there is another desk as well.
        dialogue: the road to the action server, which makes cards.
        translation: the models.
        stir: has the outbox look at once.
        hooks: what others do when a hand-off is over.
    """

    def __init__(  # noqa: PLR0913 - the parts it brings together
        self,
        transactions: Transactions,
        edges: Edges,
        speech: Speech,
        *,
        settings: Settings,
        dialogue: DialogueClient,
        translation: TranslationProcess,
        stir: Callable[[], None],
        hooks: Hooks | None = None,
    ) -> None:
        hooks = hooks or Hooks()
        self._db = transactions
        self._stack = AsyncExitStack()
        self._desk = speech.profile.desk
        self.bell = Bell(edges, transactions)
        self._lobby = Lobby(transactions, self.bell)
        self._readings = Readings(transactions, translation, self.bell)
        voice = self.voice = Voice(speech, Hours.of(speech.profile))
        acts = Acts(voice, hooks)
        self.reception = Reception(transactions, voice, self._lobby, self.bell)
        self.taps = Taps(transactions, voice, self._lobby, self.bell, hooks)
        self.watch = Watch(
            transactions, edges, acts, self.taps, voice, self.bell, stir=stir, desk=self._desk
        )
        self.service = HandoffService(
            transactions, acts, voice, self.bell, self._readings, dialogue.listing, stir
        )
        self.chatwoot = chatwoot.make(
            settings=settings,
            transactions=transactions,
            edges=edges,
            bell=self.bell,
            service=self.service,
            language=speech.default_language,
        )

    def moved(self, contact_id: str) -> None:
        """Something was sent to a contact, or reached them: who looks at it is told."""
        if contact_id in self._lobby:
            self.bell.ring(Event("message", contact_id))

    async def __aenter__(self) -> Self:
        """Begin to work."""
        await self._db.write(begin_with, self._desk.teams)
        for part in (self._lobby, self._readings, self.watch):
            await self._stack.enter_async_context(part)
        if self.chatwoot is not None:
            await self._stack.enter_async_context(self.chatwoot)
        self._stack.push_async_callback(self.bell.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is due is done by the next edge."""
        await self._stack.aclose()
