"""Every feed that ships, on its own sample; and on the partners' recorded files where they are."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from catalogue.feeds import history
from catalogue.feeds.feed import SHIPPED, feed_names, read_feed
from catalogue.feeds.mapping import Mapper
from catalogue.feeds.models import State
from catalogue.feeds.readers import READERS
from catalogue.feeds.run import Job, run_feed
from catalogue.feeds.source import Source
from catalogue.listing_in import ListingIn
from catalogue.models import Listing
from errors import DataError
from settings import ROOT
from tests.catalogue.feeds.making import NOW, TODAY

NOWHERE = Path("nowhere")
NAMES = feed_names(NOWHERE)
SAMPLES = {path.name.split(".")[0]: path for path in SHIPPED.glob("*.sample.*")}
# Read-only files of partners, beside the checkout; their texts are not ours to ship.
PARTNERS = ROOT.parent / "shared" / "data" / "feeds"
PARTNER_FILES = {
    "decathlon.test.input.json": ("decathlon", 3),
    "engagementJeunes.test.input.json": ("engagement-jeunes", 2),
    "france-travail-cegid-mapper.test.input.json": ("france-travail-cegid", 1),
    "import-apec.test.input.xml": ("apec", 5),
    "import-clever-connect.test.input.xml": ("clever-connect", 3),
    "import-edf.test.input.xml": ("edf", 3),
    "import-enedis.test.input.xml": ("enedis", 2),
    "import-france-travail-cegid.test.input.json": ("france-travail-cegid", 4),
    "import-hello-work-buddi.test.input.xml": ("hello-work-buddi", 3),
    "import-hello-work.test.input.xml": ("hello-work", 5),
    "import-jobteaser.test.input.xml": ("jobteaser", 2),
    "import-jooble.test.input.xml": ("jooble", 2),
    "import-kelio.test.input.xml": ("kelio", 2),
    "import-laposte.test.input.xml": ("laposte", 2),
}


def listings(name, path):
    """The listings of a file; every row must be usable and every field explained."""
    feed = read_feed(name, NOWHERE)
    source, mapper = Source(path, feed, TODAY), Mapper(feed, TODAY)
    found = []
    for _, row in READERS[feed.format](source):
        mapped = mapper.map(row)
        assert mapped.leftovers == []
        found.append(ListingIn.model_validate(mapped.raw))
    assert mapper.leftovers(source.envelope) == []
    assert source.notes == []
    return found


def test_a_feed_is_one_yaml_and_one_sample():
    assert set(SAMPLES) == set(NAMES)
    assert len(NAMES) >= 20
    formats = {read_feed(name, NOWHERE).format for name in NAMES}
    assert formats == set(READERS) - {"jsonl", "yaml"}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_all_that_matters(name):
    found = listings(name, SAMPLES[name])
    assert len({one.id for one in found}) == len(found) >= 2
    for one in found:
        assert one.url or one.apply or one.place
        assert one.posted_on or one.starts_on
    assert any(one.summary for one in found)
    assert any(one.organisation or one.kind == "event" for one in found)


def test_all_samples_in_one_catalogue(catalogue_database):
    for name in NAMES:
        job = Job(read_feed(name, NOWHERE), NOW, "TN", name, SAMPLES[name])
        run = run_feed(catalogue_database, job)
        assert (run.state, run.rejected, run.leftovers) == (State.DONE, 0, {}), run.message
        again = run_feed(catalogue_database, job)
        assert (again.added, again.changed, again.expired) == (0, 0, 0)
        assert again.unchanged == run.added > 0
    with catalogue_database.read() as session:
        found = {one.source_id: one for one in session.scalars(select(Listing))}
    carpenter = found["210ABCD"]
    assert (carpenter.isco, carpenter.contract, carpenter.country) == ("7522", "permanent", "FR")
    assert found["AP-7"].place_id == "TN/tunis"
    assert found["AP-7"].salary == "900 – 1200 TND"
    course = found["https://emploi.example/cours/excel"]
    assert (course.kind, course.online) == ("training", True)
    assert course.starts_on.isoformat() == "2026-03-09"
    assert found["forum-1@emploi.example"].place_id == "TN/tunis"
    assert found["PO-2"].language == "fr"
    assert found["T-1"].titles == {"fr": "Menuisier d'atelier", "ar": "نجّار"}
    assert found["chambre-2"].language == "ar"
    assert found["101"].topics == ["excel", "bureautique"]


if PARTNERS.is_dir() or os.environ.get("CI"):

    def test_every_partner_file_has_its_feed():
        there = {path.name for path in PARTNERS.iterdir()}
        assert there - {"search-synonyms.json"} == set(PARTNER_FILES)

    @pytest.mark.parametrize("file", PARTNER_FILES)
    def test_a_partners_file_comes_in_whole_and_nothing_is_dropped_unexplained(file):
        name, count = PARTNER_FILES[file]
        found = listings(name, PARTNERS / file)
        assert len(found) == count
        for one in found:
            assert one.organisation
            assert one.place
            assert one.summary
            assert one.url
            assert one.posted_on
            assert not any("<" in text and ">" in text for text in one.summary.values())

    def test_partners_files_in_one_catalogue(catalogue_database):
        twice = {}
        for file, (name, count) in PARTNER_FILES.items():
            run = run_feed(
                catalogue_database,
                Job(read_feed(name, NOWHERE), NOW, None, file[:60], PARTNERS / file),
            )
            assert (run.state, run.read, run.leftovers) == (State.DONE, count, {}), run.message
            if run.rejected:
                with catalogue_database.read() as session:
                    twice[file] = history.notes_of(session, run.id, "rejected")
        # One offer stands twice in the recorded file itself.
        assert twice == {
            "import-france-travail-cegid.test.input.json": [(4, "id: '2025-82799' stands twice")]
        }


def test_a_deployments_own_file_gives_an_address_or_makes_a_feed(tmp_path):
    (tmp_path / "hello-work.yml").write_text("url: https://partner.example/x.xml\nmost_mb: 5\n")
    (tmp_path / "chamber.yml").write_text(
        "like: rss\npublisher: Chamber\nurl: https://chamber.example/rss\n"
        "country: MA\nschedule: '0 6 * * *'\n"
    )
    mine = read_feed("hello-work", tmp_path)
    assert mine.url == "https://partner.example/x.xml"
    assert mine.mapping == read_feed("hello-work", NOWHERE).mapping
    assert mine.definition != read_feed("hello-work", NOWHERE).definition
    # Its address is its own, not that of the feeds that are like it.
    assert read_feed("hello-work-buddi", tmp_path).url is None
    chamber = read_feed("chamber", tmp_path)
    assert (chamber.format, chamber.publisher, chamber.country) == ("rss", "Chamber", "MA")
    assert set(feed_names(tmp_path)) == {*NAMES, "chamber"}
    (tmp_path / "france-travail.yml").write_text("api: {client_id: us, client_secret: x}\n")
    api, shipped = (read_feed("france-travail", own).api for own in (tmp_path, NOWHERE))
    assert api.client_id.get_secret_value() == "us"
    assert api.token_url == shipped.token_url
    assert "x" not in repr(api.client_secret)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("other", "", "no mapping of keys"),
        ("other", "like: other", "leads back to itself"),
        ("other", "like: nobody", "nobody: no feed of this name"),
        ("other", "like: rss\nlanguage: de", "language"),
        ("other", "a: [", "other.yml"),
        ("other", "x: " + "y" * 1_100_000, "too big"),
        ("../other", "like: rss", "no feed of this name"),
        ("nobody", "", "no feed of this name"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path, name, content, told):
    (tmp_path / "other.yml").write_text(content)
    with pytest.raises(DataError, match=told):
        read_feed(name, tmp_path)
