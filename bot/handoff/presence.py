"""Who is at the desk, and how much they have in hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.handoff.models import Handoff, Membership, Presence, Team
from bot.handoff.views import Actor, Colleague, TeamView
from bot.incoming import clean
from errors import BadInput, NotThere
from languages.profile import TeamOfDesk
from store.base import now

GONE_AFTER = timedelta(seconds=90)
"""Whoever was not seen for so long is not here: three heartbeats."""


def here(
    session: Session, actor: Actor, languages: Sequence[str], capacity: int, status: str
) -> bool:
    """Note that somebody is at the desk; whether that is news."""
    row = session.get(Presence, actor.id)
    known = row is not None and is_here(row, now()) and row.status == status
    if row is None:
        row = Presence(account_id=actor.id, name=actor.name)
        session.add(row)
    row.name, row.named, row.status = actor.name[:80], actor.named, status
    row.languages, row.capacity = list(languages), capacity
    row.seen_at = now()
    session.flush()
    return not known


def leave(session: Session, account_id: str, *, for_good: bool = False) -> None:
    """Note that somebody has signed out, or `for_good` that they are to sign in no more.

    What becomes of the conversations that they hold, the watch decides by the profile.
    """
    row = session.get(Presence, account_id)
    if row is not None:
        row.seen_at, row.status = now() - GONE_AFTER, "gone" if for_good else "left"
        session.flush()


def is_here(row: Presence, moment: datetime) -> bool:
    """Whether somebody is at the desk and takes conversations."""
    return row.status == "here" and row.seen_at > moment - GONE_AFTER


def anybody(session: Session, moment: datetime) -> bool:
    """Whether anybody is at the desk."""
    seen = Presence.seen_at > moment - GONE_AFTER
    query = select(Presence.account_id).where(Presence.status == "here", seen).limit(1)
    return session.execute(query).first() is not None


def colleagues(session: Session) -> list[Colleague]:
    """Everybody who was ever at the desk, who is here first."""
    moment = now()
    counted = select(Handoff.account_id, func.count()).where(Handoff.state == "held")
    rows = session.execute(counted.group_by(Handoff.account_id)).all()
    held = {row[0]: row[1] for row in rows}
    teams: dict[str, list[int]] = {}
    for one in session.scalars(select(Membership)):
        teams.setdefault(one.account_id, []).append(one.team_id)
    found = [
        Colleague(
            account_id=row.account_id,
            name=row.name,
            here=is_here(row, moment),
            status=row.status,
            languages=row.languages,
            capacity=row.capacity,
            held=held.get(row.account_id, 0),
            seen_at=row.seen_at,
            teams=teams.get(row.account_id, []),
        )
        for row in session.scalars(select(Presence))
    ]
    return sorted(found, key=lambda one: (not one.here, one.name))


def teams(session: Session) -> list[TeamView]:
    """Every team with its members, by name."""
    members: dict[int, list[str]] = {}
    for one in session.scalars(select(Membership).order_by(Membership.account_id)):
        members.setdefault(one.team_id, []).append(one.account_id)
    return [
        TeamView(row.id, row.name, row.languages, row.places, row.topics, members.get(row.id, []))
        for row in session.scalars(select(Team).order_by(Team.name))
    ]


def begin_with(session: Session, wanted: Sequence[TeamOfDesk]) -> None:
    """Make the profile's teams where there is none yet; later ones are the supervisors'."""
    if session.execute(select(Team.id).limit(1)).first() is None:
        for one in wanted:
            session.add(Team(**one.model_dump()))
    session.flush()


def save_team(session: Session, view: TeamView) -> int:
    """Make (id 0) or change a team, its members with it.

    Raises:
        BadInput: without a name, or with another team's. NotThere: there is no such team.
    """
    name = clean(view.name)
    twin = session.scalars(select(Team).where(Team.name == name)).one_or_none()
    if not 0 < len(name) <= 80 or (twin is not None and twin.id != view.id):  # noqa: PLR2004 - the column's
        raise BadInput("a team needs a name of its own, of 80 characters at most")
    row = session.get(Team, view.id) if view.id else Team(name=name)
    if row is None:
        raise NotThere(f"no team {view.id}")
    row.name, row.languages = name, list(view.languages)
    row.places, row.topics = list(view.places), list(view.topics)
    session.add(row)
    session.flush()
    session.execute(delete(Membership).where(Membership.team_id == row.id))
    session.add_all(Membership(team_id=row.id, account_id=one) for one in set(view.members))
    session.flush()
    return row.id


def delete_team(session: Session, team_id: int) -> None:
    """Delete a team; who waited for it waits for anybody.

    Raises:
        NotThere: there is no such team.
    """
    row = session.get(Team, team_id)
    if row is None:
        raise NotThere(f"no team {team_id}")
    session.delete(row)
    session.flush()
