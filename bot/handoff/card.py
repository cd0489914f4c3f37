"""The card that a counsellor reads first: put together from rows and slots, never generated."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff import items, naming, transcript
from bot.handoff.models import Handoff, HandoffNote
from bot.handoff.views import Card, Line, Listing
from bot.models import IncomingRow, ReplyRow
from catalogue import models as catalogue
from errors import NotThere
from people import profiles
from people.models import Contact, PersonProfile, Verdict
from store.base import now

_NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")
_FAILED, _REPLIES, _LISTINGS, _BEFORE, _NOTES = 5, 60, 20, 10, 50
_WISH = ("kind", "what", "place", "contract", "date")


def card(session: Session, contact_id: str, reader: str) -> Card:
    """The card of a person's newest hand-off.

    Args:
        session: a session.
        contact_id: the person.
        reader: the language of who reads it: of what the catalogue knows, and of titles of listings
            where they have one.

    Raises:
        NotThere: they have no hand-off.
    """
    contact = session.get(Contact, contact_id)
    rows = session.scalars(
        select(Handoff)
        .where(Handoff.contact_id == contact_id)
        .order_by(Handoff.id.desc())
        .limit(_BEFORE + 1)
    ).all()
    if contact is None or not rows:
        raise NotThere("no hand-off of this person")
    newest = rows[0]
    wish = _told(newest.card.get("wish") or {}, _WISH)
    kept = session.get(PersonProfile, contact_id)
    return Card(
        item=items.one(session, newest, reader),
        chosen=contact.language_chosen,
        wish=wish,
        wish_read=_read(session, wish, newest.language, reader),
        profile=_profile(session, contact_id, contact.language or newest.language, reader),
        consented_at=kept.consented_at if kept else None,
        listings=_listings(session, contact_id, newest.card.get("shown") or [], reader),
        failed=_failed(session, contact_id),
        waited=((newest.held_at or newest.closed_at or now()) - newest.asked_at).total_seconds(),
        first_at=contact.created_at,
        before=items.items(session, rows[1:], reader),
        notes=_notes(session, contact_id),
    )


def _told(values: object, names: Iterable[str]) -> dict[str, str]:
    found = values if isinstance(values, dict) else {}
    return {name: str(found[name]) for name in names if found.get(name)}


def _read(session: Session, told: dict[str, str], told_in: str, reader: str) -> dict[str, str]:
    """The same for its reader: what the catalogue knows, in their language."""
    read = dict(told)
    if place := naming.place(session, told.get("place"), reader):
        read["place"] = place
    for name in ("what", "occupation"):
        if name in told:
            read[name] = naming.trade(session, told[name], told_in, reader)
    if "education" in told:
        read["education"] = naming.education(told["education"])
    return read


def _profile(session: Session, contact_id: str, told_in: str, reader: str) -> dict[str, str]:
    facts = profiles.get(session, contact_id)
    names = ("occupation", "place", "education", "experience", "age_band")
    told = {name: str(getattr(facts, name)) for name in names if getattr(facts, name, None)}
    return _read(session, told, told_in, reader)


def _failed(session: Session, contact_id: str) -> Sequence[str]:
    query = select(IncomingRow.text).where(
        IncomingRow.contact_id == contact_id,
        IncomingRow.intent.in_(_NOT_UNDERSTOOD),
        IncomingRow.text.is_not(None),
    )
    return [
        str(text) for text in session.scalars(query.order_by(IncomingRow.id.desc()).limit(_FAILED))
    ]


def _listings(
    session: Session, contact_id: str, slot: Sequence[int], reader: str
) -> Sequence[Listing]:
    """What was kept or turned down, then what was shown, the latest first."""
    states = {
        row.listing_id: row.verdict
        for row in session.scalars(
            select(Verdict).where(Verdict.contact_id == contact_id).order_by(Verdict.at.desc())
        )
    }
    ids = list(dict.fromkeys([*states, *_shown(session, contact_id), *slot]))[:_LISTINGS]
    found = {
        one.id: one
        for one in session.scalars(select(catalogue.Listing).where(catalogue.Listing.id.in_(ids)))
    }
    return [
        _listing(session, found[one], states.get(one, "shown"), reader)
        for one in ids
        if one in found
    ]


def _listing(session: Session, row: catalogue.Listing, state: str, reader: str) -> Listing:
    titles = row.titles
    title = titles.get(reader) or titles.get(row.language) or next(iter(titles.values()), "")
    place = naming.listing_place(session, row, reader)
    return Listing(row.id, str(title), place, state, row.url)


def _shown(session: Session, contact_id: str) -> list[int]:
    query = select(ReplyRow.body).where(ReplyRow.contact_id == contact_id)
    newest = session.scalars(query.order_by(ReplyRow.id.desc()).limit(_REPLIES))
    return [
        int(one["id"])
        for body in newest
        for one in (body.get("custom") or {}).get("cards") or []
        if str(one.get("id", "")).isdecimal()
    ]


def _notes(session: Session, contact_id: str) -> Sequence[Line]:
    query = (
        select(HandoffNote)
        .join(Handoff)
        .where(Handoff.contact_id == contact_id)
        .order_by(HandoffNote.id.desc())
        .limit(_NOTES)
    )
    return [transcript.note_line(row) for row in session.scalars(query)]
