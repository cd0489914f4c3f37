"""What an import makes of the words of a listing."""

import pytest
from sqlalchemy import select

from catalogue.models import Listing
from tests.catalogue.listings import event, offer, put

NOTHING = {"occupation": None, "place": None, "country": None}


def imported(database, row):
    put(database, row)
    with database.read() as session:
        return session.scalars(select(Listing)).one()


def test_all_that_the_words_tell(catalogue_database):
    text = (
        "Nous recherchons un électricien pour nos chantiers. Débutant accepté. "
        "Type de contrat : CDI. Salaire : 4500 à 5500 DH par mois. Lieu : Rabat."
    )
    one = imported(catalogue_database, offer("Électricien H/F", summary={"fr": text}, **NOTHING))
    assert one.isco == "7411"
    assert 0.4 <= one.occupation_confidence <= 1
    assert (one.place_id, one.country) == ("MA/rabat", "MA")
    assert one.contract == "permanent"
    assert (one.salary_min, one.salary_max, one.salary_monthly) == (4500, 5500, 4500)
    assert (one.salary_currency, one.salary_period) == ("MAD", "month")
    assert one.salary == "4500 à 5500 DH"
    assert (one.text_language, one.flags, one.no_experience) == ("fr", ["no_experience"], True)
    assert "F:no_experience" in one.facets.split()


def test_what_the_publisher_tells_stands(catalogue_database):
    given = {"contract": "internship", "salary": "à négocier", "place": "Casablanca"}
    text = "Électricien en CDI à Rabat, ambiance conviviale. Lieu : Rabat"
    one = imported(
        catalogue_database, offer("Électricien", summary={"fr": text}, **NOTHING | given)
    )
    assert (one.contract, one.salary, one.salary_min) == ("internship", "à négocier", None)
    assert one.place_id == "MA/casablanca"
    told = imported_again(catalogue_database, offer("Électricien", id="2"))
    assert (told.isco, told.occupation_confidence) == ("7115", None)


def imported_again(database, row):
    put(database, row, source="other")
    with database.read() as session:
        return session.scalars(select(Listing).where(Listing.source == "other")).one()


def test_words_that_tell_nothing(catalogue_database):
    one = imported(catalogue_database, offer("Zzz qqq", **NOTHING))
    told = (one.isco, one.occupation_code, one.place_id, one.contract, one.salary_min, one.flags)
    assert told == (None, None, None, None, None, [])


def test_an_event_is_no_job(catalogue_database):
    one = imported(catalogue_database, event("Salon des électriciens 5000 DH CDI"))
    assert (one.isco, one.salary_min, one.contract) == (None, None, None)


def test_a_text_in_another_language_than_its_feed(catalogue_database):
    text = "We are looking for an electrician to join our team. You will work with us in the city."
    one = imported(catalogue_database, offer("Electrician wanted", summary={"fr": text}, **NOTHING))
    assert (one.language, list(one.titles), list(one.summary)) == ("en", ["en"], ["en"])


@pytest.mark.parametrize("title", ["<b>x</b>" * 20, "😀" * 100, "١٢٣ ///" * 20, "(H/F)", "- - -"])
def test_odd_titles(catalogue_database, title):
    assert imported(catalogue_database, offer(title, **NOTHING)).isco is None
