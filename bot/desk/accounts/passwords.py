"""Passwords: Argon2id, and which ones are taken. Hashing runs in threads, two at a time."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from errors import TooMany

T = TypeVar("T")
LEAST, MOST = 12, 128
"""Characters of a password."""

_COMMON = Path(__file__).parent / "common_passwords.txt"
_AT_ONCE = 50  # that are served or wait: about three seconds' work
_DIFFERENT = 5
_OF_A_PERSON = 4  # letters of a name that a password must not hold
_LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
_HASHER = PasswordHasher()  # RFC 9106, the profile of little memory: 64 MiB a hash
# What everybody knows needs no protection, and must not slow the start of a demonstration.
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_STRAIGHT = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "azertyuiop", "qsdfghjklm")


class Passwords:
    """Hashes and checks; a process's few at a time, because each takes memory and a core."""

    def __init__(self) -> None:
        self._limit: CapacityLimiter | None = None
        self._under_way = 0

    async def hash(self, password: str) -> str:
        """The hash that is kept.

        Raises:
            TooMany: more wait for theirs than can be served in a few seconds.
        """
        return await self._run(_HASHER.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password of a hash; takes as long when there is none.

        Raises:
            TooMany: as for `hash`.
        """
        right = await self._run(_verify, kept or _nobody(), password)
        return right and kept is not None

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._under_way >= _AT_ONCE:
            raise TooMany("too many sign in at once", 10)
        self._limit = self._limit or CapacityLimiter(2)
        self._under_way += 1
        try:
            return await to_thread.run_sync(work, *args, limiter=self._limit)
        finally:
            self._under_way -= 1


def known_to_everybody(password: str) -> str:
    """A hash for a password that is public: of the demonstration."""
    return _CHEAP.hash(password)


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than those in force."""
    return _HASHER.check_needs_rehash(kept)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash("of nobody")


def weakness(password: str, about: tuple[str, ...] = ()) -> str | None:
    """Why a password is not taken: the key of the words that say it; None when it is.

    Args:
        password: as it was typed.
        about: the account's name and address, which others know.
    """
    if len(password) < LEAST:
        return "password_short"
    if len(password) > MOST:
        return "password_long"
    if len(set(password)) < _DIFFERENT or _is_common(password):
        return "password_common"
    return "password_personal" if _tells(password, about) else None


def _is_common(password: str) -> bool:
    plain = password.casefold()
    if plain in _common():
        return True
    # "P@ssw0rd2026!" is "password" with what everybody adds to it.
    bare = re.sub(r"[\d\W_]+", "", re.sub(r"[\d\W_]+$", "", plain).translate(_LOOKALIKES))
    once = re.sub(r"^(.+?)\1+$", r"\1", bare)
    return once in _common() or any(once and once in row for row in _STRAIGHT) or not bare


def _tells(password: str, about: tuple[str, ...]) -> bool:
    words = {word for text in about for word in re.split(r"[\W_]+", text.casefold())}
    rest = password.casefold()
    known = [word for word in words if len(word) >= _OF_A_PERSON and word in rest]
    for word in known:
        rest = rest.replace(word, "")
    # A name within a long sentence does no harm; one with a year behind it does.
    return bool(known) and len(rest) < LEAST


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
