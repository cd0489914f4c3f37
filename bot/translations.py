"""Texts of listings that wait for their translation, done one after another in the background."""

import logging
from datetime import timedelta
from typing import Self

from bot.periodic import Periodic
from bot.transactions import Transactions
from errors import PartUnavailable
from languages.translation import cache
from languages.translation.process import TranslationProcess
from languages.translation.result import Wish
from store.base import now

_LOOK_S = 2.0  # between two looks into an empty queue
_PATIENCE_S = 300.0  # for one listing's text, the loading of models included
_TIDY = timedelta(days=1)
_log = logging.getLogger(__name__)


class TranslationQueue:
    """Works off the queue of `cache` while the application runs; idle without models."""

    def __init__(self, transactions: Transactions, process: TranslationProcess) -> None:
        self._transactions = transactions
        self._process = process
        self._rounds = Periodic("translation", self._round, _LOOK_S)
        self._tidied_at = now() - _TIDY

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._rounds.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; what is under way waits again in the database."""
        await self._rounds.__aexit__()

    async def _round(self) -> None:
        if await self.once():
            self._rounds.soon()

    async def once(self) -> bool:
        """Translate the text that has waited longest. Gives whether there was one.

        Raises:
            PartUnavailable: the database does not answer.
        """
        pairs = self._process.packages.pairs()
        if not pairs:
            return False
        await self._tidy()
        if not await self._transactions.read(cache.something_waits, pairs):
            return False
        row = await self._transactions.write(cache.claim, pairs)
        if row is None:  # another edge took it
            return True
        try:
            wish = Wish(row.text, row.source, row.target, tuple(row.names))
            made = await self._process.ask(wish, _PATIENCE_S)
        except PartUnavailable as error:
            _log.warning("translation: %s", error)
            made = None
        await self._transactions.write(cache.finish, row.key, made)
        return made is not None

    async def _tidy(self) -> None:
        if now() - self._tidied_at >= _TIDY:
            self._tidied_at = now()
            await self._transactions.write(cache.tidy, now())
