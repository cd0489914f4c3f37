"""Messages as Telegram shows them: escaped, split at sentences, within its bounds."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram import buttons
from bot.channels.telegram.showing import Showing
from bot.messages import Exchange
from bot.speech import Speech
from settings import Settings
from tests.bot.fake_dialogue import CARDS

PUBLIC = "https://chat.emploi.example/"


@pytest.fixture(scope="module")
def speech():
    return Speech(Settings(_env_file=None))


@pytest.fixture(scope="module")
def showing(speech):
    return Showing(speech, PUBLIC)


def plain(html):
    return unescape(re.sub("<[^>]*>", "", html))


def units(text):
    """Characters as Telegram counts them."""
    return len(text.encode("utf-16-le")) // 2


def bare(text):
    """A text without what makes it run one way or the other, and without spaces."""
    return "".join(re.sub("[\u200e\u200f]", "", text).split())


def titles(keyboard):
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def test_a_text_is_escaped(showing):
    (part,) = showing.parts({"text": 'Salaire < 5000 & "net" <b>'}, "fr")
    assert part.html == 'Salaire &lt; 5000 &amp; "net" &lt;b&gt;'
    assert part.keyboard is None


def test_nothing_is_shown_of_nothing(showing):
    assert showing.parts({"text": " "}, "fr") == showing.parts({}, "fr") == []


def test_buttons_without_a_text_stand_under_something(showing):
    (part,) = showing.parts({"buttons": [{"title": "Oui", "payload": "/affirm"}]}, "fr")
    assert part.html == "…"
    assert titles(part.keyboard) == [["Oui"]]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(
    ["<&> " * 3000, "جملة طويلة جداً. " * 900, "😀" * 5000, "x" * 9000]
)


@given(text=TEXTS)
@hypothesis_settings(max_examples=50)
def test_a_long_text_loses_nothing_and_fits(showing, text):
    parts = showing.parts({"text": text}, "ar")
    said = "".join(plain(part.html) for part in parts)
    assert bare(said) == bare(text)
    assert all(0 < units(plain(part.html)) <= 4096 for part in parts)


def test_a_long_text_is_split_between_sentences_and_keeps_its_buttons_below(showing):
    text = " ".join(f"Ceci est la phrase {number}." for number in range(400))
    body = {"text": text, "buttons": [{"title": "Oui", "payload": "/affirm"}]}
    parts = showing.parts(body, "fr")
    assert len(parts) > 1
    assert all(part.html.endswith(".") for part in parts)
    assert [bool(part.keyboard) for part in parts] == [False] * (len(parts) - 1) + [True]


# Cards


def test_cards_are_lines_with_links_and_buttons_with_numbers(showing, speech):
    more = [{"title": "Voir plus", "payload": "/show_more"}]
    body = {"text": "2 offres :\n1. liste\n2. liste", "buttons": more, "custom": {"cards": CARDS}}
    (part,) = showing.parts(body, "fr")
    assert plain(part.html) == (
        "2 offres :\n\n"
        "1. Technicien informatique (Démonstration)\n\u200eفني معلوميات\nTraduit automatiquement\n"
        "Atlas Services · Casablanca · Stage\nNouveau aujourd'hui\n\n"
        "2. Développeuse ou développeur web, stage de fin d'études (Démonstration)\n"
        "Coopérative numérique de la Chaouia · Mohammedia (24 km) · Stage"
    )
    assert '<a href="https://emploi.example/offers/7">Technicien informatique</a>' in part.html
    assert titles(part.keyboard) == [
        ["1. Détails"],
        ["2. Détails"],
        ["Voir plus"],
    ]


def test_of_one_card_all_buttons_are_shown(showing):
    (part,) = showing.parts({"text": "1 offre", "custom": {"cards": CARDS[:1]}}, "fr")
    assert titles(part.keyboard) == [["1. Détails", "1. Postuler"]]


def test_a_button_stays_where_no_details_lead_to_it(showing):
    cards = [{"title": "x", "buttons": [{"title": "Postuler", "payload": "/how_to_apply"}]}] * 2
    (part,) = showing.parts({"text": "2 offres", "custom": {"cards": cards}}, "fr")
    assert titles(part.keyboard) == [["1. Postuler"], ["2. Postuler"]]


def test_a_heading_that_is_told_is_taken(showing):
    custom = {"cards": CARDS[:1], "heading": "Votre liste :"}
    (part,) = showing.parts({"text": "autre chose", "custom": custom}, "fr")
    assert part.html.startswith("Votre liste :\n\n")


def test_in_arabic_each_line_of_a_card_begins_on_the_right(showing):
    (part,) = showing.parts({"text": "عرضان:", "custom": {"cards": CARDS}}, "ar")
    lines = part.html.split("\n\n", 1)[1].splitlines()
    assert {line[0] for line in lines if line} == {"\u200f", "ف"}


def test_a_line_runs_as_its_message_does(showing):
    lines = "عنوان\n\u2068المؤسسة\u2069: \u2068Atlas\u2069\n\n• Excel\nhttps://emploi.example"
    (part,) = showing.parts({"text": lines}, "ar")
    assert [line[:2] for line in part.html.splitlines()] == [
        "عن", "\u200f\u2068", "", "\u200f•", "\u200fh",
    ]  # fmt: skip
    (part,) = showing.parts({"text": "Organisme\nمقهى\n\u2068Lieu\u2069 : مقهى"}, "fr")
    starts = [line[0] for line in part.html.splitlines()]
    assert starts == ["O", "\u200e", "\u200e"]


def test_what_a_publisher_wrote_makes_no_mark_and_no_strange_link(showing):
    card = {
        "title": "<script>&", "place": "<b>", "organisation": 'a"b', "demo": False,
        "url": 'javascript:alert("1")', "reason": "<i>",
    }  # fmt: skip
    (part,) = showing.parts({"text": "1 offre", "custom": {"cards": [card]}}, "fr")
    assert "href" not in part.html
    assert set(re.findall("<[^>]*>", part.html)) == {"<b>", "</b>", "<i>", "</i>"}
    quoted = {**card, "url": 'https://emploi.example/?a="&b=<'}
    (part,) = showing.parts({"text": "1 offre", "custom": {"cards": [quoted]}}, "fr")
    assert "href" not in part.html


def test_many_long_cards_are_told_in_several_texts_none_broken(showing):
    cards = [{**CARDS[0], "title": "Titre " * 200, "organisation": "O " * 400}] * 30
    parts = showing.parts({"text": "30 offres", "custom": {"cards": cards}}, "fr")
    assert len(parts) > 1
    for part in parts:
        assert units(plain(part.html)) <= 4096
        assert part.html.count("<b>") == part.html.count("</b>")


@pytest.mark.parametrize("cards", ["x", {"a": 1}, [None, 3], [{}], [{"buttons": None}]])
def test_cards_that_are_none_do_no_harm(showing, cards):
    assert showing.parts({"text": "voilà", "custom": {"cards": cards}}, "fr")


# Pictures


@pytest.mark.parametrize(
    ("public", "image", "shown"),
    [
        (PUBLIC, "/charts/x.png", "https://chat.emploi.example/charts/x.png"),
        ("", "/charts/x.png", None),
        ("http://localhost:8000", "/charts/x.png", None),
        ("", "https://emploi.example/x.png", "https://emploi.example/x.png"),
        (PUBLIC, "http://emploi.example/x.png", None),
        (PUBLIC, 5, None),
    ],
)
def test_a_picture_is_shown_where_telegram_can_fetch_it(speech, public, image, shown):
    (part,) = Showing(speech, public).parts({"text": "figures", "image": image}, "fr")
    assert part.picture == shown


# Buttons


PAYLOADS = st.sampled_from(["/affirm", "/inform", "/show_details"]).flatmap(
    lambda intent: (
        st.just(intent)
        | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60).map(
            lambda text: f"{intent}" + '{"place": "' + re.sub(r'["\\]', "", text).strip() + '"}'
        )
    )
)


@given(payload=PAYLOADS, card=st.none() | st.integers(1, 10))
def test_a_payload_comes_back_from_the_64_bytes_of_a_button(payload, card):
    shown = [{"title": "Oui", "payload": payload}]
    data = buttons.rows(shown, card=card)[0][0].callback_data
    assert len(data.encode()) <= 64
    carried = buttons.carried(data)
    assert carried.stays == (card is not None)
    body = {"custom": {"cards": [{"buttons": shown}]}} if card else {"buttons": shown}
    exchanges = [Exchange("1", "?", "", waiting=False, bodies=[{"text": "."}, body], reply_ids=[])]
    found = carried.payload or buttons.found(exchanges, carried.digest)
    assert found == payload
    assert carried.digest is None or buttons.found([], carried.digest) is None


@given(st.text())
def test_data_of_others_is_carried_by_nobody(data):
    carried = buttons.carried(data)
    assert carried is None or data[0] in "qc"


def test_titles_stand_side_by_side_where_they_can_be_read():
    def packed(*names, card=None):
        rows = buttons.rows([{"title": n, "payload": "/affirm"} for n in names], card=card)
        return [[button.text for button in row] for row in rows]

    assert packed("Oui", "Non") == [["Oui", "Non"]]
    assert packed("a", "b", "c", "d") == [["a", "b", "c"], ["d"]]
    assert packed("Chercher un emploi", "Se former") == [["Chercher un emploi"], ["Se former"]]
    assert packed("Détails", "Comment postuler", "Garder", card=2) == [
        ["2. Détails", "2. Garder"],
        ["2. Comment postuler"],
    ]


def test_after_use_the_buttons_of_cards_stay():
    cards = buttons.rows([{"title": "Détails", "payload": "/show_details"}], card=1)
    below = buttons.rows([{"title": "Plus", "payload": "/show_more"}])
    shown = InlineKeyboardMarkup([*cards, *below])
    assert titles(buttons.after_use(shown)) == [["1. Détails"]]
    assert buttons.after_use(InlineKeyboardMarkup(below)) is None


def test_no_more_buttons_than_telegram_takes():
    rows = [[InlineKeyboardButton("x", callback_data="q/affirm")] * 3] * 50
    kept = buttons.keyboard(rows)
    assert sum(len(row) for row in kept.inline_keyboard) == 99
