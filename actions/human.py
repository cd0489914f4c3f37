"""A counsellor is wanted: the edge brings one in, with what is known here."""

from actions.turn import Turn

_SCAM = "scam"


def wanted(turn: Turn) -> None:
    """They ask for a person, or report an offer that asks for money."""
    if turn.entity("field") == _SCAM:
        turn.hand_off("scam_reported", _SCAM)
    else:
        turn.hand_off("talk_to_human", "asked")


def distress(turn: Turn) -> None:
    """Somebody is in distress: the help line at once, and a counsellor."""
    turn.hand_off("express_distress", "distress")
