"""Texts of listings in the reader's language: published, translated before, or the original.

What is missing is noted in the turn and asked for after the answer: the edge translates it in the
background, and whoever looks next reads it.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actions.turn import Turn
from catalogue.entry import Listed
from languages.replies import Button
from languages.translation import cache
from languages.translation.packages import Packages
from languages.translation.result import Wish
from store.engine import get_database

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as shown. `automatic`: a model made it. `soon`: it is the original, not for long."""

    text: str
    automatic: bool = False
    soon: bool = False


@lru_cache(maxsize=1)
def packages() -> Packages:
    """The installed models, looked at again when they change."""
    return Packages()


def shown(session: Session, turn: Turn, listing: Listed, texts: Mapping[str, str]) -> Shown | None:
    """One of a listing's texts, given by language, as the reader gets it; None when it has none."""
    language = turn.language or listing.language
    source = next((code for code in (language, listing.language, *texts) if texts.get(code)), None)
    if source is None:
        return None
    text = str(texts[source])
    if source == language or not packages().route(source, language):
        return Shown(text)
    names = tuple(name for name in (listing.organisation, listing.place_text) if name)
    wish = Wish(text, source, language, names)
    found = cache.find(session, wish)
    if found is None:
        turn.wishes.append(wish)
        return Shown(text, soon=True)
    if turn.entity("field") == "original":
        return Shown(text)
    return Shown(found.text, automatic=found.automatic)


def note(turn: Turn, one: Shown) -> str | None:
    """What the reader is told of where the text comes from."""
    if one.automatic:
        return turn.words("translated")
    return turn.words("translation_soon") if one.soon else None


def original_button(turn: Turn, listing: Listed, intent: str) -> Button:
    """A button that shows the same as it was published."""
    return turn.button("see_original", f'/{intent}{{"item":"{listing.id}","field":"original"}}')


def ask_for_missing(turn: Turn) -> None:
    """Put what was missing into the queue. A database that is busy costs the reader nothing."""
    try:
        with get_database().write() as session:
            cache.want(session, turn.wishes)
    except SQLAlchemyError as error:
        _log.warning("translation: not asked for: %s", type(error).__name__)
