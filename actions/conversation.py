"""What keeps a conversation going: yes, no, stop, another language, not understood."""

from actions import search
from actions.lexicon import lexicon
from actions.turn import Turn
from languages.replies import Button, get_replies

_CHOICES = 3
_FALLBACK = "nlu_fallback"


def affirm(turn: Turn) -> None:
    """Yes: to nothing that a yes could answer, so the open question comes again."""
    if turn.frame and turn.frame.asked:
        search.ask_again(turn)
    else:
        turn.say("affirm_nothing")


def deny(turn: Turn) -> None:
    """No."""
    if turn.frame and turn.frame.asked:
        search.ask_again(turn)
    else:
        turn.say("deny_nothing")


def cancel(turn: Turn) -> None:
    """Stop what is under way and forget what was looked for."""
    turn.say("cancelled" if turn.frame else "nothing_to_cancel")
    turn.keep(None)


def change_language(turn: Turn) -> None:
    """Answer in another language from now on, whatever is written."""
    named = turn.entity("language")
    known = lexicon("languages")
    code = (known.exactly(named) or known.within(named)) if named else None
    code = code or (None if turn.is_button else known.within(turn.text))
    if code is None:
        turn.say("ask_language")
        return
    turn.language = code
    turn.set("language", code)
    turn.set("language_chosen", value=True)
    turn.say("language_changed")
    search.ask_again(turn)


def subscribe_alert(turn: Turn) -> None:
    """Alerts are not there yet: say so."""
    turn.say("subscribe_alert_today")


def feedback(turn: Turn) -> None:
    """Praise or complaint: the second gets an apology and a person's number."""
    complaint = lexicon("complaints").within(turn.text)
    turn.say("feedback_negative" if complaint else "give_feedback")
    search.ask_again(turn)


def clarify(turn: Turn) -> None:
    """Not understood: ask with buttons, then for other words, then offer a person."""
    times = _times_in_a_row(turn)
    choices = _choices(turn)
    if times == 1 and choices:
        turn.utter(turn.words("clarify"), [*choices, turn.button("something_else")])
    else:
        turn.say("clarify_again" if times <= _CHOICES - 1 else "third_misunderstanding")


def _times_in_a_row(turn: Turn) -> int:
    times = 0
    for event in reversed(turn.tracker.events):
        if event.get("event") != "user":
            continue
        intent = (event.get("parse_data") or {}).get("intent") or {}
        if intent.get("name") != _FALLBACK:
            break
        times += 1
    return times


def _choices(turn: Turn) -> list[Button]:
    found: list[Button] = []
    for guess in turn.ranking:
        button = get_replies().button_for(_payload(str(guess["name"])), turn.language)
        if button and button not in found:
            found.append(button)
    return found[: _CHOICES - 1]


def _payload(intent: str) -> str:
    name, _, key = intent.partition("/")
    return f'/{name}{{"key":"{key}"}}' if key else f"/{name}"
