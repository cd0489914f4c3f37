"""What was translated and what waits for it: one row a text, source and target.

    wanted → waiting → working → done      `result` holds the translation
                        │      → kept      it went wrong: the original is shown
                        └───── → waiting   the translator was away; kept after `ATTEMPTS`

Texts of listings alone: what people write is translated while they wait and never kept here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Index,
    Select,
    String,
    Text,
    delete,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from languages.translation.packages import Pair
from languages.translation.result import Translation, Wish
from store.base import Base, now

WAITING_AT_MOST = 500
ATTEMPTS = 3
_STALE = timedelta(minutes=15)
_UNREAD = timedelta(days=180)


class TranslatedText(Base):
    """A text and its translation, or its place in the queue."""

    __tablename__ = "translation"
    __table_args__ = (Index("ix_translation_status_wanted_at", "status", "wanted_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    names: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(16))
    result: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    wanted_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def find(session: Session, wish: Wish) -> Translation | None:
    """The translation, the original where it went wrong, or None while there is none."""
    row = session.get(TranslatedText, wish.key)
    if row is None or row.status not in ("done", "kept"):
        return None
    if row.result is None:
        return Translation.none(wish.text)
    return Translation(row.result, automatic=True, original=wish.text)


def want(session: Session, wishes: Iterable[Wish], most: int = WAITING_AT_MOST) -> int:
    """Put what is not there yet into the queue, as far as it has room.

    Returns:
        How many were put there. The others are wanted again when somebody sees them again.
    """
    by_key = {wish.key: wish for wish in wishes}
    there = select(TranslatedText.key).where(TranslatedText.key.in_(by_key))
    missing = sorted(set(by_key) - set(session.scalars(there)))
    waiting = select(func.count()).where(TranslatedText.status == "waiting")
    room = max(0, most - (session.scalar(waiting) or 0))
    moment = now()
    for key in missing[:room]:
        wish = by_key[key]
        session.add(TranslatedText(
            key=key, source=wish.source, target=wish.target, text=wish.text, names=list(wish.names),
            status="waiting", wanted_at=moment, changed_at=moment,
        ))  # fmt: skip
    return len(missing[:room])


def something_waits(session: Session, pairs: Sequence[Pair]) -> bool:
    """Whether there is work that `claim` would find."""
    return session.scalar(_next(pairs)) is not None


def claim(session: Session, pairs: Sequence[Pair]) -> TranslatedText | None:
    """Take the text that has waited longest for one of these pairs; no two workers get the same."""
    key = session.scalar(_next(pairs))
    if key is None:
        return None
    taken = (
        update(TranslatedText)
        .where(TranslatedText.key == key, _free())
        .values(status="working", attempts=TranslatedText.attempts + 1, changed_at=now())
    )
    done: CursorResult[object] = session.execute(taken)  # type: ignore[assignment]
    return session.get(TranslatedText, key) if done.rowcount else None


def finish(session: Session, key: str, translation: Translation | None) -> None:
    """Keep what came of it; None, that nobody answered, puts it back a few times."""
    row = session.get(TranslatedText, key)
    if row is None:  # forgotten meanwhile
        return
    row.changed_at = now()
    if translation is None:
        row.status = "waiting" if row.attempts < ATTEMPTS else "kept"
        return
    row.result = translation.text if translation.automatic else None
    row.status = "done" if translation.automatic else "kept"


def forget(session: Session) -> int:
    """Forget all: other models translate otherwise. Gives the number of rows."""
    done: CursorResult[object] = session.execute(delete(TranslatedText))  # type: ignore[assignment]
    return done.rowcount


def tidy(session: Session, moment: datetime) -> int:
    """Forget what was made half a year ago; what is still read is made again."""
    old = delete(TranslatedText).where(TranslatedText.changed_at < moment - _UNREAD)
    done: CursorResult[object] = session.execute(old)  # type: ignore[assignment]
    return done.rowcount


def _free() -> ColumnElement[bool]:
    stale = (TranslatedText.status == "working") & (TranslatedText.changed_at < now() - _STALE)
    return (TranslatedText.status == "waiting") | stale


def _next(pairs: Sequence[Pair]) -> Select[str]:
    among = (
        (TranslatedText.source == source) & (TranslatedText.target == target)
        for source, target in pairs
    )
    chosen = or_(false(), *among)
    order = (TranslatedText.wanted_at, TranslatedText.key)
    return select(TranslatedText.key).where(_free(), chosen).order_by(*order).limit(1)
