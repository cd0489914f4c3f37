"""Listings that a person keeps, or does not want to see again."""

from sqlalchemy.orm import Session

from actions import cards, memory, results, search
from actions.frame import Frame
from actions.turn import Turn
from catalogue.entry import Listed
from catalogue.models import Listing
from catalogue.search import get
from languages.replies import Button
from people import verdicts

DISMISSED, REMOVED = "dismissed", "removed"
PAGE = 3


def save(turn: Turn) -> None:
    """Keep one, take it off the list again, or dismiss it; a button says which."""
    wanted = results.named(turn)
    if wanted is None:
        results.ask_which(turn)
        return
    with memory.writing() as session:
        listing = get(session, wanted)
        if listing is None:
            turn.say("no_results_yet")
            return
        key = _judge(session, memory.person(turn), wanted, turn.entity("field"))
        title, _ = cards.titles(session, listing, turn.language)
    turn.say(key, title=title)
    search.ask_again(turn)


def _judge(session: Session, person: str, listing_id: int, field: str | None) -> str:
    if field == REMOVED:
        return "item_removed" if verdicts.forget(session, person, listing_id) else "item_not_kept"
    if field == DISMISSED:
        verdicts.judge(session, person, listing_id, "dismissed")
        return "item_dismissed"
    new = verdicts.judge(session, person, listing_id, "saved")
    return "item_saved" if new else "item_saved_before"


def show(turn: Turn) -> None:
    """What they kept, the latest first, a page at a time."""
    start = memory.item(turn) or 0
    with memory.reading() as session:
        ids = verdicts.ids(session, memory.person(turn), "saved")
        page = [one for number in ids[start : start + PAGE] if (one := get(session, number))]
        made = [_card(session, turn, listing) for listing in page]
    if not made:
        turn.say("saved_none")
        search.ask_again(turn)
        return
    heading = turn.words("saved_heading", count=len(ids))
    utter(turn, heading, made, _below(turn, start, len(ids)))
    remember(turn, [listing.id for listing in page])


def _below(turn: Turn, start: int, total: int) -> list[Button]:
    following = f'/list_saved{{"item":"{start + PAGE}"}}'
    more = [turn.button("more", following)] if total > start + PAGE else []
    return [*more, turn.button("new_search")]


def _card(session: Session, turn: Turn, listing: Listing) -> cards.Card:
    over = listing.visible_until <= search.now()
    made = cards.card(session, turn, listing, turn.words("saved_over") if over else None)
    item = f'{{"item":"{listing.id}"'
    made["buttons"] = [
        turn.button("details", f"/show_details{item}}}"),
        turn.button("apply", f"/how_to_apply{item}}}"),
        turn.button("remove", f'/save_item{item},"field":"{REMOVED}"}}'),
    ]
    return made


def offered(session: Session, turn: Turn, listing: Listed, reason: str | None) -> cards.Card:
    """The card of a listing that nobody asked for: it can be turned down."""
    made = cards.card(session, turn, listing, reason)
    item = f'{{"item":"{listing.id}"'
    made["buttons"] = [
        turn.button("details", f"/show_details{item}}}"),
        turn.button("save", f"/save_item{item}}}"),
        turn.button("not_for_me", f'/save_item{item},"field":"{DISMISSED}"}}'),
    ]
    return made


def utter(turn: Turn, heading: str, made: list[cards.Card], below: list[Button]) -> None:
    """Say cards under a heading, the same as text for clients that know no cards."""
    text = f"{heading}\n{cards.as_text(made, turn.words('demo_mark'))}"
    turn.utter(text, below, {"cards": made, "heading": heading})


def remember(turn: Turn, ids: list[int]) -> None:
    """Let "the second one" mean the second of these."""
    frame = turn.frame or Frame()
    frame.shown, frame.focus = ids, None
    turn.keep(frame)
