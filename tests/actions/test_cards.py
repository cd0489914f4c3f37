import pytest

from actions.cards import as_text
from languages.replies import get_replies
from tests.catalogue.listings import offer

REQUIRED = {"id", "kind", "title", "place", "demo", "buttons"}
OPTIONAL = {"original_title", "translated", "organisation", "when", "contract", "reason", "url"}
LANGUAGES = ("en", "fr", "ar")


def card_of(conversation, title, **entities):
    said = conversation.say(entities.pop("intent"), "…", **entities)
    for _ in range(5):
        for card in said.cards:
            if title in (card["title"], card.get("original_title")):
                return card
        said = conversation.say("show_more")
    raise AssertionError(f"no card {title}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shape_that_others_build_on(talk, language):
    conversation = talk(language)
    searches = [
        ("search_offers", {"occupation": "menuisier", "place": "Casablanca"}),
        ("search_trainings", {"topic": "Excel"}),
        ("search_events", {}),
    ]
    for intent, entities in searches:
        for card in conversation.say(intent, "…", **entities).cards:
            assert REQUIRED <= set(card) <= REQUIRED | OPTIONAL
            assert card["kind"] in ("offer", "training", "event")
            assert isinstance(card["id"], str)
            assert isinstance(card["demo"], bool)
            texts = set(card) - {"demo", "buttons"}
            assert all(isinstance(card[name], str) and card[name] for name in texts)


def test_one_card_whole(talk, ids):
    card = card_of(
        talk(), "Menuisier d'atelier",
        intent="search_offers", occupation="menuisier", place="Casablanca",
    )  # fmt: skip
    assert card.pop("reason")
    number = str(ids["Menuisier d'atelier"])
    buttons = card.pop("buttons")
    assert card == {
        "id": number,
        "kind": "offer",
        "title": "Menuisier d'atelier",
        "organisation": "Bois & Cie",
        "place": "Casablanca, Maroc",
        "contract": get_replies().text("contract_permanent", "fr"),
        "url": "https://emploi.example/atelier",
        "demo": False,
    }
    assert [button["payload"] for button in buttons] == [
        f'/{name}{{"item":"{number}"}}' for name in ("show_details", "how_to_apply", "save_item")
    ]


@pytest.mark.parametrize(
    ("language", "title", "original", "place"),
    [
        ("fr", "Menuisier d'atelier", None, "Casablanca, Maroc"),
        ("en", "Carpenter", "Menuisier d'atelier", "Casablanca, Morocco"),
        ("ar", "نجار / نجارة", "Menuisier d'atelier", "الدار البيضاء، المغرب"),
    ],
)
def test_a_title_in_another_language_keeps_the_original_beside_it(
    talk, language, title, original, place
):
    card = card_of(
        talk(language), "Menuisier d'atelier",
        intent="search_offers", occupation="menuisier", place="Casablanca",
    )  # fmt: skip
    assert (card["title"], card.get("original_title")) == (title, original)
    assert card["place"] == place


def test_an_arabic_title_for_who_reads_french(talk):
    card = card_of(
        talk("fr"), "نجار أثاث",
        intent="search_offers", occupation="menuisier", place="Casablanca",
    )  # fmt: skip
    assert card["title"][0].isupper()
    assert card["original_title"] == "نجار أثاث"


def test_what_is_unknown_is_left_out(talk):
    card = card_of(
        talk(), "Menuisier de marine",
        intent="search_offers", occupation="menuisier", place="Casablanca",
    )  # fmt: skip
    assert not {"organisation", "contract", "when", "url", "original_title"} & set(card)
    assert card["demo"] is True


def test_days_of_a_training(talk):
    card = card_of(talk(), "Excel pour débuter", intent="search_trainings", topic="Excel")
    assert card["when"].replace("\u2009", " ") == "14–16 mar. 2025"


@pytest.mark.parametrize(
    ("language", "when"),
    [("fr", "en avril, à confirmer"), ("en", "9 April 2025"), ("ar", "9 أبريل 2025")],
)
def test_words_for_a_day_go_before_the_day(talk, language, when):
    card = card_of(talk(language), "Atelier CV", intent="search_events")
    assert card["when"] == when


@pytest.mark.parametrize("language", LANGUAGES)
def test_online_is_a_place(talk, language):
    card = card_of(talk(language), "Excel en ligne", intent="search_trainings", topic="Excel")
    assert card["place"] == get_replies().text("online_place", language)


def test_a_whole_country(talk, catalogue_of):
    with catalogue_of(offer("Menuisier mobile", place=None)):
        said = talk().say("search_offers", occupation="menuisier", place="anywhere")
    (card,) = said.cards
    assert card["place"] == get_replies().text("whole_country", "fr", country="Maroc")


def test_without_cards_the_text_says_the_same():
    cards = [
        {"title": "Nurse", "organisation": "CHU", "place": "Fès", "contract": "CDI"},
        {"title": "Excel", "place": "Online", "when": "3 May", "contract": "never both"},
        {"title": "Bare", "place": "", "demo": True},
    ]
    told = "1. Nurse\nCHU · Fès · CDI\n2. Excel\nOnline · 3 May\n3. Bare (Demo)"
    assert as_text(cards, "Demo") == told


def test_no_card_is_no_text():
    assert as_text([], "Demo") == ""
