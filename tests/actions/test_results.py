import pytest

from languages.replies import get_replies

LANGUAGES = ("en", "fr", "ar")
TITLES = ["Menuisier d'atelier", "Menuisier poseur", "Menuisier apprenti"]


@pytest.fixture
def three(found, ids):
    """A conversation whose last cards are three known ones."""
    found.slots["search"]["shown"] = [ids[title] for title in TITLES]
    return found


def told(key, language="fr", **words):
    return get_replies().text(key, language, **words)


@pytest.mark.parametrize(
    ("text", "ordinal", "title"),
    [
        ("la première", "première", 0),
        ("tell me about the second one", "second", 1),
        ("الثالث", "الثالث", 2),
        ("tani wahed", "tani", 1),
        ("le dernier", "dernier", 2),
        ("le numéro 2", None, 1),
        ("3", "3", 2),
        ("لخر", None, 2),
    ],
)
def test_details_of_the_one_that_is_named(three, text, ordinal, title):
    entities = {"ordinal": ordinal} if ordinal else {}
    said = three.say("show_details", text, **entities)
    assert said.text.splitlines()[0] == TITLES[title]
    assert three.search["focus"] == three.search["shown"][title]


@pytest.mark.parametrize("text", ["this one", "tell me more", "…"])
def test_which_one_is_asked_when_it_is_not_clear(three, text):
    assert three.say("show_details", text).is_reply("which_one")


@pytest.mark.parametrize(("shown", "text"), [(1, "la deuxième"), (2, "الثالث"), (3, "the fifth")])
def test_who_asks_for_one_too_many_is_told_how_many_there_are(three, shown, text):
    three.search["shown"] = three.search["shown"][:shown]
    assert three.say("show_details", text).text == told("fewer_results", count=shown)


def test_the_only_one_need_not_be_named(found, ids):
    found.slots["search"]["shown"] = [ids["Plombier"]]
    assert found.say("show_details", "dis-m'en plus").text.startswith("Plombier")


def test_the_one_last_spoken_about_need_not_be_named_again(three):
    three.say("show_details", "le deuxième")
    said = three.say("how_to_apply", "comment je postule ?")
    assert "bois@emploi.example" in said.text


def test_a_button_names_its_own(three, ids):
    said = three.tap(f'/show_details{{"item":"{ids["Plombier"]}"}}')
    assert said.text.startswith("Plombier")


def test_a_button_works_without_any_search(talk, ids):
    conversation = talk()
    said = conversation.tap(f'/show_details{{"item":"{ids["Plombier"]}"}}')
    assert said.text.startswith("Plombier")
    assert conversation.search is None


@pytest.mark.parametrize("item", ["999999", "0", "-1", "9" * 100, "²", "٣٤٥٦٧٨", "x", "", "1.5"])
@pytest.mark.parametrize("name", ["show_details", "how_to_apply", "ask_why"])
def test_an_item_that_somebody_made_up_is_answered(talk, name, item):
    assert talk().tap(f'/{name}{{"item":"{item}"}}').is_reply("no_results_yet")


@pytest.mark.parametrize("name", ["show_details", "how_to_apply", "ask_why"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_before_any_search_there_is_nothing_to_tell(talk, name, language):
    assert talk(language).say(name, "le deuxième").is_reply("no_results_yet")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_known_is_told(three, language):
    three.slots["language"] = language
    said = three.say("show_details", "1", ordinal="1")
    lines = said.text.splitlines()

    def line(name, value):
        label = told(f"label_{name}", language)
        return told("label_line", language, label=label, value=value)

    assert line("organisation", "Bois & Cie") in lines
    assert line("contract", told("contract_permanent", language)) in lines
    assert line("salary", "4000 MAD") in lines
    assert "Poser des portes." in lines
    days = {"en": "30 March 2025", "fr": "30 mars 2025", "ar": "30 مارس 2025"}
    assert line("expires", days[language]) in lines
    names = {"en": "French, Arabic", "fr": "français, arabe", "ar": "الفرنسية، العربية"}
    assert line("languages", names[language]) in lines
    assert told("demo_mark", language) not in lines
    original = line("original", TITLES[0])
    assert (original in lines) == (language != "fr")


def test_what_is_not_known_is_not_told(three):
    said = three.say("show_details", "2", ordinal="2")
    assert told("label_salary") not in said.text
    assert told("label_organisation") not in said.text


def test_a_demonstration_says_so(found, ids):
    said = found.tap(f'/show_details{{"item":"{ids["Menuisier de marine"]}"}}')
    assert said.text.splitlines()[-1] == told("demo_mark")


def test_the_buttons_of_the_details(three, ids):
    said = three.say("show_details", "1", ordinal="1")
    item = f'{{"item":"{ids[TITLES[0]]}"}}'
    assert said.payloads == [f"/how_to_apply{item}", f"/save_item{item}", "/show_more"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("number", "key", "words"),
    [
        (
            1,
            "how_to_apply",
            {"organisation": "Bois & Cie", "url": "https://emploi.example/atelier"},
        ),
        (2, "how_to_apply_text", {"text": "Envoyez un CV à bois@emploi.example"}),
        (3, "how_to_apply_none", {}),
    ],
)
def test_how_to_apply(three, language, number, key, words):
    three.slots["language"] = language
    said = three.say("how_to_apply", str(number), ordinal=str(number))
    title = three.say("show_details", "…").text.splitlines()[0]
    wanted = words if "text" in words else {"title": title, **words}
    assert said.is_reply(key, **wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_one_is_shown(talk, language):
    conversation = talk(language)
    conversation.say("search_offers", occupation="menuisier", place="Casablanca")
    said = conversation.say("ask_why", "1", ordinal="1")
    heading, *reasons = said.text.splitlines()
    assert heading == told("why", language)
    assert told("reason_same_occupation", language) in "\n".join(reasons)
    assert 1 <= len(reasons) <= 4
    assert all(reason.startswith("• ") for reason in reasons)
    assert conversation.search["focus"] == conversation.search["shown"][0]


def test_why_one_of_a_later_page_is_shown(found):
    found.say("show_more")
    assert found.say("ask_why", "1", ordinal="1").text.startswith(told("why"))


def test_why_one_of_another_search_is_shown_is_not_made_up(found, ids):
    said = found.tap(f'/ask_why{{"item":"{ids["Forum de l" + chr(39) + "emploi"]}"}}')
    assert said.is_reply("no_reason")


def test_why_an_activity_of_the_work_plan_is_shown(talk, ids):
    conversation = talk()
    conversation.tap('/search_events{"topic":"oic-pesnet"}')
    assert conversation.say("ask_why", "1", ordinal="1").is_reply("no_reason")
