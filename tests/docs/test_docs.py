"""What the documents promise is there, and what is there stands in the documents."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import SecretStr
from typer.core import TyperGroup, TyperOption

from catalogue.listing_in import ListingIn
from catalogue.models import Contract, Kind
from settings import ROOT, Settings
from tawjih.cli import app
from tawjih.evaluation import Example, report

TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
PAGES = [path for path in TRACKED if path.suffix == ".md"]
# What somebody wrote to the service may hold any address.
WORDS_OF_PEOPLE = ("data/nlu/", "tests/nlu/")
# Names of ours in a private network, and those that RFC 2606 and 6761 keep free for examples.
OUR_HOSTS = re.compile(
    r"(localhost|127\.0\.0\.1|[a-z]*|(\*\.)?([\w-]+\.)*example(\.(com|net|org))?)(:\d+)?",
    re.IGNORECASE,
)
OTHER_HOSTS = {
    # what feeds are addressed to, and the namespaces of their forms
    "api.francetravail.io",
    "entreprise.francetravail.fr",
    "purl.org",
    "schema.org",
    # Meta's platforms: where messages go, and where its documentation stands
    "graph.facebook.com",
    "developers.facebook.com",
    "m.me",
    "wa.me",
    "www.hr-xml.org",
    "www.w3.org",
    # Telegram: its Bot API, and the addresses that open a chat
    "api.telegram.org",
    "t.me",
    "github.com",
    "keepachangelog.com",
    "opendatacommons.org",
    "semver.org",
}
REGISTRY = {"pypi.org", "files.pythonhosted.org"}
URL = re.compile(r"(?:https?|wss?|ftp|git|ssh)://(?:[^/\s@]*@)?([^/\s\"'()<>`,;\\]*)")
OWN_PATH = re.compile(r"(?<![\w.~-])/(root|home|work|Users)/")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
PICTURE_BYTES = 250_000

INSTALL = (ROOT / "docs/install.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NLU = (ROOT / "docs/nlu.md").read_text(encoding="utf-8")
EVALUATION = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

SETTINGS = {name.upper(): field for name, field in Settings.model_fields.items()}
TABLE = {
    name: default.strip(" `")
    for name, default in re.findall(r"^\| `([A-Z_]+)` \|([^|]*)\|", INSTALL, re.MULTILINE)
}
GIVEN = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
FOR_COMPOSE_ALONE = {"POSTGRES_PASSWORD", "EDGE_BIND"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")


def default_of(name: str) -> str:
    """A setting's default as a person would write it."""
    default = SETTINGS[name].default
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, Path):
        return relative(default)
    return f"{default:g}" if isinstance(default, float) else str(default)


# Settings


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_stands_in_the_example_with_its_default_and_a_sentence(name):
    assert GIVEN.get(name) == default_of(name)
    above = EXAMPLE.split(f"\n{name}=")[0].rsplit("\n\n", 1)[-1]
    assert "#" in above


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_stands_in_the_installers_table_with_its_default(name):
    assert TABLE.get(name) == default_of(name)


def test_no_setting_is_told_that_is_none():
    assert set(TABLE) == set(SETTINGS)
    assert set(GIVEN) - set(SETTINGS) == FOR_COMPOSE_ALONE


def test_the_example_is_a_valid_set_of_settings(monkeypatch):
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


# Commands


def commands(group: Any, name: str) -> dict[str, Any]:
    """Every command by its full name."""
    if not isinstance(group, TyperGroup):
        return {name: group}
    # A group may be a command itself, when no word follows.
    found: dict[str, Any] = {name: group} if group.invoke_without_command else {}
    for word, one in group.commands.items():
        found |= commands(one, f"{name} {word}")
    return found


ALL = commands(typer.main.get_command(app), "tawjih")
SECTIONS = {
    part.partition("\n")[0]: part for part in re.split(r"^## ", COMMANDS, flags=re.MULTILINE)[1:]
}


def test_each_command_has_its_section_and_each_section_its_command():
    assert set(SECTIONS) == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_options_of_a_command_are_told_as_they_are(name):
    own = {
        word
        for parameter in ALL[name].params
        if isinstance(parameter, TyperOption)
        for word in (*parameter.opts, *parameter.secondary_opts)
    }
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", SECTIONS[name]))
    assert told <= own
    # An option and its opposite are one; the one that changes something is told.
    for parameter in ALL[name].params:
        if isinstance(parameter, TyperOption):
            assert told & {*parameter.opts, *parameter.secondary_opts}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_command_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    for words in re.findall(r"(?:uv run|^|`)\s*tawjih ((?:[a-z]+ ?)+)", text, re.MULTILINE):
        named = f"tawjih {words.strip()}"
        assert any(named == one or named.startswith(f"{one} ") for one in ALL), named


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_a_target_of_make_that_a_page_names_exists(page):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"(?:^|`|=\S+ )make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)


