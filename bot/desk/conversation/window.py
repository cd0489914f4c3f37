"""Until when a channel lets us write to somebody, and what its counsellor is told of that.

The channels themselves have the last word (bot/channels): what they refuse all the same is marked
failed, with the reason, in the transcript. Here nothing is written that is known to be refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.meta.graph import COUNSELLORS_WINDOW, WINDOW
from languages.profile import Profile
from store.base import now

WHATSAPP, MESSENGER = "whatsapp", "messenger"


@dataclass(frozen=True, slots=True)
class Window:
    """What may be written now.

    Attributes:
        note: the console's word that tells of it; empty where there is nothing to tell.
        shut: nothing goes through.
        template: what is written goes out inside an approved message.
    """

    note: str = ""
    shut: bool = False
    template: bool = False


def of(channel: str, said_at: datetime | None, language: str, profile: Profile) -> Window:
    """The window of a person.

    Args:
        channel: on which they write.
        said_at: when they last did.
        language: that they read.
        profile: the deployment's, with its approved templates.
    """
    silent = now() - said_at if said_at else timedelta.max
    if channel == WHATSAPP and silent >= WINDOW:
        if profile.whatsapp_template("counsellor", language):
            return Window("window_template", template=True)
        return Window("window_closed", shut=True)
    if channel == MESSENGER and silent >= COUNSELLORS_WINDOW:
        return Window("window_over", shut=True)
    if channel == MESSENGER and silent >= WINDOW:
        return Window("window_late")
    return Window()
