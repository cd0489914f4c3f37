"""A code moves all that belongs to somebody to another address, once."""

from datetime import timedelta

import pytest

from bot import rows
from people import links
from people.models import Alert, Contact, LinkCode, PersonProfile, Verdict
from store.base import now
from tests.bot.rowing import answer, receive

KEY = b"tell-nobody"


def contact(database, contact_id):
    with database.read() as session:
        return session.get(Contact, contact_id)


def issue(database, contact_id):
    with database.write() as session:
        return links.issue(session, contact_id, KEY)


def move(database, code, contact_id):
    with database.write() as session:
        return links.move(session, code, KEY, contact_id)


@pytest.fixture
def two(database):
    """Ids of somebody on Telegram, and of whoever just wrote from the web."""
    told = receive(database, "1", "je cherche un stage", channel="telegram", address="77")
    answer(database, told.waiting)
    came = receive(database, "x:1", "link")
    answer(database, came.waiting)
    return told.contact_id, came.contact_id


def alert(contact_id, signature):
    later = now() + timedelta(days=9)
    return Alert(
        contact_id=contact_id, signature=signature, kind="offer", words=[], due_at=later,
        expires_at=later,
    )  # fmt: skip


def test_everything_goes_along_and_the_address_that_is_left_is_free(database, two):
    old, new = two
    with database.write() as session:
        session.add_all([PersonProfile(contact_id=old, occupation="soudeur"), alert(old, "a")])
        session.add(Verdict(contact_id=old, listing_id=1, verdict="saved"))
    left = move(database, issue(database, old), new)
    assert (left.channel, left.address) == ("telegram", "77")
    assert contact(database, new) is None
    moved = contact(database, old)
    assert (moved.channel, moved.address, moved.language) == ("web", "amal", "fr")
    with database.read() as session:
        said = [exchange.text for exchange in rows.history(session, old, 9)]
        assert said == ["je cherche un stage", "link"]
        assert session.query(PersonProfile).one().contact_id == old
        assert session.query(Alert).one().contact_id == old
        assert session.query(Verdict).one().contact_id == old
    again = receive(database, "2", channel="telegram", address="77")
    assert again.contact_id not in two


def test_where_both_have_something_the_one_who_moves_has_the_say(database, two):
    old, new = two
    with database.write() as session:
        session.add_all(
            [
                PersonProfile(contact_id=old, occupation="soudeur"),
                PersonProfile(contact_id=new, occupation="cuisinier"),
                Verdict(contact_id=old, listing_id=1, verdict="saved"),
                Verdict(contact_id=new, listing_id=1, verdict="dismissed"),
                Verdict(contact_id=new, listing_id=2, verdict="saved"),
                alert(old, "a"),
                alert(new, "a"),
                alert(new, "b"),
            ]
        )
    assert move(database, issue(database, old), new)
    with database.read() as session:
        assert session.query(PersonProfile).one().occupation == "soudeur"
        verdicts = {(one.listing_id, one.verdict) for one in session.query(Verdict)}
        assert verdicts == {(1, "saved"), (2, "saved")}
        assert {one.signature for one in session.query(Alert)} == {"a", "b"}
        assert {one.contact_id for one in session.query(Alert)} == {old}


def test_a_code_works_once(database, two):
    old, new = two
    code = issue(database, old)
    assert move(database, code.lower(), new)
    other = receive(database, "x:9", address="badr").contact_id
    assert move(database, code, other) is None
    assert contact(database, other) is not None


def test_a_code_expires(database, two):
    old, new = two
    code = issue(database, old)
    with database.write() as session:
        session.query(LinkCode).one().expires_at = now()
    assert move(database, code, new) is None
    with database.write() as session:
        links.forget_expired(session)
        assert session.query(LinkCode).count() == 0


def test_a_new_code_voids_the_one_before(database, two):
    old, new = two
    first, second = issue(database, old), issue(database, old)
    assert move(database, first, new) is None
    assert move(database, second, new)


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "'; DROP TABLE contact; --", "\u0660" * 8])
def test_a_wrong_code_moves_nothing(database, two, code):
    issue(database, two[0])
    assert move(database, code, two[1]) is None
    assert contact(database, two[1]) is not None


def test_nobody_moves_to_where_they_are(database, two):
    assert move(database, issue(database, two[0]), two[0]) is None
    assert contact(database, two[0]) is not None


def test_the_database_does_not_hold_the_code(database, two):
    code = issue(database, two[0])
    assert len(code) == links.LENGTH
    with database.read() as session:
        row = session.query(LinkCode).one()
        assert code not in row.code_hash
        assert links.owner(session, code, b"another secret") is None
        assert links.owner(session, code, KEY).contact_id == two[0]
