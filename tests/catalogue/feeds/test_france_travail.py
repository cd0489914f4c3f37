"""The offers API against a server of our own that keeps the rules of its documentation."""

import json

import pytest

from catalogue.feeds.feed import read_feed
from catalogue.feeds.fetch import fetch
from catalogue.feeds.models import State
from catalogue.feeds.run import Job, run_feed
from catalogue.feeds.web import Web
from errors import DataError, PartUnavailable
from tests.catalogue.feeds.making import NOW
from tests.catalogue.feeds.server import publisher


class OffersApi:
    """Tokens for one client; pages of at most 150; 206 while there are more; 204 for none."""

    def __init__(self, server, towns):
        self.server, self.towns = server, towns
        self.tokens = self.pages = 0
        self.tired = self.expired = 0
        server.answer = self.answer

    def answer(self, asked):
        if asked.path == "/token":
            return self._token(asked)
        if self.tired:
            self.tired -= 1
            return 429, {"Retry-After": "2"}, b""
        if asked.headers.get("authorization") != f"Bearer token-{self.tokens}" or self.expired:
            self.expired = 0
            return 401, {}, b""
        return self._page(asked.query)

    def _token(self, asked):
        right = {
            "grant_type": "client_credentials", "client_id": "us", "client_secret": "secret",
            "scope": "api_offresdemploiv2 o2dsoffre",
        }  # fmt: skip
        if asked.method != "POST" or asked.form != right or asked.query != {"realm": "/partenaire"}:
            return 400, {}, '{"error": "invalid_client"}'
        self.tokens += 1
        return 200, {}, json.dumps({"access_token": f"token-{self.tokens}", "expires_in": 1499})

    def _page(self, query):
        first, last = map(int, query["range"].split("-"))
        if last - first >= 150 or first > 3000 or last > 3149:
            return 400, {}, '{"message": "range"}'
        self.pages += 1
        town = query.get("departement")
        offers = [one for name, many in self.towns.items() if town in (None, name) for one in many]
        if not offers:
            return 204, {}, b""
        shown = offers[first : last + 1]
        told = {"Content-Range": f"offres {first}-{first + len(shown) - 1}/{len(offers)}"}
        return 206 if len(shown) < len(offers) else 200, told, json.dumps({"resultats": shown})


def offers(town, count):
    return [
        {
            "id": f"{town}-{number}", "intitule": "Menuisier", "description": "Atelier",
            "dateCreation": "2026-02-03T08:12:44.000Z", "lieuTravail": {"libelle": f"{town} - VILLE"},
            "typeContrat": "CDI", "origineOffre": {"urlOrigine": "https://emploi.example/1"},
        }
        for number in range(count)
    ]  # fmt: skip


@pytest.fixture
def server():
    with publisher() as one:
        yield one


@pytest.fixture
def folder(tmp_path):
    """The deployment's own feeds."""
    (tmp_path / "feeds").mkdir()
    return tmp_path / "feeds"


def definition(server, folder, **api):
    given = {
        "token_url": f"{server.url}/token", "client_id": "us", "client_secret": "secret",
        "scope": "api_offresdemploiv2 o2dsoffre", "per_second": 1000,
    }  # fmt: skip
    told = {"private": True, "url": f"{server.url}/search", "api": given | api}
    (folder / "france-travail.yml").write_text(json.dumps(told))
    return read_feed("france-travail", folder)


def fetched(feed, folder, waits=None):
    with Web(private=True, sleep=(waits if waits is not None else []).append) as web:
        found = fetch(feed, web, folder, 64 << 20, None)
    return [json.loads(line) for line in found.path.read_text().splitlines()], found.missing


def test_every_page_is_fetched_once(server, folder, tmp_path):
    api = OffersApi(server, {"21": offers("21", 353)})
    found, missing = fetched(definition(server, folder), tmp_path)
    assert [one["id"] for one in found] == [f"21-{number}" for number in range(353)]
    assert missing is None
    assert (api.pages, api.tokens) == (3, 1)
    assert [asked.query["range"] for asked in server.asked[1:]] == ["0-149", "150-299", "300-449"]


def test_no_offer_at_all(server, folder, tmp_path):
    OffersApi(server, {})
    assert fetched(definition(server, folder), tmp_path) == ([], None)


def test_it_waits_when_it_asks_too_often(server, folder, tmp_path):
    api, waits = OffersApi(server, {"21": offers("21", 3)}), []
    api.tired = 2
    found, _ = fetched(definition(server, folder, per_second=4), tmp_path, waits)
    assert len(found) == 3
    assert waits.count(2) == 2
    assert waits[0] == 0.25


def test_a_token_that_ended_is_asked_for_anew(server, folder, tmp_path):
    api = OffersApi(server, {"21": offers("21", 200)})
    api.expired = 1
    found, _ = fetched(definition(server, folder), tmp_path)
    assert (len(found), api.tokens) == (200, 2)


def test_wrong_credentials_are_told_and_nothing_of_them(server, folder, tmp_path):
    OffersApi(server, {})
    with pytest.raises(DataError, match="client_id and client_secret") as raised:
        fetched(definition(server, folder, client_secret="not it"), tmp_path)
    assert "not it" not in str(raised.value)


def test_a_token_that_is_never_right(server, folder, tmp_path):
    OffersApi(server, {})
    server.answer = lambda asked: (
        (200, {}, '{"access_token": "x"}') if asked.path == "/token" else (401, {}, b"")
    )
    with pytest.raises(DataError, match="refuses the token"):
        fetched(definition(server, folder), tmp_path)
    assert len(server.asked) == 4


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"access_token": ""}'])
def test_a_token_server_that_says_something_else(server, folder, tmp_path, body):
    server.answer = lambda _: (200, {}, body)
    with pytest.raises(PartUnavailable):
        fetched(definition(server, folder), tmp_path)


def test_wrong_parameters_are_told(server, folder, tmp_path):
    OffersApi(server, {"21": offers("21", 4000)})
    with pytest.raises(DataError, match="search is refused, status 400"):
        fetched(definition(server, folder, last=5000), tmp_path)


def test_what_one_search_cannot_show_is_told(server, folder, tmp_path):
    OffersApi(server, {"21": offers("21", 400), "29": offers("29", 20)})
    found, missing = fetched(definition(server, folder, last=299), tmp_path)
    assert len(found) == 300
    assert missing == "one search shows 300 offers at most: sort=1 has 420 offers"


def test_several_searches_show_more_and_each_offer_once(server, folder, tmp_path):
    both = offers("both", 5)
    OffersApi(server, {"21": [*offers("21", 200), *both], "29": [*both, *offers("29", 20)]})
    feed = definition(server, folder, last=299, each={"departement": ["21", "29", "35"]})
    found, missing = fetched(feed, tmp_path)
    assert (len(found), len({one["id"] for one in found})) == (225, 225)
    assert missing is None


def test_a_run_of_it(catalogue_database, server, folder):
    api = OffersApi(server, {"21": offers("21", 160)})
    job = Job(definition(server, folder), NOW, "FR", "france-travail")
    run = run_feed(catalogue_database, job)
    assert (run.state, run.added, run.leftovers, run.message) == (State.DONE, 160, {}, None)
    # More than it can show: what is not seen has not vanished.
    api.towns = {"21": offers("21", 150), "29": offers("29", 50)}
    job = Job(definition(server, folder, last=149), NOW, "FR", "france-travail")
    run = run_feed(catalogue_database, job)
    assert (run.unchanged, run.expired, run.complete) == (150, 0, False)
    assert "at most" in run.message
