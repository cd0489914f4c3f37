"""Prepared answers: those of replies/prepared.yml, and the service's own in the database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.answers.models import PreparedAnswer
from bot.desk.audit import trail
from bot.speech import Speech
from errors import BadInput
from store.base import now

OURS = (
    "prepared_welcome",
    "prepared_look",
    "prepared_papers",
    "prepared_scam",
    "prepared_listing",
    "prepared_appointment",
    "prepared_still_there",
    "prepared_goodbye",
)
"""Keys of the replies that come with us."""

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST = 2000
"""Characters of an answer in one language."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A prepared answer.

    Attributes:
        key: its name, as a counsellor types it.
        texts: by language, those that there are.
        missing: the languages that it lacks.
        own: the service has written it; `ours`: one of this key comes with us.
    """

    key: str
    texts: Mapping[str, str]
    missing: Sequence[str]
    own: bool
    ours: bool

    def text(self, *wanted: str) -> str:
        """The text in the first of these languages that it has, else in any."""
        found = (self.texts[one] for one in wanted if one in self.texts)
        return next(found, next(iter(self.texts.values()), ""))


def everything(session: Session, speech: Speech) -> list[Answer]:
    """Every prepared answer, by key."""
    rows = {row.key: row for row in session.scalars(select(PreparedAnswer))}
    ours = {_name(key): _of_ours(speech, key) for key in OURS}
    made = [_answer(speech, key, rows.get(key), ours.get(key)) for key in sorted({*rows, *ours})]
    return [one for one in made if one.texts]


def texts(session: Session, speech: Speech, key: str) -> Mapping[str, str]:
    """The texts of one answer by language; none where there is no such answer."""
    return next((one.texts for one in everything(session, speech) if one.key == key), {})


def save(
    session: Session, speech: Speech, actor: trail.Actor, key: str, given: Mapping[str, str]
) -> None:
    """Make or change an answer.

    Args:
        session: a writing session.
        speech: the languages.
        actor: who does it.
        key: small letters, figures and hyphens.
        given: the texts by language; empty ones are missing.

    Raises:
        BadInput: no key, or no text, or one that is too long.
    """
    kept = {
        code: text.strip() for code in speech.languages if (text := given.get(code, "")).strip()
    }
    if not KEY.fullmatch(key) or not kept or any(len(text) > LONGEST for text in kept.values()):
        raise BadInput("an answer needs a key and a text")
    _put(session, actor, key, kept)
    trail.record(session, actor, "answer.save", ("answer", key), languages=sorted(kept))


def delete(session: Session, actor: trail.Actor, key: str) -> None:
    """Take an answer away; one of ours is not offered any more."""
    if key in map(_name, OURS):
        _put(session, actor, key, {})
    elif row := session.get(PreparedAnswer, key):
        session.delete(row)
    trail.record(session, actor, "answer.delete", ("answer", key))


def restore(session: Session, actor: trail.Actor, key: str) -> None:
    """Have an answer of ours say again what it said."""
    if key in map(_name, OURS) and (row := session.get(PreparedAnswer, key)):
        session.delete(row)
        trail.record(session, actor, "answer.restore", ("answer", key))


def gone(session: Session) -> list[str]:
    """Keys of the answers of ours that are not offered any more."""
    names = set(map(_name, OURS))
    rows = session.scalars(select(PreparedAnswer).where(PreparedAnswer.key.in_(names)))
    return sorted(row.key for row in rows if not row.texts)


def _put(session: Session, actor: trail.Actor, key: str, kept: dict[str, str]) -> None:
    row = session.get(PreparedAnswer, key) or PreparedAnswer(key=key)
    row.texts, row.changed_by, row.changed_at = kept, actor.account_id or "", now()
    session.add(row)
    session.flush()


def _answer(
    speech: Speech, key: str, row: PreparedAnswer | None, ours: Mapping[str, str] | None
) -> Answer:
    said = row.texts if row is not None else ours or {}
    missing = [code for code in speech.languages if not said.get(code)]
    return Answer(key, dict(said), missing, own=row is not None, ours=ours is not None)


def _of_ours(speech: Speech, key: str) -> dict[str, str]:
    return {code: str(speech.body(key, code)["text"]) for code in speech.languages}


def _name(key: str) -> str:
    return key.removeprefix("prepared_").replace("_", "-")
