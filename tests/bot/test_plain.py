import pytest

from bot.plain import Option, options, picture, told
from tests.bot.fake_dialogue import CARDS

ONE, TWO = CARDS
MORE = {"title": "Voir plus", "payload": "/show_more"}


def test_a_message_without_cards_says_its_text():
    assert told({"text": " Bonjour \n"}, "Démo") == "Bonjour"
    assert told({}, "Démo") == told({"text": None, "custom": {"cards": []}}, "Démo") == ""


def test_cards_stand_under_their_heading_each_with_its_link():
    said = told({"text": "all", "custom": {"cards": CARDS, "heading": "2 offres :"}}, "Démo")
    heading, one, two = said.split("\n\n")
    assert heading == "2 offres :"
    assert one.startswith("1. Technicien informatique (Démo)\n")
    assert one.endswith(ONE["url"])
    assert two.startswith("2. ")
    assert "all" not in said


def test_without_a_heading_the_text_is_one():
    assert told({"text": "2 offres :", "custom": {"cards": CARDS}}, "Démo").startswith(
        "2 offres :\n\n1."
    )


def test_a_bare_card_has_no_empty_lines():
    assert told({"custom": {"cards": [{"title": "Soudeur"}]}}, "Démo") == "1. Soudeur"


def test_several_cards_are_a_row_each_and_a_single_one_all_its_buttons():
    assert options({"custom": {"cards": CARDS}, "buttons": [MORE]}, 10) == [
        Option(
            f"1. {ONE['title']}",
            '/show_details{"listing":"7"}',
            "Atlas Services · Casablanca · Stage",
        ),
        Option(
            f"2. {TWO['title']}",
            '/show_details{"listing":"8"}',
            "Coopérative numérique de la Chaouia · Mohammedia (24 km) · Stage",
        ),
        Option("Voir plus", "/show_more"),
    ]
    assert [one.title for one in options({"custom": {"cards": [ONE]}}, 10)] == [
        "Détails",
        "Postuler",
    ]


@pytest.mark.parametrize(
    ("most", "titles"),
    [(3, [f"1. {ONE['title']}", f"2. {TWO['title']}", "Voir plus"]), (1, ["Voir plus"])],
)
def test_of_too_many_the_cards_go_first(most, titles):
    found = options({"custom": {"cards": CARDS}, "buttons": [MORE]}, most)
    assert [one.title for one in found] == titles


def test_what_stands_for_the_same_is_offered_once():
    assert options({"buttons": [MORE, {**MORE, "title": "Encore"}]}, 10) == [
        Option("Voir plus", "/show_more")
    ]


def test_what_has_no_title_or_no_buttons_cannot_be_tapped():
    body = {
        "custom": {"cards": [{"title": "a"}, {"title": "b", "buttons": []}]},
        "buttons": [{**MORE, "title": " "}],
    }
    assert options(body, 10) == []


@pytest.mark.parametrize(
    ("image", "public", "address"),
    [
        (
            "/charts/a.png",
            "https://chat.emploi.example/",
            "https://chat.emploi.example/charts/a.png",
        ),
        ("/charts/a.png", "", None),
        ("https://emploi.example/a.png", "", "https://emploi.example/a.png"),
        ("javascript:alert(1)", "https://chat.emploi.example", None),
        (None, "https://chat.emploi.example", None),
    ],
)
def test_a_picture_has_an_address_that_others_can_fetch(image, public, address):
    assert picture({"image": image}, public) == address
