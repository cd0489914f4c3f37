import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from errors import DataError, PartUnavailable, SettingsError
from languages.translation import index
from languages.translation.index import Offer, fetch, known_hashes, offers, pins


@pytest.fixture
def served():
    """A web server on loopback: paths to (status, headers, body)."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            assert self.headers["User-Agent"] == "tawjih"
            status, headers, body = pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    pages["url"] = f"http://127.0.0.1:{server.server_port}"
    yield pages
    server.shutdown()
    thread.join()
    server.server_close()


def row(version="1.9", links=("/fr_en.argosmodel",), **more):
    return {
        "from_code": "fr",
        "to_code": "en",
        "package_version": version,
        "links": list(links),
        **more,
    }


@pytest.fixture
def publish(served):
    def put(*rows):
        served["/index.json"] = (200, {}, json.dumps(rows).encode())
        return f"{served['url']}/index.json"

    return put


def test_what_is_offered(publish, served):
    url = publish(row(), {"from_code": "fr", "to_code": "de", "links": ["/x"]}, {"type": "sbd"})
    (offer,) = offers(url, [("fr", "en")])
    assert offer == Offer(
        "fr", "en", "1.9", f"{served['url']}/fr_en.argosmodel", (pins()["fr", "en", "1.9"],)
    )


def test_an_index_of_ones_own_may_give_hashes(publish):
    (offer,) = offers(publish(row("3.0", sha256="ab" * 32)), [("fr", "en")])
    assert offer.hashes == ("ab" * 32,)


def test_the_last_version_but_rather_one_that_is_known(publish):
    (offer,) = offers(publish(row("1.10"), row("1.2"), row("1.11-x")), [("fr", "en")])
    assert offer.version == "1.10"
    (offer,) = offers(publish(row("2.0"), row("1.9")), [("fr", "en")])
    assert offer.version == "1.9"


def test_links_that_lead_elsewhere_are_passed_over(publish):
    links = ("ipfs://Qm", "http://other.example/a", "file:///etc/passwd", "https://other.example/b")
    (offer,) = offers(publish(row(links=links)), [("fr", "en")])
    assert offer.url == "https://other.example/b"


@pytest.mark.parametrize(
    "rows", [[], [row(links=["ipfs://Qm"])], [row(links=[])], [{"from_code": "fr"}]]
)
def test_a_pair_that_is_not_offered(publish, rows):
    with pytest.raises(DataError, match="no package for fr→en"):
        offers(publish(*rows), [("fr", "en")])


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[1]", b'"x"'])
def test_what_is_no_index(served, body):
    served["/index.json"] = (200, {}, body)
    with pytest.raises(DataError, match="not an index"):
        offers(f"{served['url']}/index.json", [("fr", "en")])


def test_an_index_that_never_ends(served, monkeypatch):
    monkeypatch.setattr(index, "_MOST_INDEX", 1000)
    served["/index.json"] = (200, {}, b" " * 5000)
    with pytest.raises(DataError, match="more than"):
        offers(f"{served['url']}/index.json", [("fr", "en")])


@pytest.mark.parametrize(
    "url", ["http://index.example/", "ftp://a.example/", "index.json", "", "file:///x"]
)
def test_an_address_that_is_not_safe(url):
    with pytest.raises(SettingsError, match="TRANSLATION_INDEX"):
        offers(url, [("fr", "en")])


def test_an_index_that_is_away(served):
    with pytest.raises(PartUnavailable, match="answers 404"):
        offers(f"{served['url']}/none.json", [("fr", "en")])
    with pytest.raises(PartUnavailable, match="cannot be reached"):
        offers("http://127.0.0.1:9/index.json", [("fr", "en")])


def offer(served, path="/fr_en.argosmodel"):
    return Offer("fr", "en", "1.9", f"{served['url']}{path}", ())


def test_a_package_is_fetched(served, tmp_path):
    told = []
    served["/fr_en.argosmodel"] = (200, {}, b"x" * 200_000)
    path = fetch(offer(served), tmp_path, lambda done, size: told.append((done, size)))
    assert path.read_bytes() == b"x" * 200_000
    assert told[-1] == (200_000, 200_000)


def test_a_redirection_is_followed_but_not_off_the_safe_road(served, tmp_path):
    served["/b"] = (200, {}, b"body")
    served["/a"] = (302, {"Location": "/b"}, b"")
    assert fetch(offer(served, "/a"), tmp_path).read_bytes() == b"body"
    served["/a"] = (302, {"Location": "http://other.example/b"}, b"")
    with pytest.raises(DataError, match=r"other\.example"):
        fetch(offer(served, "/a"), tmp_path)
    served["/a"] = (302, {"Location": "/a"}, b"")
    with pytest.raises(PartUnavailable):
        fetch(offer(served, "/a"), tmp_path)


def test_a_download_that_breaks_off(served, tmp_path):
    served["/fr_en.argosmodel"] = (200, {"Content-Length": "500"}, b"x" * 100)
    with pytest.raises(PartUnavailable):
        fetch(offer(served), tmp_path)


def test_a_download_without_bounds(served, tmp_path, monkeypatch):
    monkeypatch.setattr(index, "MOST_BYTES", 1000)
    served["/fr_en.argosmodel"] = (200, {}, b"x" * 5000)
    with pytest.raises(DataError, match="more than"):
        fetch(offer(served), tmp_path)


def test_pins_join_every_language_with_english():
    pairs = {(source, target) for source, target, _ in pins()}
    assert pairs == {("en", "fr"), ("fr", "en"), ("en", "ar"), ("ar", "en")}
    assert all(len(one) == 64 and int(one, 16) for one in known_hashes())
    assert len(known_hashes()) == len(pins())
