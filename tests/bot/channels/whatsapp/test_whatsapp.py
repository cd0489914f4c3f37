"""The whole road on WhatsApp: an edge, a dialogue, and a Graph API on loopback."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import courier, outbox
from bot.models import ReplyRow
from people.models import Contact
from store.base import now
from tests.bot.channels.whatsapp import payloads
from tests.bot.channels.whatsapp.payloads import NUMBER, USER_ID
from tests.bot.conftest import until
from tests.bot.meta.signing import deliver

LONG_AGO = timedelta(hours=24, seconds=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Tries again at once: what is tested is what happens, not when."""
    monkeypatch.setattr(courier, "backoff", lambda attempts: 0.0)


def all_of(rows, column):
    with rows.read() as session:
        return list(session.scalars(select(column).order_by(column.class_.created_at)))


def replies(rows):
    with rows.read() as session:
        query = select(ReplyRow.status, ReplyRow.reason).order_by(ReplyRow.id)
        return [tuple(row) for row in session.execute(query)]


async def hear(phone, sent):
    response = await deliver(phone, "whatsapp", sent)
    assert response.status_code == 200, response.text


async def settled(rows, count):
    await until(lambda: len(replies(rows)) == count and "pending" not in dict(replies(rows)))


async def say_unasked(rows, text="Une offre", purpose="alert", *, ago=LONG_AGO, **more):
    """What the outbox is given for the one person there is, who wrote so long ago."""
    with rows.write() as session:
        session.execute(update(Contact).values(heard_at=now() - ago))
        contact_id = session.scalars(select(Contact.id)).one()
        outbox.put(session, contact_id, [{"text": text, **more}], "fr", purpose=purpose)


def words(body):
    """What a person reads of a body."""
    match body["type"]:
        case "text":
            return body["text"]["body"]
        case "interactive":
            return body["interactive"]["body"]["text"]
        case "template":
            return body["template"]["components"][0]["parameters"][0]["text"]


# In


async def test_a_message_is_read_typed_to_and_answered(phone, graph, rows, prism):
    await hear(phone, payloads.text("je cherche un stage"))
    await settled(rows, 3)
    assert {path for path, _ in graph.sent} == {"/v23.0/106540352242922/messages"}
    assert set(graph.tokens) == {"Bearer EAAB"}
    (courtesy,) = [body for _, body in graph.sent if "status" in body]
    assert courtesy["message_id"] == "wamid.1"
    assert prism.wrong_later(courtesy) == []
    greeting, offers, more = graph.bodies
    assert "machine" in words(greeting)
    assert "1. Technicien informatique (Démonstration)" in words(offers)
    assert more["interactive"]["action"]["buttons"][0]["reply"]["title"] == "Voir plus"
    for body in graph.bodies:
        assert body["to"] == NUMBER
        assert prism.wrong(body) == []


async def test_five_times_the_same_is_one_message(phone, graph, rows):
    for _ in range(5):
        await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    assert len(graph.bodies) == 2


async def test_a_batch_is_taken_in_whole_and_in_order(phone, graph, rows, dialogue):
    sent = [payloads.text(f"bonjour {n}", f"wamid.{n}") for n in range(9)]
    await hear(phone, payloads.together(*sent, payloads.text("bonjour 3", "wamid.3")))
    await settled(rows, 10)
    assert [asked["message"] for asked in dialogue.asked] == [f"bonjour {n}" for n in range(9)]
    assert [words(body) for body in graph.bodies[1:]] == [f"echo bonjour {n}" for n in range(9)]


async def test_what_is_pressed_reaches_the_dialogue_as_what_it_stands_for(phone, rows, dialogue):
    await hear(phone, payloads.list_reply('/show_details{"item":"7"}', "Technicien"))
    await settled(rows, 2)
    assert [asked["message"] for asked in dialogue.asked] == ['/show_details{"item":"7"}']


KINDLY = {
    "audio": "not_voice",
    "image": "not_picture",
    "video": "not_picture",
    "document": "not_document",
    "sticker": "sticker",
    "contacts": "not_contact",
    "unsupported": "not_text",
    "location": "place_not_known",
}


async def test_what_is_no_text_is_answered_kindly(phone, graph, rows):
    sent = [payloads.message(kind, f"wamid.{kind}", **{kind: {"id": "1"}}) for kind in KINDLY]
    await hear(phone, payloads.together(*sent))
    await settled(rows, 1 + len(KINDLY))
    told = [phone.speech.body(key, "fr")["text"] for key in KINDLY.values()]
    assert [words(body) for body in graph.bodies[1:]] == told


async def test_a_numberless_person_is_answered_by_their_user_id(phone, graph, rows, prism):
    await hear(phone, payloads.numberless("bonjour"))
    await settled(rows, 2)
    assert all_of(rows, Contact.address) == [USER_ID]
    for body in graph.bodies:
        assert (body["recipient"], "to" in body) == (USER_ID, False)
        assert prism.wrong_later(body) == []


