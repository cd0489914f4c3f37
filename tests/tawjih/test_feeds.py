"""Feeds from the command line."""

import json

import pytest
from rich.console import Console
from typer.testing import CliRunner

from settings import ROOT
from tawjih import cli, feed_commands, feed_runs, feeds, terminal
from tawjih.cli import app

SAMPLES = ROOT / "catalogue" / "feeds"
FEED = """
like: offers-table
publisher: Chamber
file: offers.csv
bounds: {least: 2}
"""


@pytest.fixture
def tawjih(monkeypatch):
    def run(*words):
        for module in (cli, feed_commands):
            monkeypatch.setattr(module, "console", Console(width=200, force_terminal=False))
        monkeypatch.setattr(terminal, "stderr", Console(width=200, stderr=True))
        done = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, list(words))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def chamber(home, catalogue, vocabulary_folder, monkeypatch):
    """A feed of the deployment's own, on a file that it drops."""
    real = feed_runs.load_vocabulary
    monkeypatch.setattr(feed_runs, "load_vocabulary", lambda base: real(base, vocabulary_folder))
    folder = home / "feeds"
    folder.mkdir()
    (folder / "chamber.yml").write_text(FEED)
    (folder / "offers.csv").write_bytes((SAMPLES / "offers-table.sample.csv").read_bytes())
    return folder


def test_feeds_are_listed(tawjih, chamber):
    code, said = tawjih("feeds", "list")
    assert code == 0
    for words in ("hello-work", "no address yet", "france-travail", "chamber", "when asked for"):
        assert words in said


def test_a_feed_that_is_wrong_is_named_beside_the_others(tawjih, chamber):
    (chamber / "wrong.yml").write_text("like: rss\nlanguage: de")
    code, said = tawjih("feeds", "list")
    assert code == 1
    assert "hello-work" in said
    assert "wrong.yml: language" in said


def test_a_feed_runs_and_its_status_tells(tawjih, chamber):
    assert tawjih("feeds", "status") == (0, "No run yet.\n")
    assert tawjih("feeds", "run", "chamber") == (0, "chamber: 2 added\n")
    assert tawjih("import", "chamber") == (0, "chamber: 2 unchanged\n")
    code, said = tawjih("feeds", "status")
    assert code == 0
    assert "2 unchanged" in said
    assert tawjih("feeds", "status", "chamber")[1].count("done") == 2


def test_a_feed_out_of_bounds_is_refused_told_and_believed_by_force(tawjih, chamber):
    tawjih("feeds", "run", "chamber")
    head, first, *_ = (chamber / "offers.csv").read_text().splitlines(keepends=True)
    (chamber / "offers.csv").write_text(head + first)
    code, said = tawjih("feeds", "run", "chamber")
    assert code == 1
    assert "chamber: refused" in said
    assert "1 usable listings, fewer than 2: nothing was changed" in said
    assert "--force" in said
    assert tawjih("feeds", "status")[0] == 1
    code, said = tawjih("doctor")
    assert "wrong feeds: chamber refused: 1 usable listings" in said
    assert tawjih("feeds", "run", "chamber", "--force")[1] == "chamber: 1 unchanged, 1 expired\n"
    assert tawjih("feeds", "status")[0] == 0


def test_a_file_is_read_as_a_feed(tawjih, chamber):
    file = SAMPLES / "hello-work.sample.xml"
    assert tawjih("import", str(file), "--like", "hello-work") == (0, "hello-work: 2 added\n")
    assert (
        tawjih("import", str(file), "--like", "hello-work", "--source", "other")[1]
        == "other: 2 added\n"
    )


def test_fields_that_nobody_reads_are_told(tawjih, chamber, tmp_path):
    text = (SAMPLES / "jooble.sample.xml").read_text()
    (tmp_path / "new.xml").write_text(
        text.replace("<cpc>12</cpc>", "<cpc>12</cpc><bonus>yes</bonus>")
    )
    code, said = tawjih("import", str(tmp_path / "new.xml"), "--like", "jooble")
    assert code == 0
    assert "nobody reads the field bonus (2 rows)" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("feeds", "run", "nobody"), "nobody: no feed of this name"),
        (("import", "nobody"), "nobody: no such file, and no feed of this name"),
        (("feeds", "run", "hello-work"), "it has no url"),
        (("import", str(SAMPLES / "rss.sample.xml")), "not one of .yml"),
        (("import", str(SAMPLES / "rss.sample.xml"), "--like", "nobody"), "no feed of this name"),
        (("import", str(SAMPLES / "rss.sample.xml"), "--like", "apec"), "fewer than 1"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(tawjih, chamber, words, told):
    code, said = tawjih(*words)
    assert code == 1
    assert told in said
    assert "Traceback" not in said


def test_a_workbook_of_ones_own_is_imported(tawjih, chamber, tmp_path):
    rows = [{"id": "1", "kind": "offer", "title.fr": "Menuisier", "place": "Casablanca"}]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert tawjih("import", str(tmp_path / "mine.jsonl")) == (0, "mine: 1 added\n")


def test_a_bar_follows_a_long_import_in_a_terminal():
    shown = Console(force_terminal=True, width=80, record=True, color_system=None)
    with feeds._bar(shown) as bar:  # noqa: SLF001
        bar("reading", 5, None)
        bar("importing", 3, 10)
        [task] = bar._bar.tasks  # noqa: SLF001
        assert (task.description, task.completed, task.total) == ("importing", 3, 10)
