"""Not understood, another subject, insults: what is said the first time, and what after that."""

from actions import answers, search
from actions.lexicon import lexicon
from actions.turn import GIVE_UP, MISSED, Turn
from languages.replies import Button, get_replies

INSULTED = "insulted"
_CHOICES = 2
_INSULT = 6  # words: a longer message tells of somebody else, or asks for something as well
_DETAIL = 4  # words: "à Paris" corrects a search, whatever subject it looks like
# What an insult is taken for when it is not taken for one.
_MAY_INSULT = (
    "out_of_scope", "nlu_fallback", "give_feedback", "inform", "ask_bot_identity", "affirm", "deny",
    "greet", "cancel", "goodbye",
)  # fmt: skip


def clarify(turn: Turn) -> None:
    """Not understood: ask with buttons or for other words, then offer a person."""
    choices = _choices(turn)
    if choices and turn.count(MISSED) == 1:
        turn.utter(turn.words("clarify"), [*choices, turn.button("something_else")])
    else:
        turn.say_not_understood()


def other_subject(turn: Turn) -> None:
    """Another subject: say what there is here; a person after the third in a row."""
    if turn.said and turn.frame and len(turn.text.split()) <= _DETAIL:
        answers.inform(turn)
    elif turn.count(MISSED) >= GIVE_UP:
        turn.give_up()
    else:
        turn.say("out_of_scope")
        search.ask_again(turn)


def is_insult(turn: Turn) -> bool:
    """Whether the message is one, and nothing else."""
    short = not turn.is_button and len(turn.text.split()) <= _INSULT
    words = lexicon("insults")
    if words.exactly(turn.text) == "insult":
        return turn.intent != "express_distress"
    if turn.intent not in _MAY_INSULT or not short:
        return False
    mild = turn.intent != "give_feedback" and words.within(turn.text, "mild")
    return bool(words.within(turn.text, "insult") or mild)


def insulted(turn: Turn) -> None:
    """An insult: kind the first time, firm after that. The open question stays open."""
    turn.say("insulted" if turn.count(INSULTED) == 1 else "insulted_again")


def _choices(turn: Turn) -> list[Button]:
    found: list[Button] = []
    for guess in turn.ranking:
        button = get_replies().button_for(_payload(str(guess["name"])), turn.language)
        if button and button not in found:
            found.append(button)
    return found[:_CHOICES]


def _payload(intent: str) -> str:
    name, _, key = intent.partition("/")
    return f'/{name}{{"key":"{key}"}}' if key else f"/{name}"
