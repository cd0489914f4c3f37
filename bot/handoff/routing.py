"""Whom a conversation is for: a team by topic, place and language; in it, who has least to do."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.handoff import presence
from bot.handoff.models import Handoff, Membership, Team
from bot.handoff.views import Colleague
from catalogue import places
from languages.profile import get_profile

# What a team knows best decides first.
_TOPIC, _PLACE, _LANGUAGE = 4, 2, 1


def route(
    session: Session, handoff: Handoff, *, keep_team: bool = False, without: str | None = None
) -> None:
    """Choose the team of a hand-off and whom it is suggested to.

    Args:
        session: a writing session.
        handoff: which.
        keep_team: its team was chosen by hand.
        without: the account that is not to be asked: it has just left it lying.
    """
    people = [one for one in presence.colleagues(session) if one.here and one.account_id != without]
    if not keep_team:
        handoff.team_id = _team(session, handoff, people)
    handoff.suggested_to = suggested(session, handoff, people)
    session.flush()


def _team(session: Session, handoff: Handoff, people: Sequence[Colleague]) -> int | None:
    best: tuple[int, int] | None = None
    chosen = None
    for team in session.scalars(select(Team).order_by(Team.id)):
        fits = _fit(session, team, handoff)
        free = max((_room(one) for one in people if team.id in one.teams), default=0)
        if fits is not None and (best is None or (fits, free) > best):
            best, chosen = (fits, free), team.id
    return chosen


def _fit(session: Session, team: Team, handoff: Handoff) -> int | None:
    """How well a team fits; None where it does not."""
    score = 0
    for weight, wanted, has in (
        (_TOPIC, handoff.topic, handoff.topic in team.topics),
        (_PLACE, handoff.place, _same_place(session, handoff.place, team.places)),
        (_LANGUAGE, handoff.language, handoff.language in team.languages),
    ):
        asks = {_TOPIC: team.topics, _PLACE: team.places, _LANGUAGE: team.languages}[weight]
        if asks and not has:
            return None
        score += weight if asks and wanted else 0
    return score


def _same_place(session: Session, place: str | None, known: Collection[str]) -> bool:
    if not place or not known:
        return False
    if place.casefold() in {one.casefold() for one in known}:
        return True
    country = get_profile().country
    meant = places.resolve(session, place, country)
    others = (places.resolve(session, one, country) for one in known)
    return meant is not None and any(o is not None and o.place.id == meant.place.id for o in others)


def suggested(session: Session, handoff: Handoff, people: Sequence[Colleague]) -> str | None:
    """Who is here, in the team, speaks the language if anybody does, and has most room."""
    able = [one for one in people if _room(one) > 0]
    if handoff.team_id is not None:
        team = select(Membership.account_id).where(Membership.team_id == handoff.team_id)
        members = set(session.scalars(team))
        able = [one for one in able if one.account_id in members] or able
    speaks = [one for one in able if handoff.language in one.languages]
    best = max(speaks or able, key=lambda one: (_room(one), one.account_id), default=None)
    return best.account_id if best else None


def _room(one: Colleague) -> int:
    return one.capacity - one.held
