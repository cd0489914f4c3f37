"""What people told, in the language of who reads it: places and trades that the catalogue knows.

What it does not know for sure stays in the person's own words.
"""

from functools import lru_cache

import yaml
from sqlalchemy.orm import Session

from catalogue import places, taxonomy
from catalogue.entry import Listed
from catalogue.models import Place
from catalogue.text import normalise
from languages.profile import get_profile
from settings import ROOT

_GUESSED = "fuzzy"
_LEVELS = ROOT / "data/lexicon/education.yml"


def place(session: Session, text: str | None, reader: str) -> str | None:
    """A place as its reader calls it: Casa, الدار البيضاء → Casablanca."""
    found = places.resolve(session, text, get_profile().country) if text else None
    return text if found is None or found.how == _GUESSED else found.name(reader)


def trade(session: Session, text: str, told_in: str, reader: str) -> str:
    """A trade as its reader calls it, and as it was said beside it: نجار (menuisier)."""
    if told_in == reader:
        return text
    found = taxonomy.resolve(session, text)
    label = found.label(reader) if found and found.code and found.how in {"exact", "stem"} else None
    return text if label is None or normalise(label) == normalise(text) else f"{label} ({text})"


def listing_place(session: Session, row: Listed, reader: str) -> str | None:
    """Where a listing is, as its reader calls it."""
    known = session.get(Place, row.place_id) if row.place_id else None
    return row.place_text if known is None else places.place_name(known, reader)


def education(text: str) -> str:
    """The level that words such as "BTS" or «الباك» name: bac, bac_2, …; else the words."""
    return _levels().get(normalise(text), text)


@lru_cache(maxsize=1)
def _levels() -> dict[str, str]:
    told = yaml.safe_load(_LEVELS.read_text(encoding="utf-8"))
    return {normalise(str(one)): level for level, words in told.items() for one in words}
