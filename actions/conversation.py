"""What keeps a conversation going: yes, no, stop, another language, praise and complaint."""

from actions import answers, appointments, profile, search
from actions.lexicon import lexicon
from actions.turn import Turn


def affirm(turn: Turn) -> None:
    """Yes: to "shall I look everywhere?"; a detail beside it counts; else the question again."""
    if profile.confirmed(turn) or appointments.confirmed(turn):
        return
    frame = turn.frame
    if frame is None or not frame.asked:
        turn.say("affirm_nothing")
    elif turn.said:
        answers.inform(turn)
    elif frame.proposed:
        answers.take_proposal(turn, frame)
    else:
        search.ask_again(turn)


def deny(turn: Turn) -> None:
    """No: to a question, so that any place or job is proposed; to that as well, so it ends."""
    if profile.declined(turn) or appointments.declined(turn):
        return
    frame = turn.frame
    if frame is None or not frame.asked:
        turn.say("deny_nothing")
    elif turn.said:
        answers.inform(turn)
    elif frame.proposed:
        cancel(turn)
    else:
        answers.unsure(turn)


def identity(turn: Turn) -> None:
    """Who is speaking."""
    turn.say("ask_bot_identity")
    search.ask_again(turn)


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


def feedback(turn: Turn) -> None:
    """Praise or complaint: the second gets an apology and a person's number."""
    complaint = lexicon("complaints").within(turn.text)
    turn.say("feedback_negative" if complaint else "give_feedback")
    search.ask_again(turn)
