"""The rows of files, on both databases: how many, how much, how long, and whose."""

from datetime import timedelta

import pytest

from bot.attachments import keeping
from bot.attachments.checking import Checked
from bot.attachments.content.kinds import PDF
from bot.attachments.keeping import Room
from bot.handoff.models import Handoff
from bot.incoming import SentFile
from bot.models import IncomingRow
from errors import FileRefused, NotThere
from people import attachments, erasure
from people.attachment_models import Attachment, AttachmentContent
from people.models import Contact
from store.base import now

ROOM = Room(most=1000, space=3000, days=30)
CHECKED = Checked("cv.pdf", PDF, b"x" * 900, None)


@pytest.fixture
def amal(database):
    """Somebody who waits for a counsellor; messages of theirs are numbered from 1."""
    with database.write() as session:
        session.add(Contact(id="amal", channel="test", address="amal", language="fr"))
        session.flush()
        session.add(Handoff(contact_id="amal", reason="asked", language="fr", card={}))
        for number in range(1, 40):
            session.add(IncomingRow(channel="test", message_id=str(number), contact_id="amal"))
    return database


def note(database, number=1, source="a", **more):
    with database.write() as session:
        return keeping.note(session, ROOM, "amal", number, SentFile(source, **more))


def due(database):
    with database.write() as session:
        return keeping.take_due(session, 50)


def keep(database, one):
    with database.write() as session:
        return keeping.keep(session, ROOM, one.id, CHECKED)


def test_only_who_is_awaited_by_somebody_has_files_taken(amal):
    with amal.write() as session:
        assert keeping.takes_files(session, "test", "amal")
        session.query(Handoff).update({"state": "closed"})
        assert not keeping.takes_files(session, "test", "amal")
    assert not note(amal)
    assert due(amal) == []


def test_a_file_is_tried_by_one_edge_at_a_time_and_kept_once(amal):
    assert note(amal)
    assert note(amal)
    [one] = due(amal)
    assert (one.channel, one.source, one.attempts) == ("test", "a", 1)
    assert due(amal) == []
    assert keep(amal, one) == "amal"
    assert keep(amal, one) is None
    with amal.read() as session:
        assert keeping.content(session, one.id).content == CHECKED.content
        assert attachments.count(session, "amal") == 1


def test_too_large_too_many_and_no_space_are_known_when_they_come(amal):
    note(amal, 1, size=1001)
    note(amal, 2, content=b"x" * 1001)
    assert [one.source for one in due(amal)] == ["!large"] * 2
    for number in range(3, 3 + keeping.A_DAY):
        note(amal, number)
    assert [one.source for one in due(amal)].count("!many") == 2
    with amal.read() as session:
        assert session.query(AttachmentContent).all() == []


def test_all_files_together_have_a_bound(amal):
    for number in range(1, 6):
        note(amal, number)
    kept, full = 0, 0
    for one in due(amal):
        try:
            kept += keep(amal, one) is not None
        except FileRefused as refused:
            full += refused.reason == "full"
    assert (kept, full) == (3, 2)


def test_after_their_time_content_and_name_are_gone(amal):
    note(amal)
    [one] = due(amal)
    keep(amal, one)
    with amal.write() as session:
        assert attachments.expire(session, now() + timedelta(days=29)) == 0
        assert attachments.expire(session, now() + timedelta(days=31)) == 1
        assert attachments.expire(session, now() + timedelta(days=31)) == 0
    with amal.read() as session:
        row = session.get_one(Attachment, one.id)
        assert (row.state, row.name) == ("expired", "")
        with pytest.raises(NotThere):
            keeping.content(session, one.id)
        assert session.query(AttachmentContent).all() == []


def test_who_asks_to_be_deleted_has_no_file_left_and_none_comes_after(amal):
    note(amal, 1)
    note(amal, 2, "b")
    one, under_way = due(amal)
    keep(amal, one)
    with amal.write() as session:
        erasure.ask(session, "amal")
    assert keep(amal, under_way) is None
    with amal.read() as session:
        assert session.query(Attachment).all() == session.query(AttachmentContent).all() == []
