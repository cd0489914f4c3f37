"""France Travail's offers API: a token for credentials, then page by page.

The shape is that of its documentation, "Offres d'emploi v2": `range=0-149` asks for a page,
`Content-Range: offres 0-149/9731` tells how many there are, status 206 that there are more, 204
that there are none. One search shows no more than its first 3,150 offers.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import IO, Any

from catalogue.feeds.feed import Api, Feed
from catalogue.feeds.web import Web
from errors import DataError, PartUnavailable

_ANSWERS = (200, 206)
_NONE, _REFUSED = 204, 401
_TOTAL = re.compile(r"/(\d+)\s*$")
_MOST_PAGE = 32 << 20


def fetch_offers(feed: Feed, web: Web, file: IO[bytes], most: int) -> str | None:
    """Write each offer as a line of JSON, once; tells what one search could not show, if anything.

    Raises:
        DataError: credentials or parameters are wrong. PartUnavailable: the API is away.
    """
    if feed.api is None or not feed.url:
        raise DataError(f"{feed.name}: api and url belong together")
    search = _Search(feed.url, feed.api, web)
    seen: set[str] = set()
    hidden: list[str] = []
    for parameters in _slices(feed.api):
        for offer in search.offers(parameters):
            # Two searches may show the same offer.
            if (
                key := json.dumps(offer.get("id") if isinstance(offer, dict) else offer)
            ) not in seen:
                seen.add(key)
                file.write(json.dumps(offer, ensure_ascii=False).encode() + b"\n")
        if search.total > feed.api.last + 1:
            hidden.append(f"{_told(parameters)} has {search.total} offers")
        if file.tell() > most:
            raise DataError(f"bigger than {most >> 20} MB")
    if hidden:
        return f"one search shows {feed.api.last + 1} offers at most: {'; '.join(hidden)}"
    return None


def _slices(api: Api) -> Iterator[dict[str, str]]:
    for values in product(*api.each.values()):
        yield api.parameters | dict(zip(api.each, values, strict=True))


def _told(parameters: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items()) or "the search"


class _Search:
    """The search of one feed; `total` is what the last one found."""

    def __init__(self, url: str, api: Api, web: Web) -> None:
        self._url, self._api, self._web = url, api, web
        self._token: str | None = None
        self.total = 0

    def offers(self, parameters: dict[str, str]) -> Iterator[Any]:
        """Every offer that this search shows."""
        first, self.total = 0, 1
        while first < self.total and first <= self._api.last:
            last = min(first + self._api.page - 1, self._api.last)
            offers, self.total = self._page(parameters | {"range": f"{first}-{last}"})
            yield from offers
            if not offers:
                return
            first = last + 1

    def _page(self, parameters: dict[str, str]) -> tuple[list[Any], int]:
        for _ in range(2):
            self._web.sleep(1 / self._api.per_second)
            headers = {"Authorization": f"Bearer {self._bearer()}", "Accept": "application/json"}
            with self._web.get(self._url, headers, params=parameters) as response:
                if response.status_code == _REFUSED:
                    self._token = None  # tokens end; a new one, once
                    continue
                if response.status_code == _NONE:
                    return [], 0
                body = b"".join(self._web.body(response, _MOST_PAGE))
                if response.status_code not in _ANSWERS:
                    raise DataError(f"the search is refused, status {response.status_code}")
                offers = _offers(body)
                total = _TOTAL.search(response.headers.get("content-range", ""))
                return offers, int(total[1]) if total else len(offers)
        raise DataError("client_id and client_secret: the API refuses the token they give")

    def _bearer(self) -> str:
        if self._token is None:
            api = self._api
            form = {
                "grant_type": "client_credentials",
                "client_id": api.client_id.get_secret_value(),
                "client_secret": api.client_secret.get_secret_value(),
                "scope": api.scope,
            }
            url = f"{api.token_url}?realm=%2Fpartenaire"
            with self._web.post(url, form) as response:
                body = b"".join(self._web.body(response, _MOST_PAGE))
                if response.status_code not in _ANSWERS:
                    raise DataError("client_id and client_secret: no token is given for them")
                self._token = _token(body)
        return self._token


def _token(body: bytes) -> str:
    token = _json(body).get("access_token")
    if not isinstance(token, str) or not token:
        raise PartUnavailable("the token's address answers without a token")
    return token


def _offers(body: bytes) -> list[Any]:
    offers = _json(body).get("resultats")
    if not isinstance(offers, list):
        raise DataError("the API answers without `resultats`")
    return offers


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        raise PartUnavailable("the API answers with something that is no JSON") from None
    return told if isinstance(told, dict) else {}
