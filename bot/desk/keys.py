"""Keys and tokens of the console, each for one purpose, from the deployment's one secret."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, URLSafeTimedSerializer


def new_token() -> str:
    """A token that nobody guesses: 256 bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """Derives what the console signs and encrypts with.

    Attributes:
        secret: the deployment's (DIALOGUE_SECRET, or the one made in TAWJIH_HOME).
    """

    secret: str

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self.secret.encode(), f"desk {purpose}".encode(), "sha256")

    def csrf(self, whose: str) -> str:
        """The token that forms carry, for a session's id or a visitor's cookie."""
        return hmac.new(self._key("csrf"), whose.encode(), hashlib.sha256).hexdigest()

    def sign(self, purpose: str, value: object) -> str:
        """A value as text that only we can have written."""
        return str(URLSafeTimedSerializer(self._key(purpose)).dumps(value))

    def signed(self, purpose: str, text: str, seconds: int) -> object:
        """The value of `sign` again; None when it is not ours or older than so many seconds."""
        try:
            value: object = URLSafeTimedSerializer(self._key(purpose)).loads(text, max_age=seconds)
        except BadSignature:
            return None
        return value

    def encrypt(self, text: str, purpose: str = "totp") -> str:
        """A text that a copy of the database alone does not give away."""
        return self._fernet(purpose).encrypt(text.encode()).decode()

    def decrypt(self, text: str, purpose: str = "totp", seconds: int | None = None) -> str | None:
        """The text again; None when it is not ours, or older than so many seconds."""
        try:
            return self._fernet(purpose).decrypt(text.encode(), seconds).decode()
        except InvalidToken:
            return None

    def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._key(purpose)))
