import pytest
import yaml
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

from dialogue import importer
from dialogue.components import ROOT
from dialogue.importer import RepliesImporter, ReplyError, read_replies

PROFILE = {
    "default_language": "ar",
    "phone": "+212 5 22 33 44 55",
    "email": "contact@emploi.example",
    "hours": {"en": "all day", "fr": "toute la journée", "ar": "طوال اليوم"},
}
BUTTONS = {"yes": {"en": "Yes", "fr": "Oui", "ar": "نعم", "payload": "/affirm"}}
GREET = {"en": "Hello!", "fr": "Bonjour !\n", "ar": "مرحباً!", "buttons": ["yes"]}


@pytest.fixture(autouse=True)
def profile(tmp_path, monkeypatch):
    path = tmp_path / "profile.yml"
    path.write_text(yaml.safe_dump(PROFILE, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("PROFILE", str(path))
    importer.read_profile.cache_clear()
    yield path
    importer.read_profile.cache_clear()


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        replies = tmp_path / "replies"
        replies.mkdir(exist_ok=True)
        for name, content in files.items():
            text = content if isinstance(content, str) else yaml.safe_dump(content)
            (replies / f"{name}.yml").write_text(text, encoding="utf-8")
        return replies

    return write


def responses(folder):
    return RepliesImporter(replies=str(folder)).get_domain().responses


def test_a_variation_a_language_and_the_default_once_more_without_a_condition(folder):
    variations = responses(folder(a={"greet": GREET}, buttons=BUTTONS))["utter_greet"]
    told = [(v.get("condition"), v["text"]) for v in variations]
    slot = {"type": "slot", "name": "language"}
    assert sorted(told, key=str) == sorted(
        [
            ([{**slot, "value": "en"}], "Hello!"),
            ([{**slot, "value": "fr"}], "Bonjour !"),
            ([{**slot, "value": "ar"}], "مرحباً!"),
            (None, "مرحباً!"),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Hello!"), ("fr", "Bonjour !"), ("ar", "مرحباً!"), (None, "مرحباً!"), ("de", "مرحباً!")],
)
def test_rasa_says_it_in_the_persons_language_and_never_nothing(folder, language, text):
    rasa = TemplatedNaturalLanguageGenerator(responses(folder(a={"greet": GREET}, buttons=BUTTONS)))
    said = rasa.generate_from_slots("utter_greet", {"language": language}, "tawjih")
    assert said["text"] == text


def test_buttons_are_in_the_language_of_the_text(folder):
    variations = responses(folder(a={"greet": GREET}, buttons=BUTTONS))["utter_greet"]
    titles = {v["text"]: v["buttons"] for v in variations}
    assert titles["مرحباً!"] == [{"title": "نعم", "payload": "/affirm"}]
    assert titles["Hello!"] == [{"title": "Yes", "payload": "/affirm"}]


def test_a_payload_with_braces_is_sent_as_it_stands_and_nothing_is_logged(folder, caplog):
    button = {"en": "CV", "payload": '/faq{"key":"write_cv"}'}
    reply = {"greet": {"en": "Hello!", "buttons": ["cv"]}}
    rasa = TemplatedNaturalLanguageGenerator(responses(folder(a=reply, buttons={"cv": button})))
    said = rasa.generate_from_slots("utter_greet", {"language": "en"}, "tawjih")
    assert said["buttons"] == [{"title": "CV", "payload": '/faq{"key":"write_cv"}'}]
    assert not caplog.records


def test_a_reply_without_buttons_has_none(folder):
    (variation, *_) = responses(folder(a={"bye": {"en": "Bye"}}, buttons=BUTTONS))["utter_bye"]
    assert "buttons" not in variation


def test_the_profiles_words_are_filled_and_an_actions_are_left(folder):
    said = {"en": "Call {phone} ({hours}) about {what}", "ar": "{phone} {hours} {what}"}
    variations = responses(folder(a={"call": said}))["utter_call"]
    texts = {v["condition"][0]["value"]: v["text"] for v in variations if "condition" in v}
    # A group of digits keeps its order in Arabic text by the marks around it.
    assert texts["en"] == "Call \u2066+212 5 22 33 44 55\u2069 (all day) about {what}"
    assert texts["ar"] == "\u2066+212 5 22 33 44 55\u2069 طوال اليوم {what}"


def test_what_has_plurals_is_left_to_the_actions(folder):
    plural = {"results": {"en": {"one": "{count} job", "other": "{count} jobs"}}}
    assert list(responses(folder(a={**plural, "greet": {"en": "Hi"}}))) == ["utter_greet"]


def test_a_key_in_two_files_names_both(folder):
    replies = folder(a={"greet": {"en": "Hi"}}, b={"greet": {"fr": "Salut"}})
    with pytest.raises(ReplyError, match=r"b\.yml: greet stands in a\.yml too"):
        read_replies(replies)


def test_a_button_may_be_called_like_a_reply(folder):
    replies, buttons = read_replies(folder(a={"yes": {"en": "Yes"}}, buttons=BUTTONS))
    assert (replies, buttons) == ({"yes": {"en": "Yes"}}, BUTTONS)


@pytest.mark.parametrize("content", ["- greet\n", "greet\n", ""])
def test_a_file_that_is_no_mapping_is_named(folder, content):
    with pytest.raises(ReplyError, match=r"a\.yml: not a mapping"):
        read_replies(folder(a=content))


def test_it_brings_nothing_but_responses(folder):
    brought = RepliesImporter(replies=str(folder(a={"greet": {"en": "Hi"}})))
    assert brought.get_stories().is_empty()
    assert brought.get_nlu_data().is_empty()
    assert brought.get_config() == {}


def test_an_empty_setting_means_the_profile_of_the_house(monkeypatch):
    monkeypatch.setenv("PROFILE", "")
    importer.read_profile.cache_clear()
    content = yaml.safe_load((ROOT / "profile.yml").read_text(encoding="utf-8"))
    assert importer.read_profile() == (content, content["default_language"])


def test_every_reply_of_the_house_stands_in_three_languages_and_once_more(monkeypatch):
    monkeypatch.delenv("PROFILE")
    importer.read_profile.cache_clear()
    found = responses(ROOT / "replies")
    assert len(found) > 50
    odd = {key for key, variations in found.items() if len(variations) != 4}
    assert odd == set()
