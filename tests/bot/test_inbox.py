"""What is written when a message comes and when it is answered, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import claims, inbox, outbox, rows
from bot.incoming import Incoming, Media, Spot
from bot.models import IncomingRow, ReplyRow
from people.models import Contact
from tests.bot.rowing import ANSWER, answer, claim, receive


def contact(database):
    with database.read() as session:
        return session.query(Contact).one()


def statuses(database, kind=ReplyRow):
    with database.read() as session:
        return [row.status for row in session.query(kind).order_by(kind.id)]


def test_a_message_claims_its_conversation_and_its_answer_gives_it_free(database):
    received = receive(database, "x:1")
    assert (received.new, received.ours, received.answered) == (True, True, False)
    assert contact(database).claimed_by == "edge"
    finished = answer(database, received.waiting)
    assert (len(finished.reply_ids), finished.following) == (2, None)
    assert contact(database).claimed_by is None
    assert statuses(database) == ["pending", "pending"]


def test_a_repeat_is_the_same_row_and_claims_nothing(database):
    first = receive(database, "x:1")
    waits = receive(database, "x:1")
    assert (waits.id, waits.new, waits.answered, waits.ours) == (first.id, False, False, False)
    answer(database, first.waiting)
    again = receive(database, "x:1", text="other words")
    assert (again.id, again.answered) == (first.id, True)
    assert contact(database).claimed_by is None


def test_the_next_message_follows_in_the_language_just_learnt(database):
    first, second = receive(database, "x:1"), receive(database, "x:2", "deux")
    following = answer(database, first.waiting).following
    assert (following.id, following.text) == (second.id, "deux")
    assert (following.language, following.introduced) == ("fr", True)
    assert contact(database).claimed_by == "edge"
    assert answer(database, following).following is None


def test_another_edges_conversation_is_left_to_it(database):
    first = receive(database, "x:1", edge="other")
    second = receive(database, "x:2")
    assert (second.new, second.ours) == (True, False)
    assert answer(database, second.waiting).reply_ids is None
    assert statuses(database) == []
    assert answer(database, first.waiting, edge="other").following.id == second.id


def test_what_an_edge_left_behind_goes_first(database):
    left = receive(database, "x:1", edge=None)
    later = receive(database, "x:2")
    assert (later.ours, later.behind) == (True, True)
    assert not receive(database, "1", address="badr").behind
    with database.write() as session:
        taken = outbox.take_up(session, "edge", left.contact_id)
    assert taken.following.id == left.id


def test_an_edge_without_room_leaves_the_conversation_free(database):
    assert not receive(database, "x:1", edge=None).ours
    assert contact(database).claimed_by is None


def test_an_answer_is_stored_once(database):
    received = receive(database, "x:1")
    assert len(answer(database, received.waiting, release=False).reply_ids) == 2
    assert answer(database, received.waiting).reply_ids is None
    assert len(statuses(database)) == 2


def test_the_answer_to_somebody_who_is_no_more_is_dropped(database):
    received = receive(database, "x:1")
    with database.write() as session:
        session.delete(session.get(Contact, received.contact_id))
    assert answer(database, received.waiting).reply_ids is None
    assert statuses(database) == []


def test_who_asks_gets_earlier_answers_too_but_not_those_that_others_fetch(database):
    first = receive(database, "x:1")
    second, third = receive(database, "x:2"), receive(database, "x:3")
    following = answer(database, first.waiting).following
    following = answer(database, following, replace(ANSWER, bodies=[{"text": "trois"}])).following
    finished = answer(database, following, asking={second.id, third.id})
    assert [body["text"] for body in finished.taken] == ["un", "deux", "un", "deux"]
    assert statuses(database) == ["sent", "sent", "pending", "sent", "sent"]


def test_what_is_behind_others_waits_with_them(database):
    received, due = receive(database, "x:1"), contact(database).created_at
    assert not answer(database, received.waiting, due_at=due).behind
    later = receive(database, "x:2")
    assert answer(database, later.waiting, due_at=contact(database).heard_at).behind
    with database.read() as session:
        assert {reply.due_at for reply in session.query(ReplyRow)} == {due}


def test_what_a_counsellor_holds_is_kept_for_them(database):
    first, _ = receive(database, "x:1"), receive(database, "x:2")
    with database.write() as session:
        session.get(Contact, first.contact_id).held_by = "salma"
    third = receive(database, "x:3")
    assert (third.held, third.answered, third.ours) == (True, True, False)
    assert answer(database, first.waiting).following is None
    assert statuses(database, IncomingRow) == ["held", "held", "held"]
    assert statuses(database) == []  # the machine's answer came too late
    assert contact(database).claimed_by is None


def test_the_answer_that_brings_the_counsellor_is_said_however_quick_they_are(database):
    received = receive(database, "x:1")
    with database.write() as session:
        session.get(Contact, received.contact_id).held_by = "salma"
    asked = replace(ANSWER, handoff={"reason": "distress"})
    assert answer(database, received.waiting, asked).following is None
    assert statuses(database, IncomingRow) == ["answered"]
    assert len(statuses(database)) == len(ANSWER.bodies)


def test_one_too_many_is_kept_and_not_answered(database):
    received = receive(database, "x:1", limited=True)
    assert (received.new, received.answered, received.ours) == (True, True, False)
    assert statuses(database, IncomingRow) == ["limited"]
    assert contact(database).claimed_by is None


def test_a_guessed_language_is_not_learnt(database):
    received = receive(database, "x:1")
    guess = replace(ANSWER, bodies=[], language="ar", guessed=True)
    answer(database, received.waiting, guess)
    assert contact(database).language is None
    assert contact(database).introduced_at is not None


def test_what_the_client_guesses_counts_while_nothing_is_known(database):
    for number, language in enumerate(["fr", "en"]):
        incoming = Incoming("web", "amal", f"x:{number}", text="x", language=language, greeted=True)
        with database.write() as session:
            inbox.record(session, incoming)
    assert contact(database).language == "fr"
    assert contact(database).introduced_at < contact(database).heard_at


def test_who_writes_again_has_not_left(database):
    receive(database, "x:1")
    with database.write() as session:
        session.query(Contact).update({"gone_at": contact(database).created_at})
    receive(database, "x:2")
    assert contact(database).gone_at is None


def test_a_place_is_kept_to_about_a_kilometre(database):
    incoming = Incoming("web", "amal", "x", media=Media.LOCATION, spot=Spot(33.573110, -7.589843))
    with database.write() as session:
        received = inbox.record(session, incoming, "edge")
    assert received.waiting.spot == (33.57, -7.59)
    assert claim(database, received.contact_id)
    with database.write() as session:
        person = inbox.lock(session.connection(), received.contact_id)
        assert inbox.following(session.connection(), person).spot == (33.57, -7.59)


def test_an_answer_takes_with_it_what_others_write(database):
    received = receive(database, "x:1")
    seen = []

    def also(session, waiting, composed):
        seen.append((waiting.id, composed.language))
        session.execute(IncomingRow.__table__.update().values(variety="fr"))

    answer(database, received.waiting, also=also)
    assert seen == [(received.id, "fr")]
    with database.read() as session:
        assert session.get(IncomingRow, received.id).variety == "fr"


def test_slow_is_claimed_once_and_only_before_the_answer(database):
    first = receive(database, "x:1")
    for expected in (first.waiting, None):
        with database.write() as session:
            assert claims.claim_slow(session, first.id) == expected
    second = receive(database, "x:2")
    following = answer(database, first.waiting).following
    answer(database, following)
    with database.write() as session:
        assert claims.claim_slow(session, second.id) is None


def test_who_failed_least_is_tried_first_and_what_is_worked_on_is_not(database):
    tried = receive(database, "1", channel="rest", address="badr", edge=None)
    fresh = receive(database, "x:1", edge=None)
    others = receive(database, "2", channel="rest", address="chadi", edge="other")
    with database.write() as session:
        claims.count_attempt(session, tried.id)
    with database.read() as session:
        found = claims.free_contacts(session, "edge", (), 9)
        assert found == [fresh.contact_id, tried.contact_id]
        assert claims.free_contacts(session, "edge", [fresh.contact_id], 9) == [tried.contact_id]
        assert claims.how_many_wait(session)[0] == 3
    with database.write() as session:
        wanted = [fresh.contact_id, others.contact_id]
        assert claims.claim(session, "edge", wanted) == [fresh.contact_id]


def test_what_is_claimed_and_lost_on_the_way_is_found_again(database, monkeypatch):
    lost = receive(database, "x:1")
    with database.read() as session:
        # It may be on its way yet, between its row and whoever is to answer it.
        assert claims.free_contacts(session, "edge", (), 9) == []
        monkeypatch.setattr(claims, "_ON_ITS_WAY", timedelta(0))
        assert claims.free_contacts(session, "edge", (lost.contact_id,), 9) == []
        assert claims.free_contacts(session, "edge", (), 9) == [lost.contact_id]
    with database.write() as session:
        claims.release(session, "other", lost.contact_id)
    assert contact(database).claimed_by == "edge"
    with database.write() as session:
        claims.release(session, "edge", lost.contact_id)
    assert contact(database).claimed_by is None


@pytest.mark.parametrize("text", ["salut", "\U0001f44b\U0001f3fd", "مرحبا", "a" * 2001])
def test_a_text_is_kept_as_it_is(database, text):
    receive(database, "x:1", text)
    with database.read() as session:
        assert rows.history(session, contact(database).id, 5)[0].text == text
