import pytest

from actions.frame import Frame
from actions.search import PAGE, request_of
from languages.replies import get_replies
from tests.catalogue.listings import offer, put

LANGUAGES = ("en", "fr", "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_for_what_is_missing_and_then_shows(talk, language):
    conversation = talk(language)
    said = conversation.say("search_offers", "job")
    assert said.is_reply("ask_occupation")
    assert (conversation.form, conversation.slots["requested_slot"]) == ("offer_form", "what")
    said = conversation.say("inform", "menuisier", occupation="menuisier")
    assert said.is_reply("ask_place", what="menuisier")
    assert conversation.slots["requested_slot"] == "place"
    said = conversation.say("inform", "Casablanca", place="Casablanca")
    where = {"en": "Casablanca", "fr": "Casablanca", "ar": "الدار البيضاء"}[language]
    assert said.begins_with("results_offers", count=5, what="menuisier", where=where)
    assert len(said.cards) == PAGE
    assert conversation.form is None
    assert conversation.slots["requested_slot"] is None
    assert conversation.search["seen"] == PAGE
    assert conversation.search["shown"] == [int(card["id"]) for card in said.cards]


def test_it_asks_nothing_that_was_said(talk):
    conversation = talk()
    said = conversation.say("search_offers", occupation="menuisier", place="Casablanca")
    assert said.cards
    assert conversation.form is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_without_work(talk, language):
    said = talk(language).say("search_offers", place="Rabat")
    assert said.is_reply("ask_occupation_in", place="Rabat")


def test_a_training_needs_its_topic_and_no_place(talk):
    conversation = talk()
    assert conversation.say("search_trainings").is_reply("ask_topic")
    assert conversation.form == "training_form"
    said = conversation.say("inform", topic="Excel")
    assert said.titles == ["Excel pour débuter", "Excel en ligne"]
    assert talk().say("search_trainings", place="Rabat").is_reply("ask_topic_in", place="Rabat")


def test_an_event_needs_nothing(talk):
    said = talk().say("search_events")
    assert said.titles == ["Forum de l'emploi", "Atelier CV", "Plan à venir"]
    assert said.begins_with("results_events_all", count=3)


@pytest.mark.parametrize(
    ("date", "titles"),
    [
        ("cette semaine", ["Forum de l'emploi"]),
        ("demain", None),
        ("en avril", ["Atelier CV"]),
        ("le mois prochain", ["Atelier CV"]),
        ("un jour", ["Forum de l'emploi", "Atelier CV", "Plan à venir"]),
    ],
)
def test_the_day_narrows_events(talk, date, titles):
    said = talk().say("search_events", date=date)
    assert said.titles == (titles or [])
    assert said.text


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("n'importe où", "anywhere"),
        ("peu importe", "anywhere"),
        ("في أي مدينة", "anywhere"),
        ("win ma kan", "anywhere"),
        ("en télétravail", "online"),
    ],
)
def test_a_place_left_open_is_an_answer(talk, answer, place):
    conversation = talk()
    conversation.say("search_offers", occupation="menuisier")
    assert conversation.asked == "place"
    assert conversation.say("inform", answer).cards
    assert conversation.search["place"] == place
    assert conversation.form is None


@pytest.mark.parametrize("answer", ["n'importe quoi", "أي عمل", "ay haja", "any job"])
def test_work_left_open_is_an_answer(talk, answer):
    conversation = talk()
    conversation.say("search_offers", place="Rabat")
    said = conversation.say("inform", answer)
    assert said.begins_with("results_offers_where", count=1, where="Rabat")
    assert said.titles[0] == "Plombier"
    assert said.says("results_beyond", count=len(said.titles) - 1)
    assert conversation.search["what"] == "anything"


def test_anything_anywhere_by_buttons(talk):
    conversation = talk()
    said = conversation.say("search_offers")
    (anything,) = said.payloads
    said = conversation.tap(anything)
    assert said.is_reply("ask_place_bare")
    said = conversation.tap(said.payloads[0])
    assert said.begins_with("results_offers_all", count=8)


