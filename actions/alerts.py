"""Alerts in the chat: asked for, changed, listed, stopped."""

from actions import memory, search
from actions.frame import ANYTHING, ANYWHERE, Frame, Kind, begun
from actions.lexicon import lexicon
from actions.turn import Turn
from catalogue import watching
from catalogue.text import normalise
from languages.profile import get_profile
from languages.replies import Button
from people import alerts
from people.alerts import Wanted
from people.models import Alert
from settings import get_settings

Wish = tuple[str, str | None, str | None]
"""What an alert is for: kind, job or topic, place; None is any."""


def subscribe(turn: Turn) -> None:
    """Tell of new ones: of what the message names, else of what was looked for last."""
    if memory.item(turn) is not None:
        _change(turn)
        return
    frame = _frame(turn)
    if frame is None:
        turn.say("alert_of_what")
        return
    _make(turn, frame)
    search.ask_again(turn)


def _frame(turn: Turn) -> Frame | None:
    said, before = turn.said, turn.frame
    if said:
        topic = turn.entity("topic") and not turn.entity("occupation")
        kind: Kind = before.kind if before and not said.what else "training" if topic else "offer"
        return begun(kind, said, before, short=True)
    return before if before and any((before.what, before.place, before.contract)) else None


def _make(turn: Turn, frame: Frame) -> None:
    what = None if frame.what == ANYTHING else frame.what
    place = None if frame.place == ANYWHERE else frame.place
    with memory.writing() as session:
        keys = watching.keys(session, frame.kind, what, place, get_profile().country)
        if keys is None:
            turn.say("alert_place_unknown", place=place)
            return
        wanted = Wanted(frame.kind, what, place, frame.contract, keys.work, keys.spot, keys.words)
        most = get_settings().alerts_most
        made = alerts.subscribe(session, memory.person(turn), wanted, memory.clock(), most)
        if made.alert is None:
            turn.say("alerts_full", count=most)
            return
        key = "alert_made" if made.new else "alert_made_before"
        told, buttons = name(turn, wish_of(made.alert)), _choices(turn, made.alert)
    turn.utter(turn.words(key, wish=told), buttons)


def _choices(turn: Turn, alert: Alert) -> list[Button]:
    weekly = "weekly" if alert.every == "daily" else "daily"
    clock = memory.clock()
    late = "morning" if alert.hour == clock.evening else "evening"
    return [
        *(turn.button(f"alert_{field}", _payload(alert, field)) for field in (weekly, late)),
        stop_button(turn, alert.id),
    ]


def _payload(alert: Alert, field: str) -> str:
    return f'/subscribe_alert{{"item":"{alert.id}","field":"{field}"}}'


def stop_button(turn: Turn, alert_id: int) -> Button:
    """Ends one alert with one tap."""
    return turn.button("alert_stop", f'/stop_alert{{"item":"{alert_id}"}}')


def go_on_button(turn: Turn, alert: Alert) -> Button:
    """Lets an alert go on for another 90 days."""
    return turn.button("alert_go_on", _payload(alert, "renew"))


def _change(turn: Turn) -> None:
    field, clock = turn.entity("field"), memory.clock()
    with memory.writing() as session:
        alert = alerts.get(session, memory.person(turn), memory.item(turn) or 0)
        if alert is None:
            turn.say("alert_gone")
            return
        if field in ("daily", "weekly"):
            alerts.set_every(alert, field, clock)
        elif field in ("morning", "evening"):
            alerts.set_hour(alert, getattr(clock, field), clock)
        alerts.renew(alert, clock)
        told, buttons = _line(turn, alert), _choices(turn, alert)
    turn.utter(turn.words("alert_changed", wish=told), buttons)


def show(turn: Turn) -> None:
    """Which alerts they have, each with its stop."""
    with memory.reading() as session:
        mine = alerts.of(session, memory.person(turn))
    if not mine:
        turn.say("alerts_none")
    else:
        lines = [f"{number}. {_line(turn, alert)}" for number, alert in enumerate(mine, 1)]
        heading = turn.words("alerts_heading", count=len(mine))
        turn.utter("\n".join([heading, *lines]), _stops(turn, mine))
    search.ask_again(turn)


def _stops(turn: Turn, mine: list[Alert]) -> list[Button]:
    if len(mine) == 1:
        return [stop_button(turn, mine[0].id)]
    buttons = [stop_button(turn, alert.id) for alert in mine]
    return [b | {"title": f"{b['title']} {n}"} for n, b in enumerate(buttons, 1)]


def stop(turn: Turn) -> None:
    """End one alert by its button, number or words; all of them for a bare STOP."""
    with memory.writing() as session:
        person = memory.person(turn)
        mine = alerts.of(session, person)
        ending = _meant(turn, mine)
        for alert in ending:
            alerts.stop(session, person, alert.id)
        told = [name(turn, wish_of(alert)) for alert in ending]
    if len(told) == 1:
        turn.say("alert_stopped", wish=told[0])
    elif told:
        turn.say("alerts_stopped", count=len(told))
    elif mine and memory.item(turn) is None:
        show(turn)
        return
    else:
        turn.say("alert_gone" if mine else "alerts_none_to_stop")
    search.ask_again(turn)


def _meant(turn: Turn, mine: list[Alert]) -> list[Alert]:
    number = memory.item(turn)
    if number is not None:
        return [alert for alert in mine if alert.id == number]
    words = lexicon("ordinals")
    place = words.exactly(turn.entity("ordinal") or "")
    if place:
        return mine[-1:] if place == "last" else mine[int(place) - 1 : int(place)]
    said = turn.said
    if not (said.what or said.place):
        return mine
    return [a for a in mine if _same(said.what, a.what) and _same(said.place, a.place)]


def _same(said: str | None, kept: str | None) -> bool:
    return said is None or (kept is not None and normalise(said) == normalise(kept))


def is_stop(turn: Turn) -> bool:
    """Whether the message is STOP, and there is an alert to stop.

    With a question open, "stop" ends the question: there it has to be in capitals.
    """
    text = turn.text.strip(" .!؟،")
    if turn.is_button or not lexicon("stops").exactly(text):
        return False
    if turn.open_form and text != "STOP":
        return False
    with memory.reading() as session:
        return bool(alerts.of(session, memory.person(turn)))


def wish_of(alert: Alert) -> Wish:
    """What an alert is for."""
    return alert.kind, alert.what, alert.place


def name(turn: Turn, wish: Wish) -> str:
    """An alert's wish in a few words: "électricien · Sfax"."""
    kind, what, place = wish
    if place == "online":
        place = turn.words("online_place")
    parts = (what or turn.words(f"alert_any_{kind}"), place or turn.words("alert_anywhere"))
    return " · ".join(parts)


def _line(turn: Turn, alert: Alert) -> str:
    part = "evening" if alert.hour == memory.clock().evening else "morning"
    rhythm = f"alert_told_{alert.every}_{part}" if alert.due_at else "alert_asleep"
    return f"{name(turn, wish_of(alert))} ({turn.words(rhythm)})"
