"""The three searches: their forms, corrections, more results.

A form is one custom action (Rasa lets an action take a form's name): it reads the message, asks
for what is missing or shows what was found, and answers what comes in between, in one call a
turn. See docs/decisions/0002-forms.md.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions import memory
from actions.cards import as_text, cards
from actions.dates import window
from actions.frame import (
    ANYTHING,
    ANYWHERE,
    ONLINE,
    Frame,
    Kind,
    begun,
)
from actions.lexicon import lexicon
from actions.turn import Turn
from catalogue import programme
from catalogue.request import SearchRequest
from catalogue.search import CANDIDATES, SearchResult, search
from languages import formatting
from languages.profile import get_profile
from people import verdicts
from store.engine import get_database

KINDS: dict[str, Kind] = {
    "search_offers": "offer",
    "search_trainings": "training",
    "search_events": "event",
}
PAGE = 3
WISH = "wish"  # given up first: what an offer should have said outright
_PLURAL = {"offer": "offers", "training": "trainings", "event": "events"}
_ELLIPSIS = 4  # words: "et des formations ?" goes on with the trade that was spoken of


def start(turn: Turn) -> None:
    """Somebody says what they look for."""
    short = not turn.is_button and len(turn.text.split()) <= _ELLIPSIS
    kind, said = KINDS[turn.intent], turn.said
    if kind == "event" and not said.what and not turn.is_button:
        # "A job fair" names no theme, but more than any event.
        said = replace(said, what=lexicon("event_types").phrase(turn.text))
    if short and turn.frame and turn.frame.asked == "what" and not said.what:
        # "Any job" answers "which job?", and looks like the beginning of a search.
        said = replace(said, what=lexicon("any").within(turn.text, ANYTHING))
    go_on(turn, begun(kind, said, turn.frame, short=short))


def go_on(turn: Turn, frame: Frame) -> None:
    """Ask for the next missing detail, or show what there is."""
    frame.asked = frame.missing()
    if frame.asked:
        ask(turn, frame)
        turn.keep(frame)
        return
    show(turn, frame)


def ask(turn: Turn, frame: Frame) -> None:
    """The question for the missing detail, repeating what was understood."""
    what = None if frame.what == ANYTHING else frame.what
    if frame.asked == "place":
        turn.say("ask_place", what=what) if what else turn.say("ask_place_bare")
        return
    where = frame.place if frame.place not in (None, ANYWHERE, ONLINE) else None
    key = "ask_topic" if frame.kind == "training" else "ask_occupation"
    turn.say(f"{key}_in", place=where) if where else turn.say(key)


def ask_again(turn: Turn) -> None:
    """Come back to the open question after something in between."""
    if turn.frame and turn.frame.asked:
        turn.frame.proposed = False
        ask(turn, turn.frame)
        turn.keep(turn.frame)


def show(turn: Turn, frame: Frame) -> None:
    """The first page of what was found, told what had to be widened."""
    with get_database().read() as session:
        result = _found(session, turn, frame)
        made = cards(session, turn, result.hits)
        heading = _heading(turn, frame, result)
    if WISH in result.widened:
        frame.wishes = []  # the next page goes on without, too
    if not made:
        _say_none(turn, frame, result)
    else:
        _utter_cards(turn, heading, made, more=_all(result) > len(made))
    frame.shown = [hit.listing.id for hit in result.hits]
    frame.seen, frame.focus, frame.asked = len(frame.shown), None, None
    turn.keep(frame)


def more(turn: Turn) -> None:
    """The next page."""
    frame = turn.frame
    if frame is None or not frame.shown:
        turn.say("no_results_yet")
        return
    with get_database().read() as session:
        result = _found(session, turn, frame, offset=frame.seen)
        made = cards(session, turn, result.hits)
    if not made:
        turn.say("no_more_results")
        return
    heading = turn.words("more_results", count=len(made))
    heading += _told_beyond(turn, result)
    _utter_cards(turn, heading, made, more=_all(result) > frame.seen + len(made))
    frame.shown = [hit.listing.id for hit in result.hits]
    frame.seen += len(made)
    turn.keep(frame)


def _found(session: Session, turn: Turn, frame: Frame, offset: int = 0) -> SearchResult:
    if frame.what == programme.TOPIC:
        return programme.activities(session, now().date(), offset, PAGE)
    refused = verdicts.ids(session, memory.person(turn), "dismissed")
    asked, moment = replace(request_of(turn, frame, offset), exclude=refused), now()
    result = search(session, asked, moment)
    if result.hits or not asked.flags or offset:
        return result
    without = search(session, replace(asked, flags=()), moment)
    return replace(without, widened=(WISH, *without.widened))


def request_of(turn: Turn, frame: Frame, offset: int = 0) -> SearchRequest:
    """The frame as the catalogue takes it."""
    what = None if frame.what == ANYTHING else frame.what
    days = window(frame.date, now().date()) if frame.date else None
    return SearchRequest(
        kind=frame.kind,
        occupation=what if frame.kind == "offer" else None,
        topic=what if frame.kind != "offer" else None,
        place=None if frame.place == ANYWHERE else frame.place,
        anywhere=frame.place == ANYWHERE,
        contract=frame.contract if frame.kind == "offer" else None,
        flags=frame.wishes if frame.kind == "offer" else (),
        starting_from=days[0] if days and frame.kind != "offer" else None,
        starting_until=days[1] if days and frame.kind != "offer" else None,
        language=turn.language or get_profile().default_language,
        country=get_profile().country,
        limit=PAGE,
        offset=offset,
    )


def now() -> datetime:
    """The moment, in the deployment's time zone."""
    return datetime.now(ZoneInfo(get_profile().timezone))


