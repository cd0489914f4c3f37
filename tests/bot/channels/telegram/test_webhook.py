"""Updates brought to the webhook, and what Telegram then hears from us."""

import copy
import json
import random
import secrets

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import update

from bot.models import IncomingRow, ReplyRow
from bot.speech import Speech
from people.models import Contact
from store.base import now
from tests.bot.channels.telegram.conftest import SECRET, Amal
from tests.bot.channels.telegram.platform import (
    BLOCKED,
    PASS,
    SECRET_HEADER,
    TOKEN,
    TOO_FAST,
    trouble,
)
from tests.bot.channels.telegram.test_updates import RECORDED, paths
from tests.bot.conftest import until


def ignored(why):
    return (
        REGISTRY.get_sample_value("tawjih_ignored_total", {"channel": "telegram", "why": why}) or 0
    )


@pytest.fixture
def words(settings):
    speech = Speech(settings)
    return lambda key, language="fr": speech.body(key, language)["text"]


# What is taken in


async def test_a_message_is_answered_and_no_typing_shown_for_nothing(amal, platform):
    await amal.says("bonjour")
    await amal.answered()
    assert "machine" in platform.texts()[0]
    assert platform.texts()[1:] == ["echo bonjour"]
    assert platform.of("sendChatAction") == []
    assert platform.sent()[0].parse_mode == "HTML"
    person = amal.person()
    assert (person.channel, person.address, person.language) == (
        "telegram",
        str(platform.chat),
        "fr",
    )


async def test_the_same_update_again_is_answered_once(amal, platform, database, dialogue):
    message = amal.message(text="salut")
    for _ in range(5):
        assert (await amal.bring(message=message)).status_code == 200
    await amal.answered()
    assert len(dialogue.asked) == 1


async def test_of_a_thousand_wrong_secrets_none_brings_anything_in(amal):
    message = {"update_id": 1, "message": amal.message(text="salut")}
    near = [SECRET[:at] + letter + SECRET[at:] for at in range(len(SECRET) + 1) for letter in "aZ"]
    wrong = ["", "é", SECRET.upper(), SECRET[:-1], "x" * 5000, *near]
    wrong += [secrets.token_urlsafe(15) for _ in range(1000 - len(wrong))]
    async with httpx.AsyncClient(base_url=amal.url, trust_env=False, timeout=60) as client:
        for secret in wrong:
            headers = {SECRET_HEADER: secret.encode()}
            answer = await client.post("/webhooks/telegram", json=message, headers=headers)
            assert answer.status_code == 401
    assert (await amal.post(json=message)).status_code == 401
    assert amal.count(IncomingRow) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"\xff\x00", 400),
        (b'{"update_id": "x"}', 400),
        (b"[" * 60_000, 400),
        (b'{"update_id":1,"x":' * 10_000, 400),
        (b'{"update_id":1,"x":"' + b"a" * 3_000_000 + b'"}', 413),
        (b'{"update_id":1,"message":{"text":5}}', 200),
        (b'{"update_id":1,"message":[]}', 200),
        (b'{"update_id":1,"brand_new":{"a":1}}', 200),
    ],
    ids=range(11),
)
async def test_what_is_no_update_is_refused_or_ignored_and_never_an_error(
    amal, database, body, status
):
    response = await amal.post(content=body, headers={SECRET_HEADER: SECRET})
    assert response.status_code == status
    assert amal.count(IncomingRow) == 0


STRANGE = (None, True, -1, 2**70, 1e308, "", "\x00", "\ud800", "😀" * 3000, [], {}, [[]], {"a": 1})


def spoilt(rows, chance):
    """Each recorded update as it is, and five times with one part of it replaced."""
    for row in rows:
        yield row["update"]
        for _ in range(5):
            update = copy.deepcopy(row["update"])
            *way, last = chance.choice([path for path in paths(update) if path])
            inside = update
            for name in way:
                inside = inside[name]
            inside[last] = chance.choice(STRANGE)
            yield update


async def test_no_update_spoilt_or_not_is_an_error(amal, dialogue):
    chance = random.Random(5)  # noqa: S311 - the same each time
    async with httpx.AsyncClient(base_url=amal.url, trust_env=False, timeout=60) as client:
        for update in spoilt(RECORDED, chance):
            headers = {SECRET_HEADER: SECRET}
            body = json.dumps(update).encode()
            answer = await client.post("/webhooks/telegram", content=body, headers=headers)
            assert answer.status_code in {200, 400}, update
    await amal.says("salut")
    await amal.answered()


async def test_a_long_message_that_answers_a_long_one_is_not_too_large(amal, database):
    earlier = amal.message(text="😀" * 4096)
    await amal.says("😀" * 4096, reply_to_message=earlier)
    assert amal.count(IncomingRow) == 1


