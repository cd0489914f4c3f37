"""What somebody who waits for a counsellor hears about a file that they sent."""

from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.messages import Composed, Own, Waiting
from bot.speech import Speech
from bot.transactions import Transactions
from people.attachment_models import Attachment


class FilesTold:
    """Answers a file, and adds to the answer of a file with words (see composer).

    Args:
        transactions: the database.
        speech: the words.
    """

    def __init__(self, transactions: Transactions, speech: Speech) -> None:
        self._db = transactions
        self._speech = speech

    async def compose(self, waiting: Waiting, language: str) -> Own | None:
        """That the counsellor will see it; None for what is no file, or has words."""
        if waiting.text or waiting.payload or not await self._has_file(waiting):
            return None
        return Own([self._speech.body("file_taken", language)])

    async def finish(self, waiting: Waiting, composed: Composed) -> Composed:
        """The answer to a file's words, and that the counsellor will see the file."""
        if not await self._has_file(waiting):
            return composed
        told = self._speech.body("file_taken", composed.language)
        return replace(composed, bodies=[told, *composed.bodies])

    async def _has_file(self, waiting: Waiting) -> bool:
        return waiting.media is not None and await self._db.read(_has_file, waiting.id)


def _has_file(session: Session, incoming_id: int) -> bool:
    query = exists().where(Attachment.incoming_id == incoming_id)
    return bool(session.execute(select(query)).scalar())