@pytest.mark.parametrize("field", ListingIn.model_fields)
def test_a_field_of_a_listing_is_told(field):
    assert f"`{field}`" in SECTIONS["tawjih import"]


@pytest.mark.parametrize("name", [*Contract, *Kind])
def test_a_kind_and_a_contract_are_told(name):
    assert f"`{name.value}`" in SECTIONS["tawjih import"]


# The map of the house


def rooms() -> set[str]:
    inside = [relative(path).split("/") for path in TRACKED]
    return {f"{parts[0]}/" for parts in inside if len(parts) > 1 and not parts[0].startswith(".")}


ROWS = re.findall(r"^\| ((?:`[^`]+` ?)+)\|", README, re.MULTILINE)
MAP = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row)}


def test_every_room_is_on_the_map():
    assert rooms() - MAP == set()


def test_everything_on_the_map_is_there():
    assert [name for name in MAP if not (ROOT / name).exists()] == []


# Links, pictures, addresses


def links(page: Path) -> list[tuple[str, str]]:
    """(path, anchor) of each link to a file; what stands in code is no link."""
    prose = re.sub(
        r"^```.*?^```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    return LINK.findall(prose)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_relative_links_lead_somewhere(page):
    for target, anchor in links(page):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(path), f"{target}{anchor}"


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for target, _ in links(page):
            path = (page.parent / target).resolve()
            found = sorted(path.glob("*.md")) if path.is_dir() else [path]
            waiting += [one for one in found if one.suffix == ".md" and one not in reached]
    assert {relative(page) for page in PAGES} - {relative(page) for page in reached} == set()


def test_pictures_are_light():
    pictures = [path for path in TRACKED if path.is_relative_to(ROOT / "docs/images")]
    assert pictures
    assert [relative(path) for path in pictures if path.stat().st_size > PICTURE_BYTES] == []


@pytest.mark.parametrize("path", TRACKED, ids=relative)
def test_no_path_of_one_machine_and_no_strange_host(path):
    if relative(path).startswith(WORDS_OF_PEOPLE):
        return
    text = text_of(path)
    if path.name == "uv.lock":
        assert set(URL.findall(text)) <= REGISTRY
        return
    if path.name == "package-lock.json":  # whom its packages ask money for is their affair
        assert '"resolved"' not in text
        return
    assert OWN_PATH.search(text) is None
    # A host with a gap in it is filled at run time, from settings.
    # What ends a sentence is no part of a host.
    hosts = {host.rstrip(".:") for host in URL.findall(text) if not re.search(r"[${\[]", host)}
    assert {h for h in hosts if not OUR_HOSTS.fullmatch(h)} <= OTHER_HOSTS


# Understanding


def test_folders_of_examples_that_are_told_exist_and_the_others_are_told():
    told = {name.rstrip("/") for name in re.findall(r"`(data/nlu/\w[^`]*/)`", NLU)}
    assert [name for name in told if not (ROOT / name).is_dir()] == []
    folder = ROOT / "data/nlu"
    varieties = {*folder.glob("ar/*/"), *folder.glob("*/mixed/"), folder / "en", folder / "fr"}
    assert {relative(path) for path in varieties} == told


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_folders_of_the_repository_that_a_page_names_exist(page):
    names = re.findall(
        r"`((?:data|docs|tests|bot|actions|catalogue|dialogue|replies|store)/[\w./-]*)`",
        page.read_text(encoding="utf-8"),
    )
    built_later = ("dialogue/.venv",)
    assert [n for n in names if not n.startswith(built_later) and not (ROOT / n).exists()] == []


def test_the_example_of_an_evaluation_file_can_be_read():
    line = re.search(r"```json\n(.+)\n```", EVALUATION)
    assert line
    example = Example.model_validate_json(line[1])
    assert set(json.loads(line[1])) == set(Example.model_fields)
    assert all(one.value in example.text for one in example.entities or [])


def test_each_figure_is_explained():
    example = Example(text="ok", intent="affirm", variety="en", language="en", entities=[])
    parsed = {"intent": "affirm", "language": "en", "entities": [], "ms": 1.0}
    figures = set(report([example], [parsed])) - {"examples"}
    assert [name for name in sorted(figures) if f"| `{name}` |" not in EVALUATION] == []
