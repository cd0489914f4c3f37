"""What the channels of Meta's platforms share: one webhook in, one Graph API out."""

from abc import abstractmethod
from collections.abc import Sequence

from fastapi import APIRouter

from bot.channel import Intake, Outgoing, Pushed
from bot.meta.graph import Graph, Series
from bot.meta.webhook import Json, Secrets, webhook
from bot.speech import Speech
from errors import Refused


class MetaChannel(Pushed):
    """A channel of Meta's.

    Args:
        graph: the platform, with our token.
        secrets: what its webhook is known by.
        speech: what is said beside the dialogue's words.
        public_url: where the public reaches the edge; empty: our pictures are left out.
    """

    _intake: Intake

    def __init__(self, graph: Graph, secrets: Secrets, speech: Speech, public_url: str) -> None:
        self._graph = graph
        self._secrets = secrets
        self._speech = speech
        self._public_url = public_url
        self._series = Series()

    def routes(self, intake: Intake) -> APIRouter:
        """The webhook."""
        self._intake = intake
        return webhook(self.name, self._secrets, self.take)

    @abstractmethod
    async def take(self, update: Json) -> None:
        """Take in what one webhook brings."""

    @abstractmethod
    async def _post(self, body: Json) -> str:
        """Hand one body to the platform; its id of the message, empty for none."""

    async def _hand_over(self, outgoing: Outgoing, bodies: Sequence[Json]) -> list[str]:
        """Hand over all that a message became, in order; the platform's ids.

        Raises:
            TryLater, Refused, Gone: as `send`; Refused too where there is nothing.
        """
        if not bodies:
            raise Refused("there is nothing in it that can be shown")
        return await self._series.send(outgoing, bodies, self._post)

    def _word(self, key: str, language: str) -> str:
        return str(self._speech.body(key, language)["text"])

    async def close(self) -> None:
        """Close the connections to the platform."""
        await self._graph.close()
