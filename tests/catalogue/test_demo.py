from datetime import timedelta

import pytest
from sqlalchemy import select

from catalogue.demo import FOLDER, load_demo
from catalogue.listing_files import read_rows
from catalogue.models import Listing
from catalogue.search import SearchRequest, search
from catalogue.vocabulary import DATA, load_vocabulary
from errors import DataError
from tests.catalogue.listings import TODAY

FILE = """\
- id: a
  kind: offer
  title: {fr: Menuisier, en: Carpenter}
  occupation: نجار
  place: Casablanca
  posted_days_ago: 2
  expires_in_days: 5
  demo: true
- id: b
  kind: event
  title: {fr: Forum}
  place: Rabat
  starts_in_days: 3
  demo: true
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "maghreb.yml").write_text(FILE, encoding="utf-8")
    return folder


def test_loaded_once_a_day_and_never_stale(catalogue_database, folder):
    done = load_demo(catalogue_database, TODAY, folder)
    assert done["demo:maghreb"].added == 2
    assert load_demo(catalogue_database, TODAY, folder) == {}
    later = TODAY + timedelta(days=30)
    with catalogue_database.read() as session:
        assert search(session, SearchRequest("offer"), later).hits == []
    assert load_demo(catalogue_database, later, folder)["demo:maghreb"].changed == 2
    with catalogue_database.read() as session:
        [hit] = search(session, SearchRequest("offer", occupation="carpenter"), later).hits
    assert hit.listing.demo
    assert hit.listing.posted_at.date() == later - timedelta(days=2)


def test_a_changed_file_loads_again_and_a_file_that_is_gone_expires(catalogue_database, folder):
    load_demo(catalogue_database, TODAY, folder)
    path = folder / "maghreb.yml"
    path.write_text(FILE.replace("Menuisier", "Ébéniste"), encoding="utf-8")
    assert load_demo(catalogue_database, TODAY, folder)["demo:maghreb"].changed == 1
    path.unlink()
    assert load_demo(catalogue_database, TODAY, folder)["demo:maghreb"].expired == 2
    with catalogue_database.read() as session:
        assert search(session, SearchRequest("offer"), TODAY).hits == []
    assert load_demo(catalogue_database, TODAY, folder) == {}


def test_a_broken_file_is_told(catalogue_database, folder):
    (folder / "broken.yml").write_text("- [", encoding="utf-8")
    with pytest.raises(DataError, match=r"broken\.yml"):
        load_demo(catalogue_database, TODAY, folder)


def test_the_shipped_demonstration_comes_in_whole(database):
    load_vocabulary(database, DATA)
    done = load_demo(database, TODAY, country="MA")
    assert {source: summary.rejected for source, summary in done.items() if summary.rejected} == {}
    expected = sum(len(list(read_rows(path))) for path in FOLDER.glob("*.yml"))
    with database.read() as session:
        listings = session.scalars(select(Listing)).all()
    assert len(listings) == expected
    # The network's own work plan is real; every offer is invented and must say so.
    assert [x.source_id for x in listings if x.kind == "offer" and not x.demo] == []
