"""What must be true before anybody is answered: migrated, loaded, trained. Done once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from catalogue.demo import load_demo
from catalogue.vocabulary import load_vocabulary
from languages.profile import get_profile
from languages.replies import get_replies
from settings import get_settings
from store.engine import Database, get_database
from store.migrate import is_current, upgrade
from tawjih import dialogue
from tawjih.feeds import told


def prepare(console: Console, *, training: bool = True) -> None:
    """Bring state to what the code and files say; what has not changed costs nothing."""
    settings = get_settings()
    # Messages of persons lie in it: nobody else on the machine reads them.
    settings.tawjih_home.mkdir(parents=True, exist_ok=True, mode=0o700)
    get_replies()
    _ = settings.secret  # made once, before two processes want it at the same moment
    database = get_database()
    if not is_current(database):
        console.print("· database: migrating")
        upgrade(database)
    with console.status("occupations and places"):
        if load_vocabulary(database):
            console.print("· occupations and places: loaded")
    if get_profile().demo:
        _load_demo(console, database)
    if training and dialogue.is_stale():
        with console.status("training the dialogue, about two minutes"):
            dialogue.train()
        console.print("· dialogue: trained")


def _load_demo(console: Console, database: Database) -> None:
    profile = get_profile()
    today = datetime.now(ZoneInfo(profile.timezone)).date()
    with console.status("demonstration listings"):
        done = load_demo(database, today, country=profile.country)
    for source, summary in done.items():
        console.print(f"· {source}: {told(summary)}", highlight=False)
