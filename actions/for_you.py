"""What a person may like: listings by what they wish, kept, looked for and turned down."""

from sqlalchemy.orm import Session

from actions import cards, memory, saved, search
from actions.frame import ANYTHING, ANYWHERE
from actions.lexicon import lexicon
from actions.turn import Turn
from catalogue import taxonomy
from catalogue.models import Kind
from catalogue.recommend import Interest, Pick, recommend
from catalogue.search import get
from languages.profile import get_profile
from people import profiles, verdicts

FIELD = "for_you"
_LIKE_KEPT = 3  # of the listings kept, so many of the latest count


def orientation(turn: Turn) -> None:
    """Who does not know what to do gets a way to begin; a button asks for what may suit them."""
    if turn.entity("field") == FIELD:
        show(turn)
        return
    turn.say("ask_orientation")
    search.ask_again(turn)


def or_search(turn: Turn) -> None:
    """A job is looked for; "what do you have for me?" names none and means what is known."""
    if not turn.is_button and not turn.said and lexicon("for_me").within(turn.text):
        show(turn)
    else:
        search.start(turn)


def show(turn: Turn) -> None:
    """What may suit them, each with its reason; a question when too little is known."""
    with memory.reading() as session:
        picks = _picks(session, turn)
        made = [saved.offered(session, turn, p.hit.listing, _reason(turn, p)) for p in picks]
    if not made:
        turn.say("for_you_none")
        return
    heading = turn.words("for_you_heading", count=len(made))
    saved.utter(turn, heading, made, [turn.button("saved_list"), turn.button("new_search")])
    saved.remember(turn, [pick.hit.listing.id for pick in picks])


def _picks(session: Session, turn: Turn) -> list[Pick]:
    person = memory.person(turn)
    kept = verdicts.ids(session, person, "saved")
    return recommend(
        session,
        [*_wished(session, turn), *_looked_for(turn), *_kept(session, turn, kept)],
        known=kept,
        dismissed=verdicts.ids(session, person, "dismissed"),
        language=turn.language,
        country=get_profile().country,
        moment=search.now(),
    )


def _wished(session: Session, turn: Turn) -> list[Interest]:
    facts = profiles.get(session, memory.person(turn))
    if facts is None or not facts.occupation:
        return []
    work = facts.occupation
    return [Interest("profile", Kind.OFFER, work, facts.place, told=work),
            Interest("profile", Kind.TRAINING, work, facts.place, told=work)]  # fmt: skip


def _looked_for(turn: Turn) -> list[Interest]:
    frame = turn.frame
    if frame is None or not frame.what or frame.what == ANYTHING:
        return []
    place = None if frame.place == ANYWHERE else frame.place
    return [Interest("search", frame.kind, frame.what, place, frame.contract, frame.what)]


def _kept(session: Session, turn: Turn, kept: list[int]) -> list[Interest]:
    found = []
    for listing in [one for number in kept[:_LIKE_KEPT] if (one := get(session, number))]:
        title, _ = cards.titles(session, listing, turn.language)
        code = listing.occupation_code
        work = taxonomy.label(session, code, turn.language) if code else None
        place = listing.place_text if listing.place_id else None
        found.append(Interest("saved", listing.kind, work or title, place, None, title))
    return found


def _reason(turn: Turn, pick: Pick) -> str:
    because = turn.words(f"for_you_{pick.because.source}", what=pick.because.told)
    return " · ".join(filter(None, (because, cards.reason_of(turn, pick.hit))))
