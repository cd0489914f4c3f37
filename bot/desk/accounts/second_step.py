"""The second step: codes of a telephone's app (TOTP, RFC 6238), each once, and recovery codes."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

STEP = 30
"""Seconds that a code holds; the one before and the one after are taken too."""

_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


def new_secret() -> str:
    """A secret for an app, in base 32."""
    return pyotp.random_base32()


def address(secret: str, email: str, service: str) -> str:
    """The otpauth address that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=service)


def picture(text: str) -> str:
    """A text as a QR code, in SVG."""
    return segno.make(text, error="m").svg_inline(scale=4, border=2)


def step_of(secret: str, code: str, moment: datetime, last: int | None) -> int | None:
    """The time step whose code this is, to be kept as `last`; None when it is wrong or used."""
    totp, now = pyotp.TOTP(secret, interval=STEP), int(moment.timestamp()) // STEP
    for step in (now, now - 1, now + 1):
        if (last is None or step > last) and hmac.compare_digest(
            totp.generate_otp(step).encode(), code.encode()
        ):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes for whoever has lost the telephone, as "abcde-fghjk": 49 bits each."""
    return ["-".join(_letters(5) for _ in range(2)) for _ in range(_CODES)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def hashed_code(code: str) -> str:
    """What is kept of a recovery code; spaces, dashes and case do not count."""
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode()).hexdigest()
