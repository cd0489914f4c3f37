"""What is answered without the dialogue, and how what is no text reaches it."""

import pytest

from bot.composer import Composer
from bot.dialogue_client import Answer, Message
from bot.incoming import Media
from bot.messages import Own, Waiting
from bot.speech import Speech
from bot.towns import nearest_city
from settings import Settings


class Dialogue:
    def __init__(self):
        self.asked = []

    async def ask(self, **asked):
        self.asked.append(asked)
        return Answer(messages=[Message(text="answer")], language="fr")


@pytest.fixture
def dialogue():
    return Dialogue()


@pytest.fixture
def speech():
    return Speech(Settings(_env_file=None))


async def locate(spot, language):
    return {"fr": "Fès", "ar": "فاس"}[language] if spot == (34.03, -5.0) else None


def waiting(**values):
    known = {"id": 1, "contact_id": "c", "channel": "web", "address": "a", "message_id": "m"}
    blank = {"text": None, "payload": None, "media": None, "spot": None, "attempts": 0}
    person = {"language": "fr", "language_chosen": False, "introduced": True}
    return Waiting(**(known | blank | person | values))


async def texts(composer, **values):
    return [body["text"] for body in (await composer.compose(waiting(**values))).bodies]


@pytest.mark.parametrize(
    ("media", "key"),
    [
        (Media.VOICE, "not_voice"),
        (Media.PHOTO, "not_picture"),
        (Media.VIDEO, "not_picture"),
        (Media.DOCUMENT, "not_document"),
        (Media.CONTACT, "not_contact"),
        (Media.STICKER, "sticker"),
        (Media.LOCATION, "place_not_known"),
        (Media.OTHER, "not_text"),
        (None, "empty_message"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en", "ar"])
async def test_what_has_no_text_gets_a_kind_answer(dialogue, speech, media, key, language):
    composer = Composer(dialogue, speech, locate)
    said = await texts(composer, media=media, language=language)
    assert said == [speech.body(key, language)["text"]]
    assert dialogue.asked == []


async def test_a_caption_is_a_text(dialogue, speech):
    composer = Composer(dialogue, speech, locate)
    assert await texts(composer, media=Media.PHOTO, text="mon CV") == ["answer"]
    assert dialogue.asked[0]["message"] == "mon CV"


@pytest.mark.parametrize(
    ("language", "message"),
    [("fr", '/inform{"place": "Fès"}'), ("ar", '/inform{"place": "فاس"}')],
)
async def test_a_point_on_the_map_is_the_city_that_it_is_in(dialogue, speech, language, message):
    composer = Composer(dialogue, speech, locate)
    place = {"media": Media.LOCATION, "spot": (34.03, -5.0), "language": language}
    assert await texts(composer, **place) == ["answer"]
    assert dialogue.asked[0]["message"] == message


async def test_a_point_far_from_any_city_is_asked_about(dialogue, speech):
    composer = Composer(dialogue, speech, locate)
    said = await texts(composer, media=Media.LOCATION, spot=(0.0, 0.0))
    assert said == [speech.body("place_not_known", "fr")["text"]]


async def test_others_may_answer_before_the_dialogue(dialogue, speech):
    class Other:
        async def compose(self, waiting, language):
            return Own([{"text": f"mine, {language}"}]) if waiting.text == "mine" else None

    composer = Composer(dialogue, speech, locate, [Other()])
    assert await texts(composer, text="mine") == ["mine, fr"]
    assert await texts(composer, text="yours") == ["answer"]


@pytest.mark.parametrize(
    ("spot", "language", "city"),
    [
        ((33.57, -7.59), "fr", "Casablanca"),
        ((36.81, 10.18), "ar", "تونس"),
        ((34.03, -5.0), "en", "Fes"),
        ((30.0, -40.0), "fr", None),
        ((89.9, 179.9), "fr", None),
    ],
)
def test_the_nearest_city(vocabulary, spot, language, city):
    with vocabulary.read() as session:
        assert nearest_city(session, spot, language) == city