async def test_who_first_came_without_a_number_stays_the_same_person(phone, graph, rows):
    await hear(phone, payloads.numberless("bonjour", "wamid.1"))
    await hear(phone, payloads.text("bonjour", "wamid.2"))
    await settled(rows, 3)
    assert all_of(rows, Contact.address) == [USER_ID]
    assert {body["recipient"] for body in graph.bodies} == {USER_ID}


async def test_with_the_database_away_nothing_is_acknowledged(phone, rows):
    with rows.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE incoming")
    assert (await deliver(phone, "whatsapp", payloads.text("a"))).status_code >= 500


# What became of it


async def test_statuses_are_noted_on_the_replies(phone, graph, rows):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    ids = [f"wamid.{n}" for n, (_, body) in enumerate(graph.sent, 1) if "status" not in body]
    await hear(phone, payloads.status("read", ids[0]))
    await hear(phone, payloads.status("delivered", ids[0]))
    await hear(phone, payloads.failed(131026, "Message undeliverable", ids[1]))
    await until(
        lambda: (
            replies(rows)
            == [("read", None), ("failed", "131026 Message undeliverable Told at length")]
        )
    )


@pytest.mark.parametrize(
    "sent", [payloads.preference("stop"), payloads.failed(131050, "User has stopped")]
)
async def test_who_wants_no_more_gets_no_more_until_they_write(phone, graph, rows, sent):
    await hear(phone, payloads.text("bonjour", "wamid.1"))
    await settled(rows, 2)
    await hear(phone, sent)
    assert all_of(rows, Contact.gone_at) != [None]
    with rows.write() as session:
        person = session.scalars(select(Contact.id)).one()
        assert outbox.put(session, person, [{"text": "a"}], "fr", purpose="alert") == []
    await hear(phone, payloads.text("bonjour", "wamid.2"))
    await settled(rows, 3)
    assert all_of(rows, Contact.gone_at) == [None]


# The window


async def test_outside_the_window_only_a_template_leaves(phone, graph, rows, prism):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    graph.forget()
    buttons = [{"title": "Voir plus", "payload": "/show_more"}]
    await say_unasked(rows, "Une offre :\n1. Soudeur · Fès", buttons=buttons)
    await settled(rows, 3)
    (body,) = graph.bodies
    assert body["type"] == "template"
    assert body["template"]["name"] == "demo_new_listings"
    assert body["template"]["language"] == {"policy": "deterministic", "code": "fr"}
    assert words(body) == "Une offre : 1. Soudeur · Fès"
    assert prism.wrong(body) == []


async def test_within_the_window_an_alert_leaves_in_free_words(phone, graph, rows):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    graph.forget()
    await say_unasked(rows, ago=timedelta(hours=23, minutes=59))
    await settled(rows, 3)
    assert [body["type"] for body in graph.bodies] == ["text"]


async def test_without_a_template_nothing_leaves_and_the_reason_is_kept(phone, graph, rows):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    graph.forget()
    await say_unasked(rows, purpose="notice")
    await settled(rows, 3)
    assert graph.sent == []
    status, reason = replies(rows)[-1]
    assert status == "failed"
    assert reason.endswith("no template for notice in fr stands in the profile")


async def test_where_their_clock_says_closed_the_template_goes(phone, graph, rows):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    graph.forget()
    graph.fail(131047)
    await say_unasked(rows, purpose="counsellor", ago=timedelta(hours=23))
    await settled(rows, 3)
    assert [body["type"] for body in graph.bodies] == ["text", "template"]
    assert replies(rows)[-1] == ("sent", None)


# What the platform does not take


async def test_what_passes_is_tried_again(phone, graph, rows):
    graph.fail(130429)
    graph.fail(131056)
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    assert [status for status, _ in replies(rows)] == ["sent", "sent"]
    first, second, third, echo = graph.bodies
    assert first == second == third != echo


async def test_what_does_not_pass_is_final_and_its_reason_kept(phone, graph, rows):
    graph.fail(131026, error_data={"details": "Why not"})
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    assert replies(rows) == [("failed", "131026 (#131026) Not now Why not"), ("sent", None)]
    assert len(graph.bodies) == 2


async def test_who_opted_out_is_gone(phone, graph, rows):
    graph.fail(131050)
    await hear(phone, payloads.text("bonjour"))
    await until(lambda: all_of(rows, Contact.gone_at) != [None])
    await settled(rows, 2)
    assert {status for status, _ in replies(rows)} == {"failed"}
    assert len(graph.bodies) == 1


async def test_a_second_try_goes_on_where_the_first_stopped(phone, graph, rows):
    await hear(phone, payloads.text("bonjour"))
    await settled(rows, 2)
    graph.forget()
    graph.plan.append((200, {"messages": [{"id": "wamid.a"}]}, {}))
    graph.fail(130429)
    text = " ".join(f"Phrase {n}." for n in range(900))
    await say_unasked(rows, text, ago=timedelta())
    await settled(rows, 3)
    first, refused, *others = map(words, graph.bodies)
    assert " ".join((first, *others)) == text
    assert refused == others[0]
    await hear(phone, payloads.status("read", "wamid.a"))
    await until(lambda: replies(rows)[-1] == ("read", None))
