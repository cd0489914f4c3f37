"""Feeds in the console: what their runs did, told in the reader's language, and one run at once."""

import asyncio
import json

import pytest

from bot.desk.feeds import reasons
from bot.desk.permissions import Role
from catalogue.feeds import history
from catalogue.feeds.lease import Lease
from catalogue.feeds.models import State
from catalogue.feeds.stage import Tally
from tests.bot.desk.test_words import WORDS
from tests.bot.test_feeds import FEED, OFFER

ROWS = [OFFER, {"id": "2", "place": "Sfax"}, {"id": "1", "title": "Soudeur", "place": "Sfax"}]


@pytest.fixture
def feeds(settings):
    """The deployment's own folder, with a feed that only runs when somebody asks for it."""
    folder = settings.tawjih_home / "feeds"
    folder.mkdir()
    (folder / "chamber.yml").write_text(FEED.replace('schedule: "0 4 * * *"', "bounds: {share: 0}"))
    (folder / "offers.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    return folder


def ran(database, feed, outcome):
    return history.end(database, history.begin(database, feed), outcome)


async def ended(console, feed, runs=1):
    """The last run of a feed, once another process has ended it."""
    async with asyncio.timeout(60):
        while True:
            with console.database.read() as session:
                found = history.runs_of(session, feed)
            if len(found) == runs and found[0].finished_at and not console.desk.feeds.starting:
                return found[0]
            await asyncio.sleep(0.05)


async def test_a_supervisor_has_a_feed_imported_and_reads_what_was_rejected_and_why(feeds, console):
    browser = console.signed_in(Role.SUPERVISOR, "fr")
    assert "Importer" in (await browser.get("/feeds")).text
    assert (await browser.post("/feeds/chamber/run")).status_code == 303
    assert "chamber" in (await browser.get("/feeds/live")).text
    run = await ended(console, "chamber")
    assert (run.state, run.read, run.added, run.rejected) == (State.DONE, 3, 1, 2)
    [line] = console.trail("feed.import")
    assert (line.subject_id, line.detail) == ("chamber", {"force": False})
    page = (await browser.get("/feeds/chamber")).text
    assert f"/feeds/chamber/runs/{run.id}" in page
    page = (await browser.get(f"/feeds/chamber/runs/{run.id}")).text
    assert "figure deux fois" in page
    assert "est vide" in page


async def test_a_count_that_is_not_believed_alarms_until_somebody_believes_it(feeds, console):
    doubt = "1 usable listings, usually 90: nothing was changed"
    ran(console.database, "chamber", history.Outcome(State.REFUSED, doubt))
    browser = console.signed_in(Role.ADMINISTRATOR, "ar")
    assert "تحتاج إلى نظرة" in (await browser.get("/feeds")).text
    page = (await browser.get("/feeds/chamber")).text
    assert doubt in page
    assert "استيراد رغم ذلك" in page
    await browser.post("/feeds/chamber/run", force="yes")
    assert (await ended(console, "chamber", 2)).state == State.DONE
    assert console.trail("feed.import")[0].detail == {"force": True}
    assert "تحتاج إلى نظرة" not in (await browser.get("/feeds")).text


async def test_one_feed_runs_at_a_time(feeds, console):
    browser = console.signed_in(Role.SUPERVISOR, "en")
    with Lease(console.database, "another").held():
        await browser.post("/feeds/chamber/run")
        assert "Another feed is being imported" in (await browser.get("/feeds")).text
    assert console.trail("feed.import") == []
    with console.database.read() as session:
        assert history.runs_of(session, "chamber") == []


async def test_how_far_a_run_is_shows_live_and_the_page_is_drawn_anew_when_it_ends(feeds, console):
    browser = console.signed_in(Role.SUPERVISOR, "en")
    number = history.begin(console.database, "chamber")
    history.advance(console.database, number, "importing", 1200, 5000)
    # A run that nobody holds has died: it is not under way.
    assert "1,200" not in (await browser.get("/feeds/live")).text
    with Lease(console.database, "chamber").held():
        live = await browser.get("/feeds/live?was=chamber")
        assert 'max="5000" value="1200"' in live.text
        assert "hx-refresh" not in live.headers
    assert (await browser.get("/feeds/live?was=chamber")).headers["hx-refresh"] == "true"


async def test_a_feed_that_is_wrongly_described_is_told_and_cannot_run(feeds, console):
    (feeds / "strange.yml").write_text("like: nobody")
    browser = console.signed_in(Role.SUPERVISOR, "en")
    page = (await browser.get("/feeds/strange")).text
    assert "like: nobody: no feed of this name" in page
    assert (await browser.post("/feeds/strange/run")).status_code == 404


async def test_many_rejects_are_shown_a_page_at_a_time(feeds, console):
    tally = Tally(rejected=250, rejects=[(n, f"<b>{n}</b>") for n in range(250)])
    run = ran(console.database, "by-hand", history.Outcome(State.DONE, None, tally))
    browser = console.signed_in(Role.SUPERVISOR, "en")
    first = (await browser.get(f"/feeds/by-hand/runs/{run.id}")).text
    assert "&lt;b&gt;199&lt;/b&gt;" in first
    assert "&lt;b&gt;200&lt;/b&gt;" not in first
    assert "<b>" not in first
    second = (await browser.get(f"/feeds/by-hand/runs/{run.id}?after=200")).text
    assert "&lt;b&gt;249&lt;/b&gt;" in second


@pytest.mark.parametrize(
    "path", ["/feeds/nothing", "/feeds/by-hand/runs/1", f"/feeds/chamber/runs/{2**40}"]
)
async def test_what_is_not_there_is_not_there(feeds, console, path):
    assert (await console.signed_in(Role.SUPERVISOR).get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/feeds", "/feeds/live", "/feeds/chamber"])
async def test_a_counsellor_sees_none_of_it(feeds, console, path):
    assert (await console.signed_in().get(path)).status_code == 403


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("id: '7' stands twice", "twice"),
        ("title: Field required", "missing"),
        ("title: none given", "missing"),
        ("place: nothing is known by 'Nulle-Part'; say the country", "place"),
        ("country: no country has the ISO 3166 code 'XX'", "country"),
        ("posted_on: '31/02/2026' is a day that does not exist", "no_day"),
        ("starts_on: 'bientôt' is no day", "day"),
        ("occupation_code: no occupation has '99'", "occupation"),
        ("statut is pourvue: the publisher says not to show it", "withdrawn"),
        ("row: not fields with names but 'x'", "not_a_row"),
        ("no JSON: it breaks off", None),
    ],
)
def test_usual_reasons_have_words(reason, key):
    assert reasons.read(reason)[0] == key
    assert key is None or f"feeds_why_{key}" in WORDS
