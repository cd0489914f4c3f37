"""Somebody for whom the organisation's own sign-in vouches, or does not."""

from dataclasses import dataclass

from bot.desk.permissions import Role
from errors import BadInput


class ProviderError(BadInput):
    """Somebody is not let in by the provider. `key`: of the words that say why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for, and as what."""

    subject: str
    email: str
    verified: bool
    name: str
    role: Role