def _heading(turn: Turn, frame: Frame, result: SearchResult) -> str:
    what = None if frame.what == ANYTHING else frame.what
    where = _where(turn, frame, result)
    if what == programme.TOPIC:
        return turn.words("programme", count=result.total)
    if result.widened:
        name = result.widened[0] if len(result.widened) == 1 else "several"
        wish = _wishes(turn, frame)
        return turn.words(f"widened_{name}", what=what or "", where=where or "", wish=wish)
    most = f"\n{turn.words('results_most', count=CANDIDATES)}" * (result.total >= CANDIDATES)
    key = f"results_{_PLURAL[frame.kind]}"
    if frame.place == ONLINE:
        key += "_online" if what else "_online_all"
    elif not (what and where):
        key += "_what" if what else "_where" if where else "_all"
    told = turn.words(key, count=result.total, what=what or "", where=where or "")
    wished = _wishes(turn, frame)
    told += f"\n{turn.words('results_wish', wish=wished)}" * bool(wished)
    return told + most + _told_beyond(turn, result)


def _wishes(turn: Turn, frame: Frame) -> str:
    told = [turn.words(f"reason_{wish}") for wish in frame.wishes if frame.kind == "offer"]
    return formatting.listed(told, turn.language or get_profile().default_language)


def _all(result: SearchResult) -> int:
    return result.total + result.beyond


def _told_beyond(turn: Turn, result: SearchResult) -> str:
    """A line about the cards that fit less well than the first of the search."""
    count = 0 if result.widened else sum(hit.beyond for hit in result.hits)
    return f"\n{turn.words('results_beyond', count=count)}" if count else ""


def _where(turn: Turn, frame: Frame, result: SearchResult) -> str | None:
    if result.place:
        return result.place.name(turn.language or get_profile().default_language)
    return frame.place if frame.place not in (ANYWHERE, ONLINE) else None


def _say_none(turn: Turn, frame: Frame, result: SearchResult) -> None:
    what = None if frame.what == ANYTHING else frame.what
    where = _where(turn, frame, result)
    if what and where:
        turn.say(f"none_{_PLURAL[frame.kind]}", what=what, where=where)
    elif what or where:
        turn.say("none_what", what=what) if what else turn.say("none_where", where=where)
    else:
        turn.say("none_bare")


def _utter_cards(turn: Turn, heading: str, made: list[dict[str, object]], *, more: bool) -> None:
    names = [*(["more"] if more else []), "change_place", "alert", "human"]
    turn.utter(
        f"{heading}\n{as_text(made, turn.words('demo_mark'))}",
        [turn.button(name) for name in names],
        {"cards": made, "heading": heading},
    )
