"""From the rows of messages to the file that a reviewer works on."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from actions.lexicon import lexicon
from bot.doubts import Doubt, complained_of, unsure
from errors import DataError
from languages.profile import get_profile
from people.redaction import MARKS, redact
from store.engine import get_database
from tawjih import dialogue, nlu_data
from tawjih.review.entries import Entry, write

_MARK = re.compile("|".join(MARKS))
_BRACKETS = str.maketrans("[]{}", "()()")  # they mark entities in examples


def export(path: Path, below: float, since: datetime | None) -> int:
    """Write the messages in doubt to a new file, the commonest first. Gives how many.

    Raises:
        DataError: the file is there already: what was labelled in it is not overwritten.
        PartUnavailable: there is no model to mark entities with.
    """
    if path.exists():
        raise DataError(f"{path} is there already: merge it, or name another with --out")
    with get_database().read() as session:
        doubts = list(chain(unsure(session, below, since), _misread(session, since)))
    entries = _marked(list(_entries(doubts, _taught())))
    write(path, sorted(entries, key=lambda entry: -entry.count))
    return len(entries)


def _misread(session: Any, since: datetime | None) -> Iterator[Doubt]:  # noqa: ANN401
    words = lexicon("complaints")
    return complained_of(session, since, lambda text: bool(words.within(text, "not_understood")))


def _taught() -> set[str]:
    return {nlu_data.form_of(example.text) for example in nlu_data.read()[0]}


def _entries(doubts: Iterable[Doubt], taught: set[str]) -> Iterator[Entry]:
    """One entry a message, however often and by however many it was written."""
    seen: dict[str, Entry] = {}
    for doubt in doubts:
        text = " ".join(redact(doubt.text).translate(_BRACKETS).split())
        form = nlu_data.form_of(text)
        if form in taught or not any(map(str.isalpha, _MARK.sub("", text))):
            continue
        entry = seen.get(form)
        if entry:
            entry.count += 1
            entry.why = sorted({*entry.why, doubt.why})
        else:
            seen[form] = _entry(text, doubt)
    return iter(seen.values())


def _entry(text: str, doubt: Doubt) -> Entry:
    language = doubt.language or get_profile().default_language
    return Entry(
        text=text,
        why=[doubt.why],
        variety=doubt.variety or ("msa" if language == "ar" else language),
        language=language,
        guesses={guess["intent"]: guess["confidence"] for guess in doubt.guesses},
    )


def _marked(entries: list[Entry]) -> list[Entry]:
    """With the entities that the model of today sees, for the reviewer to correct."""
    asked = [{"text": entry.text, "language": entry.language} for entry in entries]
    for entry, parsed in zip(entries, dialogue.parse(asked) if asked else (), strict=True):
        entry.text = marked(entry.text, parsed["entities"])
    return entries


def marked(text: str, entities: Iterable[dict[str, Any]]) -> str:
    """A text with its entities as examples mark them: [Fès](place)."""
    at = len(text)
    for entity in sorted(entities, key=lambda entity: -int(entity["start"])):
        start, end = int(entity["start"]), int(entity["end"])
        words = text[start:end]
        if end <= at and words and words == words.strip() and not _MARK.search(words):
            text = f"{text[:start]}[{words}]({entity['entity']}){text[end:]}"
            at = start
    return text
