"""A listing as a card, and the same in plain text for clients that know no cards."""

from typing import Any

from sqlalchemy.orm import Session

from actions import translated
from actions.turn import Turn
from catalogue import taxonomy
from catalogue.entry import Listed
from catalogue.places import by_id, place_name
from catalogue.search import Hit
from languages import formatting

Card = dict[str, Any]
_REASONS = 3


def cards(session: Session, turn: Turn, hits: list[Hit]) -> list[Card]:
    """The cards of hits, in their order; the shape stands in the architecture's fixed points."""
    return [card(session, turn, hit.listing, reason_of(turn, hit)) for hit in hits]


def card(session: Session, turn: Turn, listing: Listed, reason: str | None = None) -> Card:
    """One card."""
    language = turn.language or listing.language
    shown, original, mark = title(session, turn, listing)
    translated.shown(session, turn, listing, listing.summary)  # for whoever looks at the details
    made: Card = {
        "id": str(listing.id),
        "kind": listing.kind,
        "title": shown,
        "original_title": original,
        "translated": mark,
        "organisation": listing.organisation,
        "place": place(session, turn, listing),
        "when": when(listing, language),
        "contract": turn.words(f"contract_{listing.contract}") if listing.contract else None,
        "reason": reason,
        "url": listing.url,
        "demo": listing.demo,
        "buttons": buttons(turn, listing),
    }
    optional = ("original_title", "translated", "when", "contract", "reason", "organisation", "url")
    return {name: value for name, value in made.items() if value or name not in optional}


def title(session: Session, turn: Turn, listing: Listed) -> tuple[str, str | None, str | None]:
    """The title to show, the original when it differs, and a mark when a model translated it."""
    shown, original = titles(session, listing, turn.language or listing.language)
    if original:  # published or known to the taxonomy in the reader's language
        return shown, original, None
    made = translated.shown(session, turn, listing, listing.titles)
    if made is None or not made.automatic:
        return shown, None, None
    return _capital(made.text), shown, turn.words("translated")


def titles(session: Session, listing: Listed, language: str) -> tuple[str, str | None]:
    """The title to show and, when that is not how it was published, the original."""
    original = listing.titles.get(listing.language) or next(iter(listing.titles.values()))
    own = listing.titles.get(language)
    # An occupation that was read out of the title is a good guess, and no translation of it.
    told = listing.occupation_code and listing.occupation_confidence is None
    if own is None and told:
        own = taxonomy.label(session, str(listing.occupation_code), language)
    if own is None or listing.language == language:
        return str(own or original), None
    return _capital(str(own)), str(original)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def place(session: Session, turn: Turn, listing: Listed) -> str:
    """Where: a town with its country, the whole country, or online."""
    if listing.online and not listing.place_id:
        return turn.words("online_place")
    language = turn.language or listing.language
    country = formatting.country(listing.country, language) if listing.country else ""
    known = by_id(session, [listing.place_id]) if listing.place_id else {}
    if listing.place_id in known:
        name = place_name(known[listing.place_id], language)
        return name if name == country else formatting.listed([name, country], language)
    return listing.place_text or (turn.words("whole_country", country=country) if country else "")


def when(listing: Listed, language: str) -> str | None:
    """The dates of a training or event, as words where a plan gives no day."""
    worded = listing.date_text.get(language)
    if worded:
        return str(worded)
    if listing.starts_on is None:
        return None
    return formatting.days(listing.starts_on, listing.ends_on, language)


def reason_of(turn: Turn, hit: Hit) -> str | None:
    """Why it is shown, the strongest reasons in one line."""
    told = [turn.words(f"reason_{reason.key}", **reason.args) for reason in hit.reasons[:_REASONS]]
    return _capital(formatting.listed(told, turn.language or hit.listing.language)) or None


def buttons(turn: Turn, listing: Listed) -> list[dict[str, str]]:
    """What can be done with this one."""
    item = f'{{"item":"{listing.id}"}}'
    return [
        turn.button("details", f"/show_details{item}"),
        turn.button("apply", f"/how_to_apply{item}"),
        turn.button("save", f"/save_item{item}"),
    ]


def as_text(made: list[Card], mark: str) -> str:
    """Numbered lines for clients that know no cards; `mark` stands beside what is a demo."""
    lines: list[str] = []
    for number, one in enumerate(made, 1):
        facts = (one.get("organisation"), one["place"], one.get("when") or one.get("contract"))
        told = " · ".join(filter(None, facts))
        title = f"{one['title']} ({mark})" if one.get("demo") else one["title"]
        lines += filter(None, (f"{number}. {title}", one.get("translated"), told))
    return "\n".join(lines)
