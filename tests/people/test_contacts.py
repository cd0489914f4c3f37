from people import contacts
from people.models import Contact


def test_a_person_is_made_once_for_each_channel(database):
    with database.write() as session:
        first = contacts.find_or_add(session, "web", "amal")
        again = contacts.find_or_add(session, "web", "amal")
        elsewhere = contacts.find_or_add(session, "rest", "amal")
    assert first.id == again.id != elsewhere.id
    assert "amal" not in first.id
    with database.read() as session:
        assert contacts.find(session, "web", "amal").id == first.id
        assert contacts.find(session, "web", "badr") is None


def test_a_guessed_language_gives_way_to_a_known_one(database):
    with database.write() as session:
        contact = contacts.find_or_add(session, "web", "amal")
        assert contact.language is None
        contacts.find_or_add(session, "web", "amal", language="fr")
        assert contact.language == "fr"
        contacts.learn_language(contact, "ar", chosen=True)
        contacts.find_or_add(session, "web", "amal", language="en")
    with database.read() as session:
        kept = session.get_one(Contact, contact.id)
        assert (kept.language, kept.language_chosen) == ("ar", True)


def test_the_first_introduction_counts(database):
    with database.write() as session:
        contact = contacts.find_or_add(session, "web", "amal")
        assert contact.introduced_at is None
        contacts.mark_introduced(contact)
        first = contact.introduced_at
        contacts.mark_introduced(contact)
        assert contact.introduced_at == first
