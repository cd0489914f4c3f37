"""What a person tells of themselves: kept when they agree, shown, corrected, deleted."""

import re
from dataclasses import asdict, fields
from typing import Any

from actions import alerts, appointments, cards, memory, search
from actions.frame import ANYTHING, ANYWHERE
from actions.turn import Turn
from catalogue.search import get
from people import alerts as people_alerts
from people import attachments, erasure, profiles, verdicts
from people.profiles import Facts

KEEP, DELETE = "keep_profile", "delete_data"
CONFIRMED = "confirmed"
_NUMBER = re.compile(r"\d{1,3}")
_LONGEST = 80


def tell(turn: Turn) -> None:
    """Something about themselves: kept if they agreed to that, else they are asked, once."""
    facts = _facts(turn)
    with memory.writing() as session:
        known = profiles.get(session, memory.person(turn))
        if known is not None and facts:
            known = profiles.keep(session, memory.person(turn), facts)
    if known is not None:
        turn.say("profile_kept", facts=_told(turn, known))
    elif facts:
        turn.say("profile_ask", facts=_told(turn, facts))
        memory.ask(turn, KEEP, **asdict(facts))
        return
    else:
        turn.say("tell_profile")
    search.ask_again(turn)


def _facts(turn: Turn) -> Facts:
    said = turn.said
    age = _NUMBER.search(turn.entity("age") or "")
    return Facts(
        occupation=None if said.what == ANYTHING else said.what,
        place=None if said.place == ANYWHERE else said.place,
        education=(turn.entity("education") or "")[:_LONGEST] or None,
        experience=(turn.entity("experience") or "")[:_LONGEST] or None,
        age_band=profiles.age_band(int(age.group())) if age else None,
    )


def _told(turn: Turn, facts: Facts) -> str:
    return " · ".join(value for _, value in _each(turn, facts))


def _each(turn: Turn, facts: Facts) -> list[tuple[str, str]]:
    told = {one.name: getattr(facts, one.name) for one in fields(facts)}
    if facts.age_band:
        told["age_band"] = turn.words("age_band", band=facts.age_band.strip("-"))
    return [(name, str(value)) for name, value in told.items() if value]


def confirmed(turn: Turn) -> bool:
    """Whether this "yes" answers a question about their data; if so, it is done."""
    asked = memory.asked(turn)
    if asked.get("ask") == KEEP:
        _keep(turn, asked)
    elif asked.get("ask") == DELETE:
        _delete(turn)
    else:
        return False
    return True


def declined(turn: Turn) -> bool:
    """Whether this "no" answers a question about their data; if so, nothing is done."""
    question = memory.asked(turn).get("ask")
    if question not in (KEEP, DELETE):
        return False
    turn.say("profile_not_kept" if question == KEEP else "delete_not_done")
    search.ask_again(turn)
    return True


def _keep(turn: Turn, asked: dict[str, Any]) -> None:
    facts = Facts(**{one.name: asked.get(one.name) for one in fields(Facts)})
    with memory.writing() as session:
        known = profiles.keep(session, memory.person(turn), facts)
    turn.say("profile_kept", facts=_told(turn, known))
    search.ask_again(turn)


def show(turn: Turn) -> None:
    """All that is held of them."""
    person = memory.person(turn)
    with memory.reading() as session:
        facts = profiles.get(session, person)
        saved = [one for n in verdicts.ids(session, person, "saved") if (one := get(session, n))]
        titles = [cards.titles(session, one, turn.language)[0] for one in saved]
        dismissed = len(verdicts.ids(session, person, "dismissed"))
        files = attachments.count(session, person)
        wishes = [alerts.name(turn, alerts.wish_of(a)) for a in people_alerts.of(session, person)]
    rows = [
        ("profile", _told(turn, facts) if facts else ""),
        ("saved", " · ".join(titles)),
        ("dismissed", str(dismissed) if dismissed else ""),
        ("alerts", " / ".join(wishes)),
        ("appointment", appointments.told(turn)),
        ("followups", appointments.followed_up(turn)),
        ("files", str(files) if files else ""),
    ]
    reply = turn.reply("my_data")
    lines = [reply.text] + [
        turn.words("label_line", label=turn.words(f"held_{label}"), value=value)
        for label, value in rows
        if value
    ]
    turn.utter("\n".join(lines), reply.buttons)
    search.ask_again(turn)


def delete(turn: Turn) -> None:
    """Asked once whether they are sure; then all of it goes."""
    if turn.entity("field") == CONFIRMED or memory.asked(turn).get("ask") == DELETE:
        _delete(turn)
        return
    turn.say("delete_ask")
    memory.ask(turn, DELETE)


def _delete(turn: Turn) -> None:
    with memory.writing() as session:
        erasure.ask(session, memory.person(turn))
    turn.keep(None)
    for slot in ("missed", "insulted", memory.PENDING, "language_chosen"):
        turn.set(slot, None)
    turn.say("delete_done")
