"""Bare answers and corrections: to what was asked, or to what was found."""

from dataclasses import replace
from typing import Any

from actions.frame import ANYTHING, ANYWHERE, ONLINE, Details, Frame, Kind, corrected
from actions.lexicon import lexicon
from actions.search import ask_again, go_on
from actions.turn import GIVE_UP, MISSED, Turn
from catalogue import places
from languages.profile import get_profile
from store.engine import get_database

_SHORT_ANSWER = 8  # words: a longer message is no answer to "which job?"
_PROPOSED = {"place": "no_place", "what": "no_occupation"}


def inform(turn: Turn) -> None:
    """A detail: the search goes on with it."""
    frame, said = turn.frame, turn.said
    if frame and (turn.entity("field") == "place" or (turn.refused_place and not said)):
        _ask_place(turn, frame)
    elif is_unsure(turn):
        unsure(turn)
    else:
        _go_on(turn, frame or Frame(kind=_kind_of(turn)), _answered(turn))


def is_unsure(turn: Turn) -> bool:
    """Whether the message says that its writer cannot tell, and no more than that."""
    short = not turn.is_button and len(turn.text.split()) <= _SHORT_ANSWER
    return short and not turn.said and bool(lexicon("unsure").within(turn.text))


def unsure(turn: Turn) -> None:
    """No, or no idea, to a question: any place, job or topic is proposed, once."""
    frame = turn.frame
    if frame is None or not frame.asked:
        turn.say("deny_nothing")
        return
    topic = frame.asked == "what" and frame.kind == "training"
    turn.say("no_topic" if topic else _PROPOSED[frame.asked])
    frame.proposed = True
    turn.keep(frame)


def take_proposal(turn: Turn, frame: Frame) -> None:
    """Yes to any place, job or topic."""
    asked = frame.asked or "what"
    any_one = _with(Details(), asked, ANYWHERE if asked == "place" else ANYTHING)
    go_on(turn, corrected(frame, any_one))


def _ask_place(turn: Turn, frame: Frame) -> None:
    frame.asked = "place"
    turn.say("which_place")
    turn.keep(frame)


def _go_on(turn: Turn, frame: Frame, said: Details) -> None:
    if said:
        if not (said.place and _unknown(turn, frame, said.place)):
            go_on(turn, corrected(frame, said))
    elif frame.asked:
        ask_again(turn)
    else:
        turn.say_not_understood()


def _kind_of(turn: Turn) -> Kind:
    return "training" if turn.entity("topic") and not turn.entity("occupation") else "offer"


def _answered(turn: Turn) -> Details:
    said, frame = turn.said, turn.frame
    asked = frame.asked if frame else None
    if asked is None and frame and not said and lexicon("any").within(turn.text, ANYTHING):
        return Details(what=ANYTHING)  # "any job", after a list that did not suit
    if asked is None or turn.is_button or getattr(said, asked):
        return said
    # The lists do not hold everything: a short answer to a question is what was asked for.
    if lexicon("any").within(turn.text, ANYTHING, ANYWHERE):
        return _with(said, asked, ANYTHING if asked == "what" else ANYWHERE)
    if not said and len(turn.text.split()) <= _SHORT_ANSWER:
        return _with(Details(), asked, turn.text.strip(" .!?؟،,")[:80])
    return said


def _with(said: Details, name: str, value: str) -> Details:
    told: dict[str, Any] = {name: value}
    return replace(said, **told)


def _unknown(turn: Turn, frame: Frame, name: str) -> bool:
    if name in (ANYWHERE, ONLINE):
        return False
    with get_database().read() as session:
        if places.resolve(session, name, get_profile().country):
            return False
    frame.asked, frame.proposed = "place", False
    again = turn.count(MISSED) >= GIVE_UP
    turn.give_up() if again else turn.say("place_unknown", place=name)
    turn.keep(frame)
    return True
