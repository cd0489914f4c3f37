import gzip
import json

import pytest

from catalogue.feeds import web as web_module
from catalogue.feeds.fetch import fetch
from catalogue.feeds.models import FeedState, State
from catalogue.feeds.run import Job, run_feed
from catalogue.feeds.web import Web, is_public
from errors import DataError, PartUnavailable
from tests.catalogue.feeds.making import NOW, feed
from tests.catalogue.feeds.server import publisher

MEGABYTE = 1 << 20
OFFER = json.dumps({"id": "1", "title": "Menuisier", "text": "x", "town": "Sfax"})


@pytest.fixture
def server():
    with publisher() as one:
        yield one


@pytest.fixture
def waits():
    return []


@pytest.fixture
def web(waits):
    with Web(private=True, sleep=waits.append) as one:
        yield one


def get(web, url, folder, most=MEGABYTE, **more):
    found = fetch(feed(url=url, **more), web, folder, most, None)
    return found.path.read_bytes()


def answers(server, *given):
    """Answer with these, one after the other; the last one for ever."""
    waiting = list(given)
    server.answer = lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def test_a_file_is_fetched(server, web, tmp_path):
    answers(
        server,
        (
            200,
            {"ETag": '"1"', "Last-Modified": "x", "Content-Type": "text/csv; charset=cp1256"},
            "abc",
        ),
    )
    found = fetch(feed(url=server.url + "/f?key=1"), web, tmp_path, MEGABYTE, None)
    assert found.path.read_bytes() == b"abc"
    assert (found.etag, found.last_modified, found.charset) == ('"1"', "x", "cp1256")
    [asked] = server.asked
    assert (asked.path, asked.query) == ("/f", {"key": "1"})
    assert "Tawjih" in asked.headers["user-agent"]


def test_what_did_not_change_is_not_sent_again(server, web, tmp_path):
    answers(server, (304, {}, b""))
    since = FeedState(feed="test", etag='"1"', last_modified="Tue, 03 Feb 2026 10:00:00 GMT")
    assert fetch(feed(url=server.url), web, tmp_path, MEGABYTE, since) is None
    headers = server.asked[0].headers
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Tue, 03 Feb 2026 10:00:00 GMT"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_that_is_busy_is_asked_again_later_and_later(server, web, waits, tmp_path, status):
    answers(server, (status, {}, "x"), (status, {}, "x"), (status, {}, "x"), (200, {}, "abc"))
    assert get(web, server.url, tmp_path) == b"abc"
    assert [round(wait, -1) if wait > 9 else round(wait) for wait in waits[:2]] in (
        [1, 3],
        [1, 4],
        [1, 5],
    )
    assert waits == sorted(waits)


def test_it_waits_as_long_as_it_is_asked_to(server, web, waits, tmp_path):
    answers(
        server,
        (429, {"Retry-After": "7"}, b""),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, b""),
        (200, {}, "abc"),
    )
    assert get(web, server.url, tmp_path) == b"abc"
    assert waits[0] == 7
    assert waits[1] > 1


def test_it_does_not_wait_for_ever(server, web, waits, tmp_path):
    answers(server, (429, {"Retry-After": "86400"}, b""))
    with pytest.raises(PartUnavailable, match=r"127\.0\.0\.1 does not answer: status 429"):
        get(web, server.url, tmp_path)
    assert waits == []
    answers(server, (500, {}, b""))
    with pytest.raises(PartUnavailable, match="status 500"):
        get(web, server.url, tmp_path)
    assert len(waits) == 4


def test_a_server_that_is_away(web, waits, tmp_path, server):
    port = server.port
    with publisher() as gone:
        port = gone.port
    with pytest.raises(PartUnavailable, match="does not answer"):
        get(web, f"http://127.0.0.1:{port}/", tmp_path)
    assert len(waits) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204])
def test_a_refusal_is_not_asked_again(server, web, waits, tmp_path, status):
    answers(server, (status, {}, b""))
    with pytest.raises(DataError, match=f"status {status}"):
        get(web, server.url, tmp_path)
    assert len(server.asked) == 1


def test_what_is_too_big_is_not_read_to_its_end(server, web, tmp_path):
    sent = []

    def blocks():
        for _ in range(10_000):
            sent.append(1)
            yield b"x" * 65_536

    answers(server, (200, {}, blocks()))
    with pytest.raises(DataError, match="bigger than 1 MB"):
        get(web, server.url, tmp_path)
    assert len(sent) < 1000


def test_a_bomb_is_bounded_by_what_it_unpacks_to(server, web, tmp_path):
    answers(server, (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * (20 * MEGABYTE))))
    with pytest.raises(DataError, match="bigger than 1 MB"):
        get(web, server.url, tmp_path)


def test_a_compressed_answer_is_unpacked(server, web, tmp_path):
    answers(server, (200, {"Content-Encoding": "gzip"}, gzip.compress(b"abc")))
    assert get(web, server.url, tmp_path) == b"abc"
    answers(server, (200, {"Content-Encoding": "gzip"}, b"no gzip"))
    with pytest.raises(DataError, match="compression"):
        get(web, server.url, tmp_path)


def test_an_answer_that_breaks_off(server, web, tmp_path):
    answers(server, (200, {"Content-Length": "1000", "Connection": "close"}, b"abc"))
    with pytest.raises(PartUnavailable, match="broke off"):
        get(web, server.url, tmp_path)


