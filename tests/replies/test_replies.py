"""What Tawjih says stands in three languages, with the same gaps to fill, short enough to read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel import Locale

FOLDER = Path(__file__).resolve().parents[2] / "replies"
LANGUAGES = ("en", "fr", "ar")
PLURALS = {
    language: frozenset(Locale(language).plural_form.tags) | {"other"} for language in LANGUAGES
}
# A heading is never shown over nothing, so Arabic may leave its zero out
NEEDED_PLURALS = {**PLURALS, "ar": PLURALS["ar"] - {"zero"}}

PROFILE_ARGUMENTS = {
    "service_name",
    "phone",
    "email",
    "website",
    "address",
    "hours",
    "help_line",
    "help_line_hours",
    "privacy_url",
}
SEARCH_HEADINGS = {
    f"results_{kind}{part}": {"count", *arguments}
    for kind in ("offers", "trainings", "events")
    for part, arguments in {
        "": ("what", "where"),
        "_where": ("where",),
        "_what": ("what",),
        "_online": ("what",),
        "_online_all": (),
        "_all": (),
    }.items()
}
ARGUMENTS = {
    "fewer_results": {"count"},
    "followup_answered": {"day"},
    "hours_span": {"begin", "end"},
    "hours_day": {"day"},
    "hours_days": {"first", "last"},
    "market_count": {"count", "what", "where", "since", "open"},
    "market_where": {"place"},
    "market_up": {"percent", "days"},
    "market_down": {"percent", "days"},
    "market_same": {"days"},
    "market_top": {"jobs"},
    "market_pay": {"amount", "count"},
    "market_skills": {"skills"},
    "market_none": {"what", "where"},
    "market_unknown": {"what"},
    **SEARCH_HEADINGS,
    "results_most": {"count"},
    "results_wish": {"wish"},
    "widened_wish": {"wish"},
    "results_beyond": {"count"},
    "link_code": {"code"},
    "file_large": {"megabytes"},
    "file_link": {"url"},
    "ask_occupation_in": {"place"},
    "ask_topic_in": {"place"},
    "ask_place": {"what"},
    "ask_place_online": {"what"},
    "more_results": {"count"},
    "programme": {"count"},
    "widened_occupation": {"what"},
    "widened_topic": {"what"},
    "widened_place": {"where"},
    "widened_country": {"where"},
    "none_offers": {"what", "where"},
    "none_trainings": {"what", "where"},
    "none_events": {"what", "where"},
    "none_what": {"what"},
    "none_where": {"where"},
    "place_unknown": {"place"},
    "label_line": {"label", "value"},
    "how_to_apply": {"title", "organisation", "url"},
    "how_to_apply_text": {"text"},
    "how_to_apply_none": {"title"},
    "reason_near": {"count"},
    "reason_new_days": {"count"},
    "whole_country": {"country"},
    **dict.fromkeys(
        ("item_saved", "item_saved_before", "item_removed", "item_not_kept", "item_dismissed"),
        frozenset({"title"}),
    ),
    **dict.fromkeys(
        ("alert_made", "alert_made_before", "alert_changed", "alert_stopped", "alert_over"),
        frozenset({"wish"}),
    ),
    **dict.fromkeys(
        ("saved_heading", "alerts_full", "alerts_heading", "alerts_stopped", "for_you_heading"),
        frozenset({"count"}),
    ),
    "alert_place_unknown": {"place"},
    "alert_news": {"count", "wish"},
    "profile_ask": {"facts"},
    "profile_kept": {"facts"},
    "age_band": {"band"},
    **dict.fromkeys(
        (
            "handoff_asked",
            "handoff_distress",
            "handoff_still",
            "handoff_passed_on",
            "handoff_vanished",
        ),
        frozenset({"position"}),
    ),
    **dict.fromkeys(
        (
            "handoff_asked_closed",
            "handoff_distress_closed",
            "handoff_still_closed",
            "handoff_passed_on_closed",
            "handoff_vanished_closed",
            "handoff_callback_chat",
        ),
        frozenset({"day", "time"}),
    ),
    "handoff_callback_phone": {"day", "time", "number"},
    **dict.fromkeys(
        ("appointment_booked", "appointment_moved", "appointment_yours", "appointment_kept"),
        frozenset({"day", "time", "name", "where", "link"}),
    ),
    "appointment_day_before": {"day", "time", "name", "where"},
    "appointment_hour_before": {"time", "name", "where"},
    "appointment_called_off": {"day", "time", "name"},
    **dict.fromkeys(
        ("appointment_cancel_ask", "appointment_cancelled"), frozenset({"day", "time"})
    ),
    "appointment_choose": {"city"},
    **dict.fromkeys(
        ("appointment_made", "appointment_made_moved"),
        frozenset({"day", "time", "city", "name", "where", "link"}),
    ),
    "appointment_made_cancelled": {"day", "time"},
    "appointment_number_noted": {"day", "time", "name", "number"},
    "appointment_phone_at": {"number"},
    "appointment_join": {"link"},
    "followup_ask": {"count"},
    "appointment_begins": {"name"},
    "appointment_title": {"name"},
    "handoff_taken": {"name"},
    "handoff_ended": {"name"},
    "handoff_original": {"text"},
    "handoff_returned_search": {"wish"},
    **dict.fromkeys(("for_you_profile", "for_you_saved", "for_you_search"), frozenset({"what"})),
}

FAQ_KEYS = {
    "register_pes",
    "documents_needed",
    "is_it_free",
    "unemployment_benefit",
    "agency_contact_hours",
    "account_access",
    "write_cv",
    "cover_letter",
    "interview_prep",
    "no_experience",
    "internship_apprenticeship",
    "contract_types",
    "online_application",
    "job_fair_prep",
    "free_trainings",
    "mooc",
    "digital_skills",
    "vocational_ppp",
    "certificate_recognition",
    "language_courses",
    "neet_meaning",
    "back_to_school",
    "first_job_programmes",
    "soft_skills",
    "volunteering",
    "start_business",
    "business_plan",
    "funding",
    "mentoring_incubator",
    "green_business",
    "circular_economy",
    "work_abroad",
    "safe_migration",
    "women",
    "disability",
    "rural_no_internet",
    "privacy_policy",
    "ai_matching_fairness",
    "job_scams",
    "about_oic_pesnet",
    "work_plan",
    "partner_services",
}
INTENTS = {
    "affirm",
    "deny",
    "ask_help",
    "change_language",
    "cancel",
    "talk_to_human",
    "book_appointment",
    "search_offers",
    "search_trainings",
    "search_events",
    "inform",
    "show_more",
    "show_details",
    "ask_why",
    "how_to_apply",
    "save_item",
    "list_saved",
    "subscribe_alert",
    "list_alerts",
    "stop_alert",
    "ask_orientation",
    "my_data",
    "delete_my_data",
    "faq",
}
# Answered by the edge itself; the dialogue never sees them
EDGE = {
    "link_code",
    "link_move",
    "link_no",
    "handoff_cancel",
    "handoff_callback",
    "handoff_when",
    "handoff_how",
    "handoff_original",
    "handoff_helped",
    "handoff_easy",
    "followup_yes",
    "followup_no",
    "followup_stop",
    "followup_helped",
    "followup_now",
}
PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?")
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
# A screen may show no more than this many reply buttons beside a text
MOST_BUTTONS = 3
MOST_ON_A_TITLE = 20


class UniqueKeys(yaml.SafeLoader):
    """YAML that refuses a key written twice, which would silently lose the first text."""


def _mapping(loader: UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(
            None, None, f"written twice: {twice}", node.start_mark
        )
    return dict(loader.construct_pairs(node, deep=True))


UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text("utf-8"), UniqueKeys)  # noqa: S506 - a SafeLoader
    return content


FILES = sorted(path for path in FOLDER.glob("*.yml") if path.name != "buttons.yml")
BUTTONS = load(FOLDER / "buttons.yml")
KEYED: list[tuple[str, dict[str, Any]]] = [
    (key, reply) for path in FILES for key, reply in load(path).items()
]
REPLIES = [pytest.param(key, reply, id=key) for key, reply in KEYED]
TEXTS = [
    pytest.param(key, language, text, id=f"{key}-{language}-{category}")
    for key, reply in KEYED
    for language in LANGUAGES
    for category, text in (
        reply[language].items() if isinstance(reply[language], dict) else [("", reply[language])]
    )
]
TITLES = [
    pytest.param(key, language, button[language], id=f"{key}-{language}")
    for key, button in BUTTONS.items()
    for language in LANGUAGES
]


def placeholders(said: str | dict[str, str]) -> set[str]:
    texts = said.values() if isinstance(said, dict) else [said]
    return {name for text in texts for name in PLACEHOLDER.findall(text)}


def test_a_key_stands_in_one_file_only() -> None:
    keys = [key for key, _ in KEYED]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_question_of_knowledge_is_answered_and_no_other() -> None:
    keys = {key for key, _ in KEYED}
    assert {key.removeprefix("faq/") for key in keys if key.startswith("faq/")} == FAQ_KEYS


def test_every_key_that_takes_arguments_stands() -> None:
    assert set(ARGUMENTS) <= {key for key, _ in KEYED}


@pytest.mark.parametrize(("key", "reply"), REPLIES)
def test_each_language_stands_and_nothing_unknown(key: str, reply: dict[str, Any]) -> None:
    assert set(reply) - {"buttons"} == set(LANGUAGES)


@pytest.mark.parametrize(("key", "reply"), REPLIES)
def test_placeholders_are_known_and_the_same_in_each_language(
    key: str, reply: dict[str, Any]
) -> None:
    used = {language: placeholders(reply[language]) for language in LANGUAGES}
    assert used["fr"] == used["en"]
    assert used["ar"] == used["en"]
    assert used["en"] - PROFILE_ARGUMENTS == ARGUMENTS.get(key, set())


@pytest.mark.parametrize(("key", "reply"), REPLIES)
def test_plurals_have_the_categories_of_their_language(key: str, reply: dict[str, Any]) -> None:
    plural = {language: isinstance(reply[language], dict) for language in LANGUAGES}
    assert len(set(plural.values())) == 1
    for language in LANGUAGES if plural["en"] else ():
        forms = reply[language]
        assert NEEDED_PLURALS[language] <= set(forms) <= PLURALS[language]
        # A form may say its number in words, but loses nothing else
        for text in forms.values():
            assert placeholders(text) | {"count"} == placeholders(forms)


@pytest.mark.parametrize(("key", "reply"), REPLIES)
def test_buttons_exist_and_are_few(key: str, reply: dict[str, Any]) -> None:
    buttons = reply.get("buttons", [])
    assert set(buttons) <= set(BUTTONS)
    assert len(buttons) == len(set(buttons)) <= MOST_BUTTONS


@pytest.mark.parametrize(("key", "language", "text"), TEXTS)
def test_a_text_is_short(key: str, language: str, text: str) -> None:
    assert text == text.strip() != ""
    assert len(text) <= 600
    assert len(text.splitlines()) <= 8
    assert len(re.findall("[?؟]", text)) <= 1, "one question at most"


@pytest.mark.parametrize(("key", "language", "text"), TEXTS)
def test_a_text_has_no_blank_line_and_no_stray_brace(key: str, language: str, text: str) -> None:
    # Rasa's REST collector would split a text at a blank line
    assert all(line.strip() for line in text.splitlines())
    assert not re.search(r"[{}]", PLACEHOLDER.sub("", text))


@pytest.mark.parametrize(("key", "language", "text"), TEXTS)
def test_the_script_fits_the_language(key: str, language: str, text: str) -> None:
    words = PLACEHOLDER.sub("", text)
    if key != "label_line":  # nothing but two gaps and a colon
        assert bool(ARABIC_LETTER.search(words)) == (language == "ar")
    assert not re.search("[٠-٩۰-۹]", words), "digits are written 0 to 9"


@pytest.mark.parametrize("key", BUTTONS)
def test_a_button_is_named_and_sends_something_known(key: object) -> None:
    assert isinstance(key, str), "yes and no need quotes in YAML"
    button = BUTTONS[key]
    assert set(button) == {*LANGUAGES, "payload"}
    match = PAYLOAD.fullmatch(button["payload"])
    assert match
    assert match[1] in INTENTS | EDGE
    entities = json.loads(match[2] or "{}")
    assert all(isinstance(value, str) for value in entities.values())
    if match[1] == "faq":
        assert entities["key"] in FAQ_KEYS


@pytest.mark.parametrize(("key", "language", "title"), TITLES)
def test_a_title_fits_on_a_button(key: str, language: str, title: str) -> None:
    assert title == title.strip() != ""
    assert len(title) <= MOST_ON_A_TITLE
    # A language is named in itself, whatever is spoken around it
    speaks = key.removeprefix("language_") if key.startswith("language_") else language
    assert bool(ARABIC_LETTER.search(title)) == (speaks == "ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_that_may_stand_side_by_side_differ(language: str) -> None:
    for key, reply in KEYED:
        titles = [BUTTONS[button][language] for button in reply.get("buttons", [])]
        assert len(titles) == len(set(titles)), key
