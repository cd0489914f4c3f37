"""The widget's one script: small, whole, and kept by browsers until it changes."""

import gzip
import json
import re

import pytest

from bot.script import WORDS, build, setup
from languages.replies import FOLDER as REPLIES
from languages.replies import Replies

MOST_BYTES = 20_000


@pytest.fixture
def script(client):
    return build(client.speech)


async def test_all_that_the_widget_loads_is_small(client, script):
    packed = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(script.packed) < MOST_BYTES


async def test_it_loads_nothing_else(client):
    code = (await client.get("/widget.js")).text
    assert not re.search(r"\bimport\s*\(|@import|url\(|createElement\(.link", code)
    hosts = set(re.findall(r"https?://([\w.-]+)", code))
    assert hosts == {"www.w3.org", "emploi.example"}  # a name space; the profile's privacy page


async def test_who_takes_no_gzip_gets_it_plain(client, script):
    for accepted in ("identity", "gzip;q=0", "gzip; q=0.0, br"):
        plain = await client.get("/widget.js", headers={"Accept-Encoding": accepted})
        assert "content-encoding" not in plain.headers
        assert plain.content == script.content == gzip.decompress(script.packed)


async def test_a_browser_that_has_it_gets_nothing(client, script):
    first = await client.get("/widget.js")
    tag = first.headers["etag"]
    again = await client.get("/widget.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", script.tag)
    other = await client.get("/widget.js", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_pages_of_other_sites_may_load_it(client):
    headers = (await client.get("/widget.js")).headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"


async def test_every_word_stands_in_every_language(client):
    languages = setup(client.speech)["languages"]
    assert set(languages) == set(client.speech.languages)
    for code, language in languages.items():
        assert set(language["words"]) == set(WORDS)
        assert language["rtl"] == client.speech.rtl(code)


async def test_no_word_is_there_for_nothing(client, script):
    used = set(re.findall(r"words\.(\w+)", script.content.decode()))
    used |= {
        "offline",
        "unavailable",
        "unsent",
        "late",
        "failed",
        "sending",
    }  # named by what happened
    assert used == set(WORDS)
    replies = Replies(REPLIES, client.speech.profile)
    kept = {key for key in replies._replies if key.startswith("chat_")}  # noqa: SLF001
    assert kept == {f"chat_{word}" for word in WORDS}


async def test_the_deployments_own_facts_are_inside(client, script):
    given = re.search(r"const SETUP = (\{.*\});\n", script.content.decode())[1]
    told = json.loads(given)
    profile = client.speech.profile
    assert (told["accent"], told["privacy"]) == (profile.accent_colour, profile.privacy_url)
    assert told["languages"]["ar"]["service"] == profile.service_name["ar"]
