"""What the dialogue says, as WhatsApp takes it; each body asked of Meta's own description."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.channel import recipient
from bot.channels.whatsapp.outgoing import free, templates
from languages.profile import Template
from tests.bot.channels.whatsapp.payloads import NUMBER, USER_ID
from tests.bot.fake_dialogue import CARDS

PUBLIC = "https://chat.emploi.example"
TEMPLATE = Template(name="demo_new_listings", code="fr")
MORE = {"title": "Voir plus", "payload": "/show_more"}
LISTINGS = [{**CARDS[0], "id": str(n), "title": f"Offre {n}"} for n in range(12)]
for number, listing in enumerate(LISTINGS):
    payload = f'/show_details{{"item":"{number}"}}'
    listing["buttons"] = [{"title": "Détails", "payload": payload}]


def bodies(body):
    return free(body, choose="Choisir", mark="Démonstration", public_url=PUBLIC)


def whole(part, address=NUMBER):
    head = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    return {**head, **recipient(address), **part}


def buttons(*titles):
    return [{"title": title, "payload": f'/b{{"n":{n}}}'} for n, title in enumerate(titles)]


def cards(count):
    return {"cards": LISTINGS[:count], "heading": f"{count} offres près de Fès :"}


SAID = {
    "text": ({"text": "Bonjour"}, ["text"]),
    "long text": ({"text": "Une phrase. " * 700}, ["text"] * 3),
    "arabic": ({"text": "أهلاً بك! " * 10}, ["text"]),
    "a button": ({"text": "Oui ?", "buttons": buttons("Oui")}, ["button"]),
    "three buttons": ({"text": "Oui ?", "buttons": buttons("a", "b", "c")}, ["button"]),
    "four buttons": ({"text": "Oui ?", "buttons": buttons("a", "b", "c", "d")}, ["list"]),
    "twelve buttons": ({"text": "Oui ?", "buttons": buttons(*"abcdefghijkl")}, ["list"]),
    "twins": ({"text": "Oui ?", "buttons": buttons("a", "a")}, ["list"]),
    "twins when shortened": (
        {
            "text": "Oui ?",
            "buttons": buttons("La même longue légende 1", "La même longue légende 2"),
        },
        ["list"],
    ),
    "long title": (
        {"text": "Oui ?", "buttons": buttons("Une légende beaucoup trop longue")},
        ["button"],
    ),
    "long text with buttons": (
        {"text": "Une phrase. " * 100, "buttons": buttons("a")},
        ["text", "button"],
    ),
    "long payload": (
        {
            "text": "?",
            "buttons": [{"title": "Ville", "payload": '/inform{"place":"' + "é" * 400 + '"}'}],
        },
        ["button"],
    ),
    "buttons alone": ({"buttons": buttons("a")}, ["button"]),
    "picture": ({"text": "Salaires", "image": "/charts/a.png"}, ["image", "text"]),
    "picture from elsewhere": ({"image": "https://emploi.example/a.png"}, ["image"]),
    "picture, long text": (
        {"text": "Une phrase. " * 100, "image": "/charts/a.png"},
        ["image", "text"],
    ),
    "picture with buttons": (
        {"text": "Salaires", "image": "/charts/a.png", "buttons": buttons("a")},
        ["image", "button"],
    ),
    "picture with a list": (
        {"text": "Salaires", "image": "/charts/a.png", "buttons": buttons(*"abcd")},
        ["image", "list"],
    ),
    "one card": ({"text": "1", "custom": cards(1), "buttons": [MORE]}, ["button"]),
    "two cards": ({"text": "2", "custom": cards(2), "buttons": [MORE]}, ["list"]),
    "twelve cards": ({"text": "12", "custom": cards(12), "buttons": [MORE]}, ["text", "list"]),
    "nothing": ({"text": "  "}, []),
}


def kind(body):
    return body["interactive"]["type"] if body["type"] == "interactive" else body["type"]


@pytest.mark.parametrize("name", SAID)
def test_a_message_fits_what_meta_describes(prism, name):
    said, kinds = SAID[name]
    made = bodies(said)
    assert [kind(body) for body in made] == kinds
    for body in made:
        assert prism.wrong(whole(body)) == []
        assert prism.wrong_later(whole(body, USER_ID)) == []


def test_a_template_fits_what_meta_describes(prism):
    made = templates(TEMPLATE, "3 offres :\n\n1. Soudeur \t à   Fès\n2. Soudeuse\n" * 40)
    assert len(made) > 1
    for body in made:
        assert prism.wrong(whole(body)) == []
        assert prism.wrong_later(whole(body, USER_ID)) == []
        (component,) = body["template"]["components"]
        (variable,) = component["parameters"]
        assert len(variable["text"]) <= 900
        assert not set(variable["text"]) & {"\n", "\t"}
        assert "  " not in variable["text"]
    assert made[0]["template"]["components"][0]["parameters"][0]["text"].startswith(
        "3 offres : 1. Soudeur à Fès • 2. Soudeuse • 3 offres"
    )


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": {}, "txt": 1},
        {"type": "text", "text": {"boddy": "a"}},
        {"type": "interactive", "interactive": {"type": "button", "action": {"buttons": []}}},
        {"type": "interactive", "interactive": {"type": "table", "action": {"name": "flow"}}},
        {"type": "image", "image": {}},
        {"type": "template", "template": {"name": "a", "language": {"code": "fr"}}},
    ],
)
def test_the_description_turns_wrong_bodies_away(prism, body):
    assert prism.wrong(whole(body))
    assert prism.wrong_later(whole(body, USER_ID))
    assert prism.wrong({**whole({"type": "text", "text": {"body": "a"}}), "to": 7})


def test_a_receipt_and_a_numberless_person_stand_in_the_later_description_alone(prism):
    receipt = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.1",
        "typing_indicator": {"type": "text"},
    }
    numberless = whole({"type": "text", "text": {"body": "a"}}, USER_ID)
    for body in (receipt, numberless):
        assert prism.wrong(body)
        assert prism.wrong_later(body) == []
    assert prism.wrong_later({**receipt, "status": "unread"})


# What the description does not say


def test_nothing_of_a_text_is_lost_or_reordered():
    text = " ".join(f"Phrase {n}." for n in range(900))
    assert " ".join(body["text"]["body"] for body in bodies({"text": text})) == text


def test_a_card_is_a_paragraph_with_its_link_and_a_row():
    said = {"text": "2", "custom": {"cards": CARDS, "heading": "2 offres :"}, "buttons": [MORE]}
    (body,) = bodies(said)
    told = body["interactive"]["body"]["text"]
    assert told.split("\n\n")[1] == (
        "1. Technicien informatique (Démonstration)\nفني معلوميات\nTraduit automatiquement\n"
        "Atlas Services · Casablanca · Stage\nNouveau aujourd'hui\nhttps://emploi.example/offers/7"
    )
    assert told.startswith("2 offres :\n\n")
    (section,) = body["interactive"]["action"]["sections"]
    assert section["rows"] == [
        {
            "id": '/show_details{"listing":"7"}',
            "title": "1. Technicien informati…",
            "description": "Atlas Services · Casablanca · Stage",
        },
        {
            "id": '/show_details{"listing":"8"}',
            "title": "2. Développeuse ou déve…",
            "description": "Coopérative numérique de la Chaouia · Mohammedia (24 km) · Stage",
        },
        {"id": "/show_more", "title": "Voir plus"},
    ]


def test_one_card_offers_all_that_can_be_done_with_it():
    (body,) = bodies({"custom": {"cards": CARDS[:1], "heading": "Une offre :"}})
    shown = [button["reply"] for button in body["interactive"]["action"]["buttons"]]
    assert shown == [
        {"id": '/show_details{"listing":"7"}', "title": "Détails"},
        {"id": '/how_to_apply{"listing":"7"}', "title": "Postuler"},
    ]


def test_of_too_many_the_buttons_stay_and_the_last_cards_go():
    said = {"custom": cards(12), "buttons": [MORE, *buttons("a", "b")]}
    (section,) = bodies(said)[-1]["interactive"]["action"]["sections"]
    assert [row["title"] for row in section["rows"]] == [
        *(f"{n + 1}. Offre {n}" for n in range(7)),
        "Voir plus",
        "a",
        "b",
    ]


def test_a_payload_that_does_not_fit_is_pressed_as_its_title():
    said, _ = SAID["long payload"]
    (body,) = bodies(said)
    assert body["interactive"]["action"]["buttons"][0]["reply"] == {"id": "Ville", "title": "Ville"}


def test_a_picture_of_ours_is_left_out_where_nobody_could_fetch_it():
    said = {"text": "Salaires", "image": "/charts/a.png"}
    (body,) = free(said, choose="Choisir", mark="Démo")
    assert body["type"] == "text"


TITLES = st.text(max_size=60)
ROWS = st.fixed_dictionaries({"title": TITLES, "payload": st.text("/abc{}", max_size=300)})
MADE_UP = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=3000),
        "buttons": st.lists(ROWS, max_size=14),
        "image": st.sampled_from(["/charts/a.png", "https://emploi.example/b.png", "c.png", ""]),
        "custom": st.fixed_dictionaries(
            {
                "heading": st.text(max_size=200),
                "cards": st.lists(
                    st.fixed_dictionaries(
                        {"title": TITLES, "buttons": st.lists(ROWS, max_size=3)},
                        optional={"organisation": TITLES, "place": TITLES, "demo": st.booleans()},
                    ),
                    max_size=12,
                ),
            }
        ),
    },
)


@given(MADE_UP)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_said_fits_what_meta_describes(prism, said):
    for body in bodies(said):
        assert prism.wrong(whole(body)) == []
        inner = body.get("interactive", {}).get("action", {})
        shown = [button["reply"] for button in inner.get("buttons", ())]
        assert len({button["title"] for button in shown}) == len(shown)
        for row in [*shown, *(row for s in inner.get("sections", ()) for row in s["rows"])]:
            assert row["title"].strip()
            assert row["id"] == row["id"].strip() != ""
