import pytest

from dialogue.asked_language import AskedLanguage
from dialogue.tests.conftest import message


@pytest.fixture(scope="module")
def asked():
    return AskedLanguage(AskedLanguage.get_default_config())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Répondez-moi en arabe", "ar"),
        ("answer in French please", "fr"),
        ("بالإنجليزية من فضلك", "en"),
        ("hder m3aya b francais", "fr"),
        ("جاوبني بالدارجة", "ar"),
        ("pas en français, en anglais", "en"),
        ("not English, Arabic!", "ar"),
        ("ENGLISH", "en"),
        ("arabic, i dont understand french", "ar"),
        ("plutôt l'arabe que le français", "ar"),
        ("ma fhemtch francais, hder b darija", "ar"),
        ("لا أفهم الفرنسية", None),
        ("je ne comprends pas l'anglais", None),
        ("parle-moi autrement", None),
        ("les français cherchent", "fr"),
        ("francaise", None),  # a part of a word is no name
        ("", None),
    ],
)
def test_the_language_named_last(asked, text, language):
    assert asked.named(text) == language


def processed(asked, text, intent):
    found = message(text, language="fr", intent={"name": intent})
    assert asked.process([found]) == [found]
    return found.get("language")


def test_who_asks_for_a_language_is_answered_in_it(asked):
    assert processed(asked, "réponds en arabe", "change_language") == "ar"


def test_who_learns_a_language_is_not(asked):
    assert processed(asked, "je veux apprendre l'anglais", "search_trainings") == "fr"


def test_a_request_that_names_none_changes_nothing(asked):
    assert processed(asked, "change de langue", "change_language") == "fr"


def test_a_message_without_intent_passes(asked):
    found = message("en arabe", language="fr")
    asked.process([found])
    assert found.get("language") == "fr"
