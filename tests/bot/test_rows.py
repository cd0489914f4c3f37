"""What the rows remember, on both engines."""

from bot import rows
from bot.incoming import Incoming
from bot.models import ReplyRow
from bot.rows import Composed

ANSWER = Composed([{"text": "un"}, {"text": "deux"}], "fr", language_chosen=False, introduced=True)


def receive(database, message_id, text="salut"):
    with database.write() as session:
        return rows.record(session, Incoming("web", "amal", message_id, text=text))


def answer(database, contact_id, composed=ANSWER):
    with database.write() as session:
        return rows.store_answer(session, rows.next_waiting(session, contact_id), composed)


def test_history_is_the_last_messages_with_their_replies_the_oldest_first(database):
    for number in range(4):
        contact_id = receive(database, f"x:{number}", f"message {number}").contact_id
        if number < 3:
            reply_ids = answer(database, contact_id)
    with database.read() as session:
        last = rows.history(session, contact_id, 2)
        assert rows.history(session, "nobody", 2) == []
    assert [exchange.text for exchange in last] == ["message 2", "message 3"]
    assert [exchange.waiting for exchange in last] == [False, True]
    assert [body["text"] for body in last[0].bodies] == ["un", "deux"]
    assert last[0].reply_ids == reply_ids


def test_an_answer_is_stored_once(database):
    received = receive(database, "x:1")
    with database.read() as session:
        waiting = rows.next_waiting(session, received.contact_id)
    for expected in (2, None):
        with database.write() as session:
            stored = rows.store_answer(session, waiting, ANSWER)
        assert (stored and len(stored)) == expected


def test_late_replies_are_taken_once_and_not_from_those_who_fetch_them(database):
    first, second, third = (receive(database, f"x:{number}") for number in range(3))
    for _ in range(2):
        answer(database, first.contact_id)
    with database.write() as session:
        taken = rows.take(session, third, {second.id})
        assert [body["text"] for body in taken] == ["un", "deux"]
        assert rows.take(session, third, {second.id}) == []
        assert len(rows.take(session, second)) == 2
        assert {reply.status for reply in session.query(ReplyRow)} == {"sent"}


def test_a_repeat_takes_its_own_replies_alone_again_and_again(database):
    first, second = receive(database, "x:1"), receive(database, "x:2")
    answer(database, first.contact_id)
    repeat = receive(database, "x:2")
    assert repeat.id == second.id
    with database.write() as session:
        assert rows.take(session, repeat) == []
    answer(database, first.contact_id)
    with database.write() as session:
        assert len(rows.take(session, repeat)) == len(rows.take(session, repeat)) == 2


def test_slow_is_claimed_once_and_only_before_the_answer(database):
    first = receive(database, "x:1")
    for expected in (True, False):
        with database.write() as session:
            assert bool(rows.claim_slow(session, first.id)) is expected
    answer(database, first.contact_id)
    second = receive(database, "x:2")
    answer(database, second.contact_id)
    with database.write() as session:
        assert rows.claim_slow(session, second.id) is None


def test_who_failed_least_is_tried_first(database):
    with database.write() as session:
        tried = rows.record(session, Incoming("rest", "badr", "1", text="x"))
        rows.count_attempt(session, tried.id)
    fresh = receive(database, "x:1")
    with database.read() as session:
        assert rows.waiting_contacts(session) == [fresh.contact_id, tried.contact_id]


def test_a_guessed_language_is_not_learnt(database):
    received = receive(database, "x:1")
    guess = Composed([], "ar", language_chosen=False, introduced=True, guessed=True)
    answer(database, received.contact_id, guess)
    receive(database, "x:2")
    with database.read() as session:
        assert rows.next_waiting(session, received.contact_id).language is None
