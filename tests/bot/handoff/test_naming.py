"""What people told, as who reads it calls it; what is not known for sure stays as it was said."""

from bot.desk.shell import words
from bot.handoff import card, items, naming, queue
from bot.handoff.naming import _levels
from bot.handoff.queue import Wanted
from catalogue.models import Listing
from languages.profile import get_profile
from people.models import Contact, PersonProfile
from tests.catalogue.listings import event, put


def test_places_and_trades_are_told_in_the_readers_language(catalogue_database):
    wish = {"kind": "offer", "what": "menuisier", "place": "casa", "contract": "permanent"}
    put(catalogue_database, event("Salon", place="Rabat"))
    with catalogue_database.write() as session:
        session.add(Contact(id="amal", channel="probe", address="amal", language="fr"))
        told = {"occupation": "plombier", "place": "Fès", "education": "BTS"}
        session.add(PersonProfile(contact_id="amal", age_band="18-24", **told))
        session.flush()
        [listing] = [one.id for one in session.query(Listing)]
        known = {"wish": wish, "shown": [listing]}
        queue.ask(session, "amal", Wanted("asked", "fr", "offer", "casa", known), "waiting")
    with catalogue_database.read() as session:
        arabic, french = card.card(session, "amal", "ar"), card.card(session, "amal", "fr")
        listed = items.newest(session, {"amal"}, "ar")["amal"]
    assert (listed.place, arabic.item.place, french.item.place) == (
        "الدار البيضاء", "الدار البيضاء", "Casablanca",
    )  # fmt: skip
    assert arabic.wish == french.wish == wish  # to look with: the person's own words
    assert arabic.wish_read["place"] == "الدار البيضاء"
    assert arabic.wish_read["what"].endswith("(menuisier)")
    assert arabic.wish_read["what"].startswith("نجار")
    assert french.wish_read["what"] == "menuisier"
    assert (arabic.profile["place"], arabic.profile["education"]) == ("فاس", "bac_2")
    assert [one.place for one in arabic.listings] == ["الرباط"]


def test_what_is_not_known_stays(catalogue_database):
    with catalogue_database.read() as session:
        assert naming.place(session, "douar de ma tante", "ar") == "douar de ma tante"
        assert naming.place(session, None, "ar") is None
        assert naming.trade(session, "un truc tranquille", "fr", "ar") == "un truc tranquille"
    assert naming.education("deuxième année chez les sœurs") == "deuxième année chez les sœurs"


def test_levels_of_education_have_words_in_every_language():
    console_words = words.load(get_profile())
    assert naming.education("BTS") == "bac_2"
    assert naming.education("الباك") == "bac"
    for level in set(_levels().values()):
        for language in ("en", "fr", "ar"):
            assert console_words.text(f"education_{level}", language)