def test_a_short_answer_is_taken_as_it_stands(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("inform", "truc dans les avions !")
    assert said.is_reply("ask_place", what="truc dans les avions")


@pytest.mark.parametrize(
    "answer", ["je ne sais pas du tout ce que je veux faire dans la vie", "x" * 5000]
)
def test_a_long_answer_is_not_kept_as_a_job(talk, answer):
    conversation = talk()
    conversation.say("search_offers")
    conversation.say("inform", answer)
    assert len(conversation.search["what"] or "") <= 80


def test_a_long_answer_without_a_job_brings_the_question_again(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("inform", "c'est un peu long à expliquer ici par écrit je trouve")
    assert said.is_reply("ask_occupation")


def test_an_answer_may_hold_more_than_was_asked(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("inform", "plombier à Rabat", occupation="plombier", place="Rabat")
    assert said.titles == ["Plombier"]


def test_a_place_that_answers_another_question_is_not_lost(talk):
    conversation = talk()
    conversation.say("search_offers")
    said = conversation.say("inform", "à Rabat", place="Rabat")
    assert said.is_reply("ask_occupation_in", place="Rabat")
    assert conversation.say("inform", "plombier", occupation="plombier").titles == ["Plombier"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_place_nobody_knows_is_asked_for_again(talk, language):
    conversation = talk(language)
    conversation.say("search_offers", occupation="menuisier")
    said = conversation.say("inform", "Xkzwtbourg", place="Xkzwtbourg")
    assert said.is_reply("place_unknown", place="Xkzwtbourg")
    assert (conversation.asked, conversation.form) == ("place", "offer_form")
    assert conversation.say("inform", "Casablanca", place="Casablanca").cards


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_after_the_results(found, language):
    found.slots["language"] = language
    said = found.say("inform", "plutôt plombier à Rabat", occupation="plombier", place="Rabat")
    assert said.titles == ["Plombier"] or len(said.titles) == 1
    assert (found.search["what"], found.search["place"]) == ("plombier", "Rabat")
    assert found.search["seen"] == 1


def test_another_city_by_button_asks_which(found):
    said = found.tap('/inform{"field":"place"}')
    assert said.is_reply("which_place")
    assert (found.asked, found.form) == ("place", "offer_form")
    said = found.say("inform", "Tunis", place="Tunis")
    assert found.search["place"] == "Tunis"
    assert said.begins_with("widened_abroad") or said.cards


def test_another_city_before_any_search_is_no_answer(talk):
    assert talk().tap('/inform{"field":"place"}').text


def test_a_bare_answer_to_nothing_begins_a_search(talk):
    conversation = talk()
    assert conversation.say("inform", "plombier", occupation="plombier").is_reply(
        "ask_place", what="plombier"
    )
    assert talk().say("inform", "Excel", topic="Excel").titles[0].startswith("Excel")
    assert talk().say("inform", "truc muche").is_reply("clarify_first")


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_until_there_is_no_more(talk, language):
    conversation = talk(language)
    first = conversation.say("search_offers", occupation="menuisier", place="Casablanca")
    assert "/show_more" in first.payloads
    second = conversation.say("show_more")
    assert second.begins_with("more_results", count=2)
    assert len(second.cards) == 2
    assert not {card["id"] for card in first.cards} & {card["id"] for card in second.cards}
    assert "/show_more" not in second.payloads
    assert conversation.search["seen"] == 5
    assert conversation.say("show_more").is_reply("no_more_results")
    assert conversation.search["shown"] == [int(card["id"]) for card in second.cards]


def test_more_comes_to_an_end_however_many_there_are(talk, catalogue_of):
    with catalogue_of(*(offer(f"Menuisier {n}") for n in range(64))):
        conversation = talk()
        conversation.say("search_offers", occupation="menuisier", place="Casablanca")
        seen = list(conversation.search["shown"])
        for _ in range(40):
            if conversation.say("show_more").is_reply("no_more_results"):
                break
            seen += conversation.search["shown"]
    assert len(seen) == len(set(seen)) == 64


def test_more_of_nothing(talk):
    assert talk().say("show_more").is_reply("no_results_yet")


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_contract_is_told(talk, language):
    conversation = talk(language)
    said = conversation.say("search_offers", occupation="plombier", place="Rabat", contract="CDI")
    assert said.begins_with("widened_contract")
    assert len(said.cards) == 1


@pytest.mark.parametrize(
    ("occupation", "place", "key", "words"),
    [
        ("plombier", "Casablanca", "widened_place", {"where": "Casablanca"}),
        ("plombier", "Agadir", "widened_country", {"where": "Agadir"}),
        ("infirmière", "Rabat", "widened_abroad", {}),
        ("maçon", "Casablanca", "widened_occupation", {"what": "maçon"}),
    ],
)
def test_what_was_widened_is_told(talk, occupation, place, key, words):
    said = talk().say("search_offers", occupation=occupation, place=place)
    assert said.cards
    assert said.begins_with(key, **words)


def test_several_things_given_up_are_told_in_one(talk):
    said = talk().say(
        "search_offers", occupation="plombier", place="Agadir", contract="permanent job"
    )
    assert said.begins_with("widened_several")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_at_all_is_said_with_what_was_looked_for(talk, language):
    conversation = talk(language)
    said = conversation.say("search_offers", occupation="zqxjkv", place="Rabat")
    assert said.is_reply(
        "none_offers", what="zqxjkv", where=(said.language == "ar" and "الرباط") or "Rabat"
    )
    assert conversation.form is None
    said = talk(language).say("search_trainings", topic="zqxjkv")
    assert said.is_reply("none_what", what="zqxjkv")


def test_a_search_that_found_nothing_can_be_corrected(talk):
    conversation = talk()
    conversation.say("search_offers", occupation="zqxjkv", place="Rabat")
    said = conversation.say("inform", "plombier", occupation="plombier")
    assert said.titles == ["Plombier"]


def test_online_offers(talk):
    said = talk().say(
        "search_offers", "dev à distance", occupation="développeur web", place="à distance"
    )
    assert said.begins_with("results_offers_online", count=1, what="développeur web")
    (card,) = said.cards
    assert card["place"] == get_replies().text("online_place", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_work_plan_is_shown_when_asked_for_its_past_dates_too(talk, language):
    conversation = talk(language)
    said = conversation.tap('/search_events{"topic":"oic-pesnet"}')
    assert said.begins_with("programme", count=2)
    assert said.titles == ["Plan passé", "Plan à venir"]
    reason = get_replies().text("reason_date_passed", language)
    assert said.cards[0]["reason"].casefold() == reason.casefold()
    assert "reason" not in said.cards[1]


def test_a_past_activity_shows_in_no_other_search(talk):
    said = talk().say("search_trainings", topic="plan")
    assert "Plan passé" not in said.titles


def test_the_buttons_under_results(found, talk):
    said = talk().say("search_offers", occupation="menuisier", place="Casablanca")
    names = ("more", "change_place", "alert", "human")
    assert said.payloads[-4:] == [get_replies().button(name, "fr")["payload"] for name in names]


def test_the_text_says_what_the_cards_say(found, talk):
    said = talk().say("search_offers", occupation="menuisier", place="Casablanca")
    (message,) = said.messages
    heading, *lines = message["text"].splitlines()
    assert heading == message["custom"]["heading"]
    assert [line for line in lines if line[0].isdigit()] == [
        f"{number}. {title}" for number, title in enumerate(said.titles, 1)
    ]


def test_a_wish_of_another_kind_goes_on_when_it_is_short(found):
    found.say("search_trainings", "et des formations ?")
    assert (found.search["kind"], found.search["what"]) == ("training", "menuisier")


def test_a_new_wish_starts_anew(found):
    found.say("search_offers", "je veux plombier maintenant", occupation="plombier")
    assert (found.search["what"], found.search["place"]) == ("plombier", "Casablanca")


def test_a_tap_on_a_search_button_starts_anew(found):
    said = found.tap("/search_trainings")
    assert said.is_reply("ask_topic_in", place="Casablanca")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (Frame("offer", "nurse", "Fès", "permanent"), ("nurse", None, "Fès", False, "permanent")),
        (Frame("offer", "anything", "anywhere"), (None, None, None, True, None)),
        (
            Frame("training", "Excel", "online", "internship"),
            (None, "Excel", "online", False, None),
        ),
        (Frame("event"), (None, None, None, False, None)),
    ],
)
def test_a_frame_as_the_catalogue_takes_it(frame, expected):
    class Turn:
        language = None

    request = request_of(Turn, frame, 6)
    assert (
        request.occupation, request.topic, request.place, request.anywhere, request.contract,
    ) == expected  # fmt: skip
    assert (request.language, request.country, request.limit, request.offset) == ("fr", "MA", 3, 6)


def test_a_slot_of_an_older_version_begins_anew(talk):
    conversation = talk(slots={"search": {"kind": "offer", "salary": 3}})
    assert conversation.say("show_more").is_reply("no_results_yet")
    assert conversation.say("search_offers").is_reply("ask_occupation")


def test_what_was_imported_meanwhile_is_found(talk, catalogue_of):
    with catalogue_of() as database:
        said = talk().say("search_offers", occupation="menuisier", place="Casablanca")
        assert not said.cards
        put(database, offer("Menuisier neuf"))
        said = talk().say("search_offers", occupation="menuisier", place="Casablanca")
        assert said.titles == ["Menuisier neuf"]


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("je cherche un travail de menuisier sans expérience", "no_experience"),
        ("carpenter job for a wheelchair user", "disability"),
        ("بغيت خدمة بلا تجربة", "no_experience"),
        ("bghit khdma bla tajriba", "no_experience"),
    ],
)
def test_a_wish_is_heard_and_when_no_offer_says_it_that_is_told(talk, text, wish):
    conversation = talk()
    said = conversation.say("search_offers", text, occupation="menuisier", place="Casablanca")
    reason = get_replies().text(f"reason_{wish}", "fr")
    assert said.begins_with("widened_wish", wish=reason)
    assert said.cards
    assert conversation.search["wishes"] == []
    assert conversation.say("show_more").cards


def test_a_wish_leaves_only_offers_that_say_so(talk, catalogue_of):
    with catalogue_of() as database:
        open_to_all = offer("Menuisier poseur", summary={"fr": "Débutants acceptés."})
        put(database, open_to_all, offer("Menuisier confirmé"))
        conversation = talk()
        said = conversation.say("search_offers", occupation="menuisier", place="Casablanca")
        assert len(said.cards) == 2
        said = conversation.say("inform", "sans expérience svp")
        assert said.titles == ["Menuisier poseur"]
        assert said.says("results_wish", wish="sans expérience exigée")
        assert conversation.search["wishes"] == ["no_experience"]
