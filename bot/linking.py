"""The talk about moving to another channel: asked on the one side, agreed to on both.

On the channel that they leave, the person asks for a code and agrees to have one. On the other
they write it, read what will happen, and agree again; the move is part of that answer's
transaction. The channel that they leave is told.
"""

import json
import re
from dataclasses import replace

from limits import parse
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session

from bot.counts import Counts
from bot.incoming import LINK_PAYLOADS
from bot.messages import Body, Own, Waiting
from bot.speech import Speech
from bot.transactions import Transactions
from bot.words import Teller
from errors import LinkBroken
from people import links
from people.links import Owner

_SPOKEN = re.compile(
    rf"(?:link|lier|relier|ربط)(?:\s*:?\s*([{links.ALPHABET}]{{{links.LENGTH}}}))?", re.IGNORECASE
)
_PAYLOAD = re.compile(r"(/[a-z_]+)(\{.*\})?", re.DOTALL)
_A_PERSON = parse("5/hour")


class Linking:
    """Answers what is said about moving to another channel.

    Args:
        transactions: the database.
        speech: what the edge says.
        key: the deployment's secret, by which codes are hashed.
        tell: says something on a channel, when nobody waits for it there.
    """

    def __init__(
        self, transactions: Transactions, speech: Speech, key: bytes, tell: Teller
    ) -> None:
        self._db = transactions
        self._speech = speech
        self._key = key
        self._tell = tell
        self._tries = FixedWindowRateLimiter(Counts())

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """The answer to a message about linking; None for any other."""
        step, code = _read(waiting)
        match step:
            case "/link_channel" if code:
                return await self._entered(waiting, language, code)
            case "/link_channel":
                return Own([self._speech.body("link_ask", language)])
            case "/link_code":
                return await self._issued(waiting, language)
            case "/link_move":
                return await self._moved(waiting, language, code)
            case "/link_no":
                return Own([self._speech.body("link_no", language)])
        return None

    async def _issued(self, waiting: Waiting, language: str) -> Own:
        if not self._tries.hit(_A_PERSON, "issue", waiting.contact_id):
            return Own([self._speech.body("link_too_often", language)])
        code = await self._db.write(links.issue, waiting.contact_id, self._key)
        return Own([self._speech.body("link_code", language, code=code)])

    async def _entered(self, waiting: Waiting, language: str, code: str) -> Own:
        wrong = await self._wrong(waiting, language, code)
        return wrong or Own([self._agree(language, code)])

    async def _moved(self, waiting: Waiting, language: str, code: str) -> Own:
        wrong = await self._wrong(waiting, language, code)
        left = await self._db.read(links.owner, code, self._key)
        if wrong or left is None:
            return wrong or Own([self._speech.body("link_wrong", language)])

        def move(session: Session) -> None:
            if links.move(session, code, self._key, waiting.contact_id) is None:
                raise LinkBroken("the code was used in this very moment")

        def say_goodbye() -> None:
            self._tell(_there(waiting, left), self._speech.body("link_left", language), language)

        return Own([self._speech.body("link_done", language)], also=move, then=say_goodbye)

    async def _wrong(self, waiting: Waiting, language: str, code: str) -> Own | None:
        """Why a code is no good, in words; None when it is."""
        if not self._tries.hit(_A_PERSON, "enter", waiting.contact_id):
            return Own([self._speech.body("link_too_often", language)])
        owner = await self._db.read(links.owner, code, self._key)
        if owner is None:
            return Own([self._speech.body("link_wrong", language)])
        if owner.contact_id == waiting.contact_id:
            return Own([self._speech.body("link_here", language)])
        return None

    def _agree(self, language: str, code: str) -> Body:
        body = self._speech.body("link_agree", language)
        move = f"/link_move{json.dumps({'code': code})}"
        buttons = [
            {**button, "payload": move} if button["payload"] == "/link_move" else button
            for button in body["buttons"]
        ]
        return {**body, "buttons": buttons}


def _there(waiting: Waiting, left: Owner) -> Waiting:
    return replace(waiting, channel=left.channel, address=left.address, message_id="")


def _read(waiting: Waiting) -> tuple[str, str]:
    """The step that a message is, and its code; empty for what there is not."""
    if waiting.payload:
        match = _PAYLOAD.fullmatch(waiting.payload)
        if match is None or match[1] not in LINK_PAYLOADS:
            return "", ""
        return match[1], str(json.loads(match[2] or "{}").get("code", "")).upper()
    spoken = _SPOKEN.fullmatch(waiting.text or "")
    return ("/link_channel", (spoken[1] or "").upper()) if spoken else ("", "")
