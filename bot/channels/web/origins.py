"""Which pages may speak with us: those of our own host, and those of an allow-list."""

import re

from errors import SettingsError

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")


class Origins:
    """The allow-list.

    Args:
        listed: origins between commas, such as `https://www.emploi.example`; `https://*.x.example`
            for every host under x.example.

    Raises:
        SettingsError: one of them is no origin.
    """

    def __init__(self, listed: str) -> None:
        origins = [one.strip().lower() for one in listed.split(",") if one.strip()]
        if wrong := next((one for one in origins if not _ORIGIN.fullmatch(one)), None):
            raise SettingsError(
                f"WEB_ORIGINS: {wrong!r} is no origin such as https://www.emploi.example"
            )
        self._exact = frozenset(one for one in origins if "*" not in one)
        self._under = [one.split("*") for one in origins if "*" in one]

    def allow(self, origin: str | None, host: str) -> bool:
        """Whether a page from `origin` may speak with us.

        Args:
            origin: the Origin header; None for programs that are no browser.
            host: the Host header: our own pages are always welcome.
        """
        if origin is None or same_origin(origin, host):
            return True
        known = origin.lower()
        return bool(_ORIGIN.fullmatch(known)) and (known in self._exact or self._is_under(known))

    def _is_under(self, origin: str) -> bool:
        return any(
            origin.startswith(scheme) and origin.endswith(host) and "*" not in origin
            for scheme, host in self._under
        )


def same_origin(origin: str | None, host: str) -> bool:
    """Whether a browser's page came from this very host; other programs send no origin."""
    return origin is None or (bool(host) and origin.partition("://")[2].lower() == host.lower())
