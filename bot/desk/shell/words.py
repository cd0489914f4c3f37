"""The console's own words: bot/desk/words/*.yml, three languages side by side."""

from pathlib import Path

from languages.profile import Profile
from languages.replies import Replies

FOLDER = Path(__file__).parents[1] / "words"


def load(profile: Profile) -> Replies:
    """The words of every file, by key.

    Raises:
        DataError: a file cannot be read, or a key stands twice.
    """
    return Replies(FOLDER, profile)