def test_an_answer_that_never_ends_is_left(server, waits, tmp_path):
    ticks = iter(range(0, 10_000_000, 500))
    answers(server, (200, {}, (b"x" for _ in range(100_000))))
    slow = Web(private=True, sleep=waits.append, clock=lambda: float(next(ticks)), longest=3600)
    with slow as web, pytest.raises(PartUnavailable, match="takes too long"):
        get(web, server.url, tmp_path)


# Where it leads


def leads(server, where, status=302):
    answers(server, (status, {"Location": where}, b""), (200, {}, "abc"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server, web, tmp_path, status):
    leads(server, "/there?x=1", status)
    assert get(web, server.url + "/here", tmp_path) == b"abc"
    assert [asked.path for asked in server.asked] == ["/here", "/there"]


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://a.example/x", "gopher://127.0.0.1", "data:,x"]
)
def test_a_redirect_to_something_else_is_not(server, web, tmp_path, where):
    leads(server, where)
    with pytest.raises(DataError, match="not http or https"):
        get(web, server.url, tmp_path)
    assert len(server.asked) == 1


def test_a_redirect_in_circles_ends(server, web, tmp_path):
    answers(server, (302, {"Location": "/again"}, b""))
    with pytest.raises(DataError, match="leads from one address to the next"):
        get(web, server.url, tmp_path)
    assert len(server.asked) == 6


def test_a_key_is_for_whom_it_was_given_for(server, web, tmp_path):
    with publisher() as other:
        answers(other, (200, {}, "abc"))
        answers(server, (302, {"Location": "/two"}, b""), (302, {"Location": other.url}, b""))
        assert get(web, server.url, tmp_path, headers={"X-Key": "secret"}) == b"abc"
        assert [asked.headers.get("x-key") for asked in server.asked] == ["secret", "secret"]
        assert "x-key" not in other.asked[0].headers


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0",  # noqa: S104 - an address to be refused
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_ours(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_others(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://127.0.0.1:{port}/", ["127.0.0.1"]),
        ("http://localhost:{port}/", ["127.0.0.1"]),
        ("http://a.example:{port}/", ["10.0.0.1"]),
        ("http://a.example:{port}/", ["8.8.8.8", "127.0.0.1"]),
        ("http://[::1]:{port}/", ["::1"]),
        ("http://2130706433:{port}/", ["127.0.0.1"]),
    ],
)
def test_a_private_network_is_refused_before_anybody_is_asked(server, tmp_path, url, addresses):
    with (
        Web(resolver=lambda *_: addresses) as web,
        pytest.raises(DataError, match="private network"),
    ):
        get(web, url.format(port=server.port), tmp_path)
    assert server.asked == []


def test_a_redirect_into_the_private_network_is_refused(server, tmp_path, monkeypatch):
    known = {"a.example": ["127.0.0.1"], "inner.example": ["127.0.0.2"]}
    monkeypatch.setattr(web_module, "is_public", lambda address: address == "127.0.0.1")
    leads(server, f"http://inner.example:{server.port}/secret")
    refused = pytest.raises(DataError, match=r"inner\.example is in a private network")
    with Web(resolver=lambda host, _: known[host]) as web, refused:
        get(web, f"http://a.example:{server.port}/", tmp_path)
    assert [asked.headers["host"] for asked in server.asked] == [f"a.example:{server.port}"]


def test_what_was_checked_is_what_is_connected_to(server, tmp_path, monkeypatch):
    told = iter([["127.0.0.1"], ["127.0.0.2"]])
    monkeypatch.setattr(web_module, "is_public", lambda address: address == "127.0.0.1")
    answers(server, (200, {}, "abc"))
    with Web(resolver=lambda *_: next(told)) as web:
        assert get(web, f"http://a.example:{server.port}/", tmp_path) == b"abc"
    assert len(list(told)) == 1


def test_a_host_without_an_address(tmp_path, waits):
    def nowhere(*_):
        raise OSError("no such host")

    away = pytest.raises(PartUnavailable, match=r"a\.example has no address")
    with Web(resolver=nowhere, sleep=waits.append) as web, away:
        get(web, "http://a.example/key/secret", tmp_path)


def test_the_key_in_an_address_is_in_no_message(server, web, tmp_path):
    answers(server, (404, {}, b""))
    with pytest.raises(DataError) as raised:
        get(web, server.url + "/f?key=secret", tmp_path)
    assert "secret" not in str(raised.value)


# As a run


def test_a_run_asks_for_changes_only(catalogue_database, server):
    sent = {"ETag": '"1"'}
    server.answer = lambda asked: (
        (304, {}, b"") if asked.headers.get("if-none-match") == '"1"' else (200, sent, OFFER)
    )

    def run(**more):
        definition = feed(url=server.url, private=True, **more.pop("feed", {}))
        return run_feed(catalogue_database, Job(definition, NOW, "TN", "test", **more)).state

    assert run() == State.DONE
    assert run() == State.UNCHANGED
    # Who reads it another way, or asks for it, gets all of it.
    assert run(feed={"language": "en"}) == State.DONE
    assert run(feed={"language": "en"}, force=True) == State.DONE
    assert run(feed={"language": "en"}) == State.UNCHANGED


def test_what_was_refused_is_asked_for_again(catalogue_database, server):
    server.answer = lambda _: (200, {"ETag": '"1"'}, "")
    definition = feed(url=server.url, private=True)
    for _ in range(2):
        run = run_feed(catalogue_database, Job(definition, NOW, "TN", "test"))
        assert run.state == State.REFUSED
    assert "if-none-match" not in server.asked[1].headers
