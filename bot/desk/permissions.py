"""Who may do what in the console. Every view names one permission (shell/views.py)."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is; each may do what the one before it may."""

    COUNSELLOR = "counsellor"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a view asks for.

    PUBLIC: anybody, without an account. CODE: the password was right, the second step is due.
    SETUP: signed in, perhaps with a password to change or a second step to set up first. OWN:
    signed in, whatever the role. The rest belongs to roles.
    """

    PUBLIC = "public"
    CODE = "code"
    SETUP = "setup"
    OWN = "own"
    CONVERSATIONS = "conversations"
    TEAM = "team"
    ANSWERS = "answers"
    HOURS = "hours"
    QUALITY = "quality"
    FEEDS = "feeds"
    FIGURES = "figures"
    USERS_SEE = "users_see"
    USERS_MANAGE = "users_manage"
    AUDIT = "audit"


VISITOR = frozenset({Permission.PUBLIC})
HALF_WAY = VISITOR | {Permission.CODE}
NOT_SET_UP = VISITOR | {Permission.SETUP}
_COUNSELLOR = NOT_SET_UP | {Permission.OWN, Permission.CONVERSATIONS}
_SUPERVISOR = _COUNSELLOR | {
    Permission.TEAM,
    Permission.ANSWERS,
    Permission.HOURS,
    Permission.QUALITY,
    Permission.FEEDS,
    Permission.FIGURES,
    Permission.USERS_SEE,
}
ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.COUNSELLOR: _COUNSELLOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _SUPERVISOR | {Permission.USERS_MANAGE, Permission.AUDIT},
}
"""What each role may do."""
