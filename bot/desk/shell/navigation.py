"""The pages that stand in the console's navigation, in their order."""

from dataclasses import dataclass

from bot.desk.permissions import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """One page: its path below /desk, the key of its word, who sees it, its sign."""

    path: str
    word: str
    permission: Permission
    icon: str


NAVIGATION: tuple[Item, ...] = (
    Item("/inbox", "nav_inbox", Permission.CONVERSATIONS, "inbox"),
    Item("/answers", "nav_answers", Permission.ANSWERS, "answers"),
    Item("/appointments", "nav_appointments", Permission.CONVERSATIONS, "calendar"),
    Item("/team", "nav_team", Permission.TEAM, "team"),
    Item("/hours", "nav_hours", Permission.HOURS, "clock"),
    Item("/quality", "nav_quality", Permission.QUALITY, "quality"),
    Item("/figures", "nav_figures", Permission.FIGURES, "figures"),
    Item("/feeds", "nav_feeds", Permission.FEEDS, "feeds"),
    Item("/users", "nav_users", Permission.USERS_SEE, "people"),
    Item("/audit", "nav_audit", Permission.AUDIT, "trail"),
)
"""A feature adds its line here; its word stands in words/*.yml, its sign in shell/icons.html."""
