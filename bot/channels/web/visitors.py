"""Who a visitor is: an identity that we made, signed, kept by the browser and sent by the script.

No cookie is involved: the widget stands on other people's pages, where browsers drop ours. The
database holds the identity's hash alone.
"""

import hashlib
import secrets

from itsdangerous import BadData, TimestampSigner

_DAYS = 180
_MAX_AGE = _DAYS * 24 * 3600


class Visitors:
    """Makes and checks visitors' tokens.

    Args:
        secret: signs them; another secret makes everybody a stranger.
    """

    def __init__(self, secret: str) -> None:
        self._signer = TimestampSigner(
            secret, salt="tawjih.web.visitor", digest_method=hashlib.sha256
        )

    def known(self, token: str | None) -> str | None:
        """The identity in a token; None unless we signed it, at most half a year ago."""
        if not token:
            return None
        try:
            return self._signer.unsign(token.encode(), max_age=_MAX_AGE).decode()
        except (BadData, UnicodeError):
            return None

    @staticmethod
    def new() -> str:
        """The identity of somebody new: 192 bits."""
        return secrets.token_urlsafe(24)

    def token(self, identity: str) -> str:
        """A token for an identity; a fresh one at each visit, so that who comes back stays."""
        return self._signer.sign(identity).decode()


def address_of(identity: str) -> str:
    """What the database knows a visitor by: their identity's hash."""
    return hashlib.sha256(identity.encode()).hexdigest()
