"""Appointments in the chat: free times, booked with one tap, shown, moved, cancelled."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions import memory, search
from actions.days import day_or_days
from actions.lexicon import lexicon
from actions.turn import Turn
from catalogue.text import normalise
from languages import formatting
from languages.profile import get_profile
from languages.replies import Button
from people import appointment_words as wording
from people import appointments, followups
from people.appointment_models import Appointment, Slot
from settings import get_settings

LATER, MOVE, CANCEL, SURE, KEEP = "later", "move", "cancel", "sure", "keep"
CANCELLING = "cancel_appointment"
PAGE = 4  # times at once

Span = tuple[datetime | None, datetime | None]
"""After when and before when a time is wanted."""


def handle(turn: Turn) -> None:
    """A message or a tap about an appointment."""
    if turn.is_button:
        _tapped(turn)
        return
    with memory.reading() as session:
        mine = appointments.mine(session, memory.person(turn), _now())
    wanted = lexicon("appointments").within(turn.text)
    if mine is None and wanted in (CANCEL, MOVE, "show"):
        _offer(turn, _span(turn), "appointment_have_none")
    elif mine is None or wanted == MOVE:
        _offer(turn, _span(turn), "appointment_move_to" if mine else None)
    elif wanted == CANCEL:
        _ask_to_cancel(turn, mine)
    else:
        _show(turn, "appointment_yours", mine)


def _tapped(turn: Turn) -> None:
    field, number = turn.entity("field"), memory.item(turn)
    if field is None and number is not None:
        _book(turn, number)
        return
    with memory.reading() as session:
        mine = appointments.mine(session, memory.person(turn), _now())
    if field == LATER and number is not None:
        _offer(turn, (datetime.fromtimestamp(number * 60, UTC), None))
    elif mine is None:
        _offer(turn, (None, None), "appointment_have_none" if field else None)
    elif field == MOVE:
        _offer(turn, (None, None), "appointment_move_to")
    elif field == CANCEL:
        _ask_to_cancel(turn, mine)
    elif field == SURE:
        _cancel(turn)
    else:
        _show(turn, "appointment_kept" if field == KEEP else "appointment_yours", mine)


def _book(turn: Turn, slot_id: int) -> None:
    with memory.writing() as session:
        moment = _now()
        made = appointments.book(session, memory.person(turn), slot_id, moment, memory.clock())
    if made is None:
        _offer(turn, (None, None), "appointment_taken")
        return
    _show(turn, "appointment_moved" if made.moved else "appointment_booked", made.appointment)


def _show(turn: Turn, key: str, appointment: Appointment) -> None:
    link = wording.address(get_settings(), appointment)
    reply = turn.reply(key, link=link, **words(turn, appointment))
    text = "\n".join([reply.text, *wording.more(appointment, turn.words)])
    turn.utter(text, reply.buttons)
    search.ask_again(turn)


def _ask_to_cancel(turn: Turn, appointment: Appointment) -> None:
    turn.say("appointment_cancel_ask", **_day_and_time(turn, appointment))
    memory.ask(turn, CANCELLING)


def _cancel(turn: Turn) -> None:
    with memory.writing() as session:
        done = appointments.cancel(session, memory.person(turn), _now())
    if done is None:
        turn.say("appointment_not_there")
    else:
        turn.say("appointment_cancelled", **_day_and_time(turn, done))
    search.ask_again(turn)


def confirmed(turn: Turn) -> bool:
    """Whether this "yes" answers the question whether to cancel; if so, it is done."""
    if memory.asked(turn).get("ask") != CANCELLING:
        return False
    _cancel(turn)
    return True


def declined(turn: Turn) -> bool:
    """Whether this "no" answers it; if so, the appointment stays."""
    if memory.asked(turn).get("ask") != CANCELLING:
        return False
    with memory.reading() as session:
        mine = appointments.mine(session, memory.person(turn), _now())
    if mine is None:
        turn.say("appointment_not_there")
    else:
        _show(turn, "appointment_kept", mine)
    return True


def told(turn: Turn) -> str:
    """Somebody's next appointment in one line; empty without one."""
    with memory.reading() as session:
        mine = appointments.mine(session, memory.person(turn), _now())
    told = words(turn, mine) if mine else {}
    return " · ".join(told[name] for name in ("day", "time", "where", "name")) if told else ""


def followed_up(turn: Turn) -> str:
    """When somebody was, or is to be, asked how it went after a counsellor; empty for never."""
    with memory.reading() as session:
        asked = followups.of(session, memory.person(turn))
    told = []
    for one in asked:
        day = formatting.day(one.due_at.astimezone(_zone()).date(), turn.language)
        told.append(turn.words("followup_answered", day=day) if one.answered else day)
    return " · ".join(told)


def _offer(turn: Turn, span: Span, first: str | None = None) -> None:
    """Free times as buttons; `first` is said before them."""
    with memory.reading() as session:
        found = _free(session, turn, span)
        elsewhen = not found and span != (None, None)
        found = found or _free(session, turn, (None, None))
    if not found:
        turn.say("appointment_none_free")
        return
    # What was asked for has nothing free: that is worth more words than anything else.
    first = "appointment_not_then" if elsewhen else first
    intro = [turn.words(first)] if first else []
    shown = found[:PAGE]
    listed = [_line(turn, slot) for slot in shown]
    town = wording.city(_zone(), turn.language)
    text = turn.words("appointment_choose", city=town)
    turn.utter("\n".join([*intro, text, *listed]), _choices(turn, shown, found[PAGE:]))


def _choices(turn: Turn, shown: list[Slot], more: list[Slot]) -> list[Button]:
    buttons = [
        {
            "title": wording.short(slot, turn.language, _zone()),
            "payload": f'/book_appointment{{"item":"{slot.id}"}}',
        }
        for slot in shown
    ]
    if more:
        minutes = int(shown[-1].starts_at.timestamp()) // 60
        payload = f'/book_appointment{{"field":"{LATER}","item":"{minutes}"}}'
        buttons.append(turn.button("appointment_later", payload))
    return buttons


def _free(session: Session, turn: Turn, span: Span) -> list[Slot]:
    after, until = span
    found = appointments.free(session, _now(), turn.language, after=after, until=until)
    place = normalise(turn.entity("place") or "")
    near = [slot for slot in found if place and place in normalise(slot.place or "")]
    return near or found


def _span(turn: Turn) -> Span:
    """The days that the message names."""
    said = turn.entity("date")
    named = day_or_days(said, _now().astimezone(_zone()).date()) if said else None
    if named is None:
        return None, None
    first, last = named[0], named[1] or named[0]
    begin = datetime.combine(first, time.min, _zone())
    end = datetime.combine(last + timedelta(days=1), time.min, _zone())
    return begin - timedelta(microseconds=1), end


def _line(turn: Turn, slot: Slot) -> str:
    told = words(turn, slot)
    when = f"{told['day']} {told['time']}"
    return turn.words("label_line", label=when, value=told["where"])


def words(turn: Turn, meeting: Appointment | Slot) -> dict[str, str]:
    """What replies say of an appointment, in the person's language."""
    return wording.words(meeting, turn.language, _zone(), turn.words)


def _day_and_time(turn: Turn, appointment: Appointment) -> dict[str, str]:
    told = words(turn, appointment)
    return {"day": told["day"], "time": told["time"]}


def _zone() -> ZoneInfo:
    return ZoneInfo(get_profile().timezone)


def _now() -> datetime:
    return search.now().astimezone(UTC)
