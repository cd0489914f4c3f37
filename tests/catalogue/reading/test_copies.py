from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from catalogue.models import Listing, ListingBand
from catalogue.search import SearchRequest, search
from tests.catalogue.listings import TODAY, offer, put

TEXT = (
    "Nous recherchons un menuisier pour notre atelier de fabrication de portes et de fenêtres en "
    "bois massif. Vous préparez les pièces, réglez les machines et assurez la pose chez le client."
)
BASE = {"summary": {"fr": TEXT}, "organisation": "Bois et Cie"}


def shown(database, day=TODAY):
    with database.read() as session:
        hits = search(session, SearchRequest("offer", limit=50), day).hits
        return {(hit.listing.source, hit.listing.source_id) for hit in hits}


def test_one_of_two_feeds_is_shown_the_most_complete(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    full = BASE | {
        "contract": "permanent",
        "salary": "5000 MAD par mois",
        "url": "https://emploi.example/",
    }
    put(catalogue_database, offer(id="2", **full), source="two")
    assert shown(catalogue_database) == {("two", "2")}


def test_of_equals_the_newest_is_shown(catalogue_database):
    put(catalogue_database, offer(id="1", posted_days_ago=1, **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    assert shown(catalogue_database) == {("one", "1")}


@pytest.mark.parametrize(
    "other",
    [
        {"place": "Rabat"},
        {"organisation": "Autre maison"},
        {"summary": {"fr": "Un tout autre texte " + " ".join(f"mot{n}" for n in range(30))}},
        {"summary": {"fr": "Trop court."}},
    ],
)
def test_two_jobs_stay_two(catalogue_database, other):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    put(catalogue_database, offer(id="2", **BASE | other), source="two")
    assert len(shown(catalogue_database)) == 2


def test_two_contracts_are_two_jobs(catalogue_database):
    put(catalogue_database, offer(id="1", contract="permanent", **BASE), source="one")
    put(catalogue_database, offer(id="2", contract="internship", **BASE), source="two")
    assert len(shown(catalogue_database)) == 2


def test_a_publisher_that_tells_two_means_two(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), offer(id="2", **BASE), source="one")
    assert len(shown(catalogue_database)) == 2


def test_a_small_change_is_still_a_copy(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    text = TEXT.replace("bois massif", "bois").replace("Nous recherchons", "On recherche")
    put(catalogue_database, offer("Menuisier H/F", id="2", **BASE | {"summary": {"fr": text}}))
    assert len(shown(catalogue_database)) == 1


def test_the_other_comes_back_when_the_shown_one_goes(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    assert shown(catalogue_database) == {("one", "1")}
    put(catalogue_database, source="one")
    assert shown(catalogue_database) == {("two", "2")}
    put(catalogue_database, offer(id="1", **BASE), source="one")
    assert shown(catalogue_database) == {("one", "1")}


def test_a_hidden_one_that_vanished_does_not_come_back(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    assert put(catalogue_database, source="two").expired == 1
    put(catalogue_database, source="one")
    assert shown(catalogue_database) == set()


def test_the_other_comes_back_when_the_shown_one_ends_by_itself(catalogue_database):
    put(catalogue_database, offer(id="1", expires_in_days=2, **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    later = TODAY + timedelta(days=4)
    put(catalogue_database, source="three", today=later)
    assert shown(catalogue_database, later) == {("two", "2")}


def test_a_text_that_changed_leaves_its_group(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    put(
        catalogue_database,
        offer(id="1", **BASE | {"summary": {"fr": " ".join(f"autre{n}" for n in range(40))}}),
        source="one",
    )
    assert len(shown(catalogue_database)) == 2


def test_three_feeds_are_one_group(catalogue_database):
    for at, source in enumerate(("one", "two", "three")):
        put(catalogue_database, offer(id="1", posted_days_ago=at, **BASE), source=source)
    assert shown(catalogue_database) == {("one", "1")}
    with catalogue_database.read() as session:
        assert session.scalar(select(func.count(func.distinct(Listing.copy_group)))) == 1


def test_a_repeat_changes_nothing(catalogue_database):
    put(catalogue_database, offer(id="1", **BASE), source="one")
    put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    summary = put(catalogue_database, offer(id="2", posted_days_ago=5, **BASE), source="two")
    assert (summary.unchanged, summary.changed, summary.expired) == (1, 0, 0)
    assert shown(catalogue_database) == {("one", "1")}


def test_looking_for_copies_costs_the_matches_alone(catalogue_database):
    rows = [
        offer(f"Poste {n}", id=str(n), summary={"fr": " ".join(f"m{n}x{k}" for k in range(30))})
        for n in range(60)
    ]
    put(catalogue_database, *rows, source="one")
    put(catalogue_database, offer(id="1", **BASE), source="two")
    bands = select(ListingBand.band).group_by(ListingBand.band)
    with catalogue_database.read() as session:
        shared = session.scalars(bands.having(func.count() > 1)).all()
    assert shared == []  # nothing but its own words would be compared with it


def test_moments_are_utc(catalogue_database):
    put(catalogue_database, offer(id="1", expires_in_days=2, **BASE), source="one")
    with catalogue_database.read() as session:
        one = session.scalars(select(Listing)).one()
    assert one.open_until == one.visible_until == datetime(2025, 3, 13, tzinfo=UTC)