async def test_what_is_no_message_of_a_person_is_counted(amal, database):
    before = ignored("service"), ignored("group"), ignored("unknown")
    assert await amal.sends(pinned_message=amal.message(text="?")) == 200
    group = {"id": -100, "type": "group", "title": "Amis"}
    assert await amal.sends(text="salut", chat=group) == 200
    assert (await amal.bring(telepathy={})).status_code == 200
    assert (ignored("service"), ignored("group"), ignored("unknown")) == tuple(
        one + 1 for one in before
    )
    assert amal.count(IncomingRow) == 0


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"voice": {"file_id": "a"}}, "not_voice"),
        ({"photo": [{"file_id": "a"}]}, "not_picture"),
        ({"video_note": {"file_id": "a"}}, "not_picture"),
        ({"document": {"file_id": "a"}}, "not_document"),
        ({"contact": {"phone_number": "1"}}, "not_contact"),
        ({"sticker": {"file_id": "a"}}, "sticker"),
        ({"poll": {"id": "1"}}, "not_text"),
        ({"location": {"latitude": -60.0, "longitude": -30.0}}, "place_not_known"),
    ],
)
async def test_what_cannot_be_read_is_answered_kindly(
    amal, platform, database, words, content, key
):
    assert await amal.sends(**content) == 200
    await amal.answered()
    assert platform.texts()[-1] == words(key)


async def test_an_album_is_answered_once(amal, platform, database):
    for _ in range(4):
        assert await amal.sends(media_group_id="9", photo=[{"file_id": "a"}]) == 200
    await amal.answered()
    assert len(platform.texts()) == 2  # with the introduction


async def test_a_place_that_was_shared_is_where_to_look(amal, dialogue):
    place = {"latitude": 33.589886, "longitude": -7.603869}
    assert await amal.sends(location=place) == 200
    await amal.answered()
    assert dialogue.asked[0]["message"] == '/inform{"place": "Casablanca"}'
    kept = amal.rows(IncomingRow)[0]
    assert (kept.latitude, kept.longitude, kept.media) == (33.59, -7.6, "location")


async def test_a_corrected_message_is_answered_anew_unless_nothing_changed(
    amal, platform, database, dialogue
):
    message = await amal.says("un stage à Fes")
    await amal.answered()
    same = {**message, "edit_date": 1795000050}
    assert (await amal.bring(edited_message=same)).status_code == 200
    corrected = {**message, "text": "salut Fès", "edit_date": 1795000060}
    for _ in range(2):
        assert (await amal.bring(edited_message=corrected)).status_code == 200
    await amal.answered(2)
    assert [asked["message"] for asked in dialogue.asked] == ["un stage à Fes", "salut Fès"]


# Commands, deep links


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("/start", "/greet"),
        ("/start offer_123", '/show_details{"item":"123"}'),
        ("/start training_5", '/show_details{"item":"5"}'),
        ("/help", "/ask_help"),
        ("/language", "/change_language"),
        ("/stop", "/stop_alert"),
        ("/delete", "/delete_my_data"),
    ],
)
async def test_a_command_reaches_the_dialogue_as_its_payload(
    amal, database, dialogue, text, payload
):
    await amal.says(text)
    await amal.answered()
    assert dialogue.asked[0]["message"] == payload


async def test_a_link_code_moves_a_conversation_here(amal, platform, database, words):
    async def rest(message):
        body = {"sender": "office", "message": message}
        return (await amal_client(amal, "/webhooks/rest/webhook", body))[-1]["text"]

    await rest("salut")
    code = (await rest("/link_code")).splitlines()[0].split()[-1].strip("\u2068\u2069")
    await amal.says(f"/start link_{code}")
    await amal.answered()
    asked = platform.sent()[-1]
    assert asked.text == words("link_agree")
    assert await amal.presses(asked, "Oui, déplacer") == 200
    await until(lambda: platform.texts()[-1] == words("link_done"))


async def amal_client(amal, path, body):
    async with httpx.AsyncClient(base_url=amal.url, trust_env=False, timeout=60) as client:
        return (await client.post(path, json=body)).json()


# Buttons


async def shown(amal, platform, database, language="fr"):
    """The message with cards that a search is answered with."""
    await amal.says("je cherche un stage")
    await amal.answered()
    return platform.sent()[-2:]


