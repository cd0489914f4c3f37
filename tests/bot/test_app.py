"""What holds for the edge as a whole: health, headers, the page, the start."""

import re

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot.app import create_app
from bot.page import FOLDER, choose_language
from errors import SettingsError
from store.engine import Database
from tests.bot.conftest import edge, post, say, texts


async def test_health_is_ok_only_when_every_part_answers(client, dialogue):
    healthy = await client.get("/health")
    assert healthy.status_code == 200
    assert healthy.json() == {
        "status": "ok",
        "parts": {"dialogue": "ok", "actions": "ok", "database": "ok"},
    }
    dialogue.status = 503
    ill = await client.get("/health")
    assert ill.status_code == 503
    assert ill.json()["parts"] == {"dialogue": "away", "actions": "away", "database": "ok"}


async def test_a_database_that_is_away_is_told(client, monkeypatch):
    def away(_):
        raise OperationalError("SELECT", None, Exception("connection refused"))

    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(Database, "write", away)
    assert (await client.get("/health")).json()["parts"]["database"] == "away"
    refused = await post(client, message="salut")
    assert refused.status_code == 503
    assert set(refused.json()) == {"error"}
    monkeypatch.undo()
    assert texts(await say(client, "salut")) == ["echo salut"]


@pytest.mark.parametrize("path", ["/", "/widget.js", "/health", "/nowhere"])
async def test_every_response_keeps_browsers_careful(client, path):
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


async def test_a_strange_host_gets_no_word_into_the_policy(client):
    headers = {"Host": "x; script-src *"}
    policy = (await client.get("/", headers=headers)).headers["content-security-policy"]
    assert "script-src *" not in policy


@pytest.mark.parametrize("path", ["/", "/embed"])
@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
async def test_the_pages_speak_the_language_asked_for(client, path, language, direction):
    page = (await client.get(f"{path}?lang={language}", headers={"Accept-Language": "fr"})).text
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert client.speech.profile.service_name[language].replace("'", "&#x27;") in page
    assert ('class="demo"' in page) == (path == "/")
    assert not re.search(r"<script(?! src=)|<style|\son\w+=|style=|https?://\w", page)


async def test_a_language_that_we_do_not_speak_falls_back(client):
    headers = {"Accept-Language": "de"}
    page = (await client.get("/?lang=<script>", headers=headers)).text
    assert '<html lang="fr"' in page


async def test_outside_a_demonstration_the_page_says_nothing_of_one(settings, tmp_path):
    profile = tmp_path / "profile.yml"
    text = settings.profile.read_text(encoding="utf-8")
    profile.write_text(text.replace("demo: true", "demo: false"), encoding="utf-8")
    changed = settings.model_copy(update={"profile": profile, "rest_token": SecretStr("x" * 20)})
    async with edge(changed) as client:
        assert 'class="demo"' not in (await client.get("/")).text


@pytest.mark.parametrize("name", ["page.js", "page.css", "embed.js"])
async def test_the_pages_files_are_served(client, name):
    response = await client.get(f"/{name}")
    assert response.content == (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("ar", "fr", "ar"),
        ("xx", "en", "en"),
        (None, "", "fr"),
        (None, "de, ar-MA;q=0.5, en;q=0.9", "en"),
        (None, "en;q=0, ar;q=0.1", "ar"),
        (None, "en;q=x, ar", "ar"),
        (None, ",;;q=,=", "fr"),
        (None, "EN-gb", "en"),
        (None, "*" * 100_000, "fr"),
    ],
)
def test_the_pages_language(asked, accepted, chosen):
    assert choose_language(asked, accepted, ["fr", "en", "ar"], "fr") == chosen


def test_a_wrong_database_stops_the_start_by_its_name(settings):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        create_app(settings.model_copy(update={"database_url": "mysql://x"}))


def test_a_profile_that_is_not_there_stops_the_start_by_its_name(settings, tmp_path):
    with pytest.raises(SettingsError, match="PROFILE"):
        create_app(settings.model_copy(update={"profile": tmp_path / "nowhere.yml"}))
