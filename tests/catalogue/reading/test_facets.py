from catalogue.search import SearchRequest, search
from tests.catalogue.listings import TODAY, offer, put

ROWS = (
    offer("Menuisier", id="1", summary={"fr": "Formation assurée. Télétravail possible."}),
    offer("Menuisier", id="2", summary={"fr": "Pas de télétravail."}),
    offer(
        "Menuisier", id="3", place="Rabat", summary={"fr": "Débutant accepté, formation assurée."}
    ),
)


def found(database, **asked):
    put(database, *ROWS)
    with database.read() as session:
        hits = search(session, SearchRequest("offer", limit=10, **asked), TODAY).hits
    return {hit.listing.source_id: {reason.key for reason in hit.reasons} for hit in hits}


def test_all_that_say_it_whatever_leads_the_search(catalogue_database):
    asked = {"flags": ("training",)}
    assert set(found(catalogue_database, **asked)) == {"1", "3"}
    assert set(found(catalogue_database, occupation="menuisier", **asked)) == {"1", "3"}
    assert set(found(catalogue_database, text="menuisier", **asked)) == {"1", "3"}
    here = found(catalogue_database, occupation="menuisier", place="Casablanca", **asked)
    assert "1" in here


def test_every_flag_must_be_said(catalogue_database):
    assert set(found(catalogue_database, flags=("training", "remote"))) == {"1"}
    assert found(catalogue_database, flags=("green",)) == {}


def test_each_flag_is_a_reason(catalogue_database):
    reasons = found(catalogue_database)
    assert {"remote", "training"} <= reasons["1"]
    assert not {"remote", "training"} & reasons["2"]
    assert {"no_experience", "training"} <= reasons["3"]


def test_an_odd_flag_finds_nothing(catalogue_database):
    assert found(catalogue_database, flags=("x\" OR '1",)) == {}