async def test_a_button_is_answered_and_its_keyboard_goes(amal, platform, database, dialogue):
    _, more = await shown(amal, platform, database)
    assert await amal.presses(more, "Voir plus") == 200
    await amal.answered(2)
    await until(lambda: platform.of("editMessageReplyMarkup"))
    assert dialogue.asked[-1]["message"] == "/show_more"
    assert platform.of("answerCallbackQuery")[0].callback_query_id == "1"
    edit = platform.of("editMessageReplyMarkup")[0]
    assert (edit.message_id, edit.reply_markup) == ("70", None)
    assert amal.rows(IncomingRow)[-1].text == "Voir plus"


async def test_a_button_pressed_twice_is_answered_once_and_says_so(
    amal, platform, database, dialogue, words
):
    _, more = await shown(amal, platform, database)
    for query in ("1", "2"):
        assert await amal.presses(more, "Voir plus", query=query) == 200
    await amal.answered(2)
    await until(lambda: len(platform.of("answerCallbackQuery")) == 2)
    assert len(dialogue.asked) == 2
    told = {call.callback_query_id: call.text for call in platform.of("answerCallbackQuery")}
    assert told == {"1": None, "2": words("button_used")}
    await until(lambda: len(platform.of("editMessageReplyMarkup")) == 2)  # none comes after the end


async def test_a_button_of_a_card_stays_and_may_be_pressed_again(
    amal, platform, database, dialogue
):
    cards, _ = await shown(amal, platform, database)
    for query in ("1", "2"):
        assert await amal.presses(cards, "1. Détails", query=query) == 200
    await amal.answered(3)
    assert [a["message"] for a in dialogue.asked[1:]] == ['/show_details{"listing":"7"}'] * 2
    assert platform.of("editMessageReplyMarkup") == []


async def test_a_payload_that_is_too_long_for_a_button_is_found_again(
    amal, platform, database, dialogue
):
    payload = '/inform{"occupation": "' + "نجّار الألمنيوم والخشب" * 3 + '"}'
    button = {"title": "نجّار", "payload": payload}
    dialogue.content = {"messages": [{"text": "?", "buttons": [button]}], "language": "ar"}
    await amal.says("salut")
    await amal.answered()
    asked = platform.sent()[-1]
    dialogue.content = None
    assert await amal.presses(asked, "نجّار") == 200
    await amal.answered(2)
    assert dialogue.asked[-1]["message"] == payload


@pytest.mark.parametrize("data", ["q#0123456789abcdef01234567", "old:format", "q/x{", "", "c"])
async def test_a_button_that_nobody_knows_any_more_says_so(amal, platform, database, words, data):
    assert await amal.presses_data(data) == 200
    await until(lambda: platform.of("answerCallbackQuery"))
    told = platform.of("answerCallbackQuery")[0]
    assert (told.text, told.show_alert) == (words("button_stale"), True)
    assert amal.count(IncomingRow) == 0


async def test_a_stale_button_pressed_long_ago_is_answered_in_the_chat(amal, platform, words):
    platform.troubles["answerCallbackQuery"] = [trouble(400, "Bad Request: query is too old")]
    amal.user["language_code"] = "ar"
    assert await amal.presses_data("old:format") == 200
    await until(lambda: platform.texts() == [words("button_stale", "ar")])


async def test_what_telegram_thinks_of_a_courtesy_matters_to_nobody(amal, platform, database):
    _, more = await shown(amal, platform, database)
    platform.troubles["answerCallbackQuery"] = [trouble(400, "Bad Request: query is too old")]
    platform.troubles["editMessageReplyMarkup"] = [trouble(500, "?")]
    assert await amal.presses(more, "Voir plus") == 200
    await amal.answered(2)


# Who leaves, who stays


async def standing(amal, status, chat=None, before="member", date=2_000_000_000):
    def member(status):
        return {
            "user": {"id": 666, "is_bot": True, "first_name": "T"},
            "status": status,
            "until_date": 0,
        }

    change = {
        "chat": chat or amal.chat, "from": amal.user, "date": date,
        "old_chat_member": member(before), "new_chat_member": member(status),
    }  # fmt: skip
    assert (await amal.bring(my_chat_member=change)).status_code == 200


async def test_who_blocks_us_gets_nothing_more_until_they_write(amal, platform, database):
    await amal.says("salut")
    await amal.answered()
    await standing(amal, "kicked")
    assert amal.person().gone_at is not None
    await amal.says("salut")
    await amal.answered(2)
    assert amal.person().gone_at is None


async def test_a_block_that_is_told_late_is_no_more_true(amal, database):
    await amal.says("salut")
    await standing(amal, "kicked", date=1_000_000_000)
    assert amal.person().gone_at is None


