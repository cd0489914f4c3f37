"""What the rows remember of a conversation, on both engines."""

from bot import outbox, rows
from bot.models import ReplyRow
from tests.bot.rowing import answer, receive


def test_history_is_the_last_messages_with_their_replies_the_oldest_first(database):
    for number in range(4):
        received = receive(database, f"x:{number}", f"message {number}")
        if number < 3:
            finished = answer(database, received.waiting)
    with database.read() as session:
        last = rows.history(session, received.contact_id, 2)
        assert rows.history(session, "nobody", 2) == []
    assert [exchange.text for exchange in last] == ["message 2", "message 3"]
    assert [exchange.waiting for exchange in last] == [False, True]
    assert [body["text"] for body in last[0].bodies] == ["un", "deux"]
    assert last[0].reply_ids == finished.reply_ids


def test_what_we_said_unasked_stands_in_its_place(database):
    first = receive(database, "x:1")
    answer(database, first.waiting)
    with database.write() as session:
        said = outbox.put(session, first.contact_id, [{"text": "une offre"}], "fr", purpose="alert")
    receive(database, "x:2", "merci")
    with database.read() as session:
        history = rows.history(session, first.contact_id, 3)
    assert [exchange.message_id for exchange in history] == ["x:1", None, "x:2"]
    assert history[1].bodies == [{"text": "une offre"}]
    assert history[1].reply_ids == said


def test_late_replies_are_taken_once_and_not_from_those_who_fetch_them(database):
    first, second, third = (receive(database, f"x:{number}") for number in range(3))
    following = answer(database, first.waiting).following
    answer(database, following)
    with database.write() as session:
        taken = rows.take(session, third, {second.id})
        assert [body["text"] for body in taken] == ["un", "deux"]
        assert rows.take(session, third, {second.id}) == []
        assert len(rows.take(session, second)) == 2
        assert {reply.status for reply in session.query(ReplyRow)} == {"sent"}


def test_a_repeat_takes_its_own_replies_alone_again_and_again(database):
    first, _ = receive(database, "x:1"), receive(database, "x:2")
    following = answer(database, first.waiting).following
    repeat = receive(database, "x:2")
    with database.write() as session:
        assert rows.take(session, repeat) == []
    answer(database, following)
    with database.write() as session:
        assert len(rows.take(session, repeat)) == len(rows.take(session, repeat)) == 2
