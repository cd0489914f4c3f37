"""`tawjih translate`: install models, list them, try them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress
from rich.table import Table

from errors import BadInput, DataError, TawjihError
from languages.registry import get_languages
from languages.translation import cache, index
from languages.translation.argos import index_url
from languages.translation.install import install
from languages.translation.packages import Installed, Packages, Pair
from languages.translation.result import Sentence
from languages.translation.translator import MOST, Translator, assembled
from settings import get_settings
from store.engine import get_database
from store.migrate import upgrade

_PIVOT = "en"
_HASH = re.compile("[0-9a-f]{64}")


def install_files(
    console: Console, files: list[Path], hashes: list[str], *, from_index: bool, trust: bool
) -> None:
    """Install package files, or those of the index for every language of the service.

    Raises:
        TawjihError: naming the file that is not installed; those before it are.
    """
    given = {word.strip().lower().removeprefix("sha256:") for word in hashes}
    wrong = sorted(one for one in given if not _HASH.fullmatch(one))
    if wrong:
        raise BadInput(f"--hash: {wrong[0]} is no SHA-256 in hexadecimal")
    if bool(files) == from_index:
        raise BadInput("name package files, or say --from-index")
    packages = Packages()
    known = None if trust else given | index.known_hashes()
    for path in files:
        _told(console, _installed(path, packages, known))
    if from_index:
        _from_index(console, packages, given, trust=trust)
    _forget_old()


def _installed(path: Path, packages: Packages, known: set[str] | None) -> Installed:
    try:
        return install(path, packages, known)
    except DataError as error:
        if "not a known one" not in str(error):
            raise
        raise DataError(f"{error}: give it with --hash if its source confirms it") from None


def _from_index(console: Console, packages: Packages, given: set[str], *, trust: bool) -> None:
    url = get_settings().translation_index or index_url(packages.home)
    for offer in index.offers(url, _wanted()):
        with TemporaryDirectory(dir=_made(packages.home), prefix=".load-") as folder:
            with _bar(console, f"{offer.source} → {offer.target}") as progress:
                path = index.fetch(offer, Path(folder), progress)
            known = None if trust else given | set(offer.hashes)
            _told(console, _installed(path, packages, known))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _wanted() -> list[Pair]:
    """Every language of the service into English and back: the others go through it."""
    others = [code for code in get_languages() if code != _PIVOT]
    return [pair for code in others for pair in ((_PIVOT, code), (code, _PIVOT))]


@contextmanager
def _bar(console: Console, title: str) -> Iterator[index.Progress]:
    columns = ("{task.description}", BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(title, total=None)
        yield lambda done, size: bars.update(bar, completed=done, total=size or None)


def _told(console: Console, one: Installed) -> None:
    console.print(f"{one.source} → {one.target}: version {one.version}, SHA-256 {one.sha256}",
                  highlight=False, soft_wrap=True)  # fmt: skip


def _forget_old() -> None:
    database = get_database()
    upgrade(database)
    with database.write() as session:
        cache.forget(session)


def list_packages(console: Console) -> None:
    """What is installed, and which languages it joins."""
    packages = Packages()
    if not packages.pairs():
        console.print("No models: texts are shown as they were published. "
                      "`tawjih translate install --from-index` fetches them.",
                      highlight=False, soft_wrap=True)  # fmt: skip
        return
    table = Table("from", "to", "version", "installed", "SHA-256")
    for one in packages.installed().values():
        table.add_row(one.source, one.target, one.version, one.installed_at[:10], one.sha256[:16])
    console.print(table)
    for source, target in packages.pairs():
        if len(packages.route(source, target)) > 1:
            middle = packages.route(source, target)[0].target
            console.print(f"{source} → {target} through {middle}", highlight=False)


def try_text(console: Console, text: str, source: str, target: str, names: list[str]) -> None:
    """Translate a text and tell of each sentence that stayed as it was, why.

    Raises:
        BadInput: the text is too long.
        TawjihError: there are no models for it.
    """
    translator = Translator(threads=get_settings().translation_threads)
    if not translator.can(source, target):
        raise TawjihError(f"no models from {source} to {target}: see `tawjih translate list`")
    if len(text) > MOST:
        raise BadInput(f"more than {MOST} characters")
    pieces = translator.pieces(text, source, target, names)
    made = assembled(text, pieces)
    console.print(made.text, highlight=False, markup=False, soft_wrap=True)
    if not made.automatic:
        console.print("(the original: nothing was translated)", style="dim")
    for one in pieces:
        if isinstance(one, Sentence) and one.fault:
            console.print(f"kept as it was ({one.fault}): {one.original}",
                          highlight=False, markup=False, soft_wrap=True)  # fmt: skip