@pytest.mark.parametrize(
    "refusal",
    [
        BLOCKED,
        trouble(403, "Forbidden: user is deactivated"),
        trouble(400, "Bad Request: chat not found"),
    ],
)
async def test_telegram_says_that_they_have_blocked_us(amal, platform, database, refusal):
    platform.troubles["sendMessage"] = [refusal]
    await amal.says("salut")
    await until(lambda: amal.person().gone_at is not None)
    assert len(platform.texts()) == 1


async def test_in_a_group_a_word_is_said_and_it_is_left(amal, platform, words):
    group = {"id": -100, "type": "supergroup", "title": "Amis"}
    await standing(amal, "member", group, before="left")
    await until(lambda: platform.of("leaveChat"))
    assert platform.texts(-100) == [words("group_left")]
    assert platform.of("leaveChat")[0].chat_id == "-100"


async def test_a_group_where_we_may_not_write_is_left_too(amal, platform):
    platform.troubles["sendMessage"] = [trouble(403, "Forbidden: not enough rights")]
    await standing(amal, "member", {"id": -100, "type": "channel", "title": "N"}, before="left")
    await until(lambda: platform.of("leaveChat"))


# What Telegram does not take


async def test_when_telegram_says_to_wait_the_chat_waits_and_others_do_not(
    amal, platform, database
):
    platform.troubles["sendMessage"] = [TOO_FAST]
    await amal.says("salut")
    await until(lambda: amal.count(ReplyRow, attempts=1) == 1)
    await amal.says("deux")
    await Amal(amal.url, database, 5).says("trois")
    await until(lambda: platform.texts(5) and platform.texts(5)[-1] == "echo trois")
    assert len(platform.texts()) == 1  # the one that was refused
    waits = amal.rows(ReplyRow, attempts=1)[0]
    assert "Flood control" in waits.reason
    assert (waits.due_at - waits.created_at).total_seconds() > 2900


async def test_what_telegram_refuses_for_ever_holds_nobody_up(amal, platform, database):
    platform.troubles["sendMessage"] = [trouble(400, "Bad Request: message is too weird")]
    await amal.says("bonjour")
    await until(lambda: amal.count(ReplyRow, status="sent") == 1)
    assert platform.texts()[-1] == "echo bonjour"
    assert amal.count(ReplyRow, status="failed") == 1
    assert "too weird" in amal.rows(ReplyRow, status="failed")[0].reason


PICTURE = {"text": "Les figures", "image": "/charts/x.png"}


async def test_a_picture_stands_above_its_text(amal, platform, dialogue):
    dialogue.content = {"messages": [PICTURE], "language": "fr", "intent": "greet"}
    await amal.says("salut")
    await amal.answered()
    (sent,) = platform.of("sendPhoto")
    assert (sent.photo, sent.caption) == ("https://chat.emploi.example/charts/x.png", "Les figures")
    assert platform.texts() == []


async def test_a_picture_that_telegram_cannot_fetch_is_left_out(amal, platform, dialogue):
    dialogue.content = {"messages": [PICTURE], "language": "fr", "intent": "greet"}
    platform.troubles["sendPhoto"] = [trouble(400, "Bad Request: failed to get HTTP URL content")]
    await amal.says("salut")
    await amal.answered()
    assert platform.texts() == ["Les figures"]


async def test_neither_the_token_nor_a_word_of_anybody_is_logged(amal, platform, caplog):
    caplog.set_level("DEBUG")
    platform.troubles["sendMessage"] = [(200, b"<html>no JSON, but my words</html>")]
    await amal.says("mes mots secrets")
    await until(lambda: amal.count(ReplyRow, attempts=1) == 1)
    assert TOKEN not in caplog.text
    assert "mots secrets" not in caplog.text
    assert "my words" not in caplog.text


async def test_a_long_answer_goes_on_where_it_was_interrupted(amal, platform, database, dialogue):
    sentences = [f"Phrase numéro {number}." for number in range(600)]
    body = {"text": " ".join(sentences), "buttons": [{"title": "Oui", "payload": "/affirm"}]}
    dialogue.content = {"messages": [body], "language": "fr"}
    with database.write() as session:
        session.add(Contact(channel="telegram", address=amal.address, introduced_at=now()))
    platform.troubles["sendMessage"] = [PASS, trouble(502, "Bad Gateway")]
    await amal.says("salut")
    await until(lambda: amal.count(ReplyRow, attempts=1) == 1)
    with database.write() as session:
        session.execute(update(ReplyRow).filter_by(attempts=1).values(due_at=now()))
    await amal.answered()
    sent = [call for at, call in enumerate(platform.sent()) if at != 1]  # the one that failed
    assert " ".join(call.text for call in sent) == body["text"]
    assert [bool(call.reply_markup) for call in sent] == [False] * (len(sent) - 1) + [True]
