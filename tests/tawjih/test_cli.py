import json
import re
import socket
import stat

import httpx
import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner

from settings import get_settings
from tawjih import cli, dialogue, doctor, prepare, terminal
from tawjih.cli import app
from tests.catalogue.listings import event, offer, training
from tests.stack import free_port

WIDE = {"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"}


@pytest.fixture
def tawjih(monkeypatch):
    """Runs a command and gives its exit code and all that it said."""

    def run(*words, stdin=None):
        # Consoles remember the streams of the moment they were made.
        monkeypatch.setattr(cli, "console", Console(width=200, force_terminal=False))
        monkeypatch.setattr(terminal, "stderr", Console(width=200, stderr=True))
        done = CliRunner(env=WIDE).invoke(app, list(words), input=stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def listings(tmp_path):
    def write(*rows, name="agency.yml"):
        path = tmp_path / name
        path.write_text(yaml.safe_dump(list(rows), allow_unicode=True), encoding="utf-8")
        return str(path)

    return write


def test_without_a_command_it_says_what_there_is(tawjih):
    _, said = tawjih()
    for command in ("run", "train", "parse", "evaluate", "import", "search", "doctor"):
        assert command in said


def test_an_import_tells_what_came(tawjih, catalogue, listings):
    carpenter = offer("Menuisier")
    file = listings(carpenter, training("Excel"))
    assert tawjih("import", file) == (0, "agency: 2 added\n")
    assert tawjih("import", file) == (0, "agency: 2 unchanged\n")
    other = carpenter | {"title": {"fr": "Menuisière"}}
    assert tawjih("import", listings(other)) == (0, "agency: 1 changed, 1 expired\n")


def test_what_was_rejected_is_told_with_its_line(tawjih, catalogue, listings):
    bad = offer("Menuisier [bold]") | {"contract": "for ever"}
    code, said = tawjih("import", listings(offer("Plombier"), bad))
    assert code == 1
    first, second = said.splitlines()
    assert first == "agency: 1 added, 1 rejected"
    assert second.startswith("  rejected, line ")
    assert "contract" in second


def test_an_import_may_be_named(tawjih, catalogue, listings):
    assert tawjih("import", listings(offer()), "--source", "ministry") == (0, "ministry: 1 added\n")


def test_a_file_that_is_away_is_named_and_nothing_changes(tawjih, catalogue, tmp_path):
    code, said = tawjih("import", str(tmp_path / "nowhere.yml"))
    assert code == 1
    assert "error:" in said
    assert "nowhere.yml: no such file" in said


def test_a_file_that_is_broken_as_a_whole_is_named(tawjih, catalogue, tmp_path):
    (tmp_path / "broken.yml").write_text("a: [")
    code, said = tawjih("import", str(tmp_path / "broken.yml"))
    assert code == 1
    assert "error:" in said
    assert "broken.yml" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///{home}/notes.txt", "file is not a database"),
        ("postgresql://nobody@127.0.0.1:1/x", "connection failed"),
    ],
)
def test_a_database_that_is_away_is_told_in_a_line(tawjih, home, monkeypatch, listings, url, words):
    (home / "notes.txt").write_text("no database, whatever the setting says")
    monkeypatch.setenv("DATABASE_URL", url.format(home=home))
    get_settings.cache_clear()
    code, said = tawjih("import", listings(offer()))
    assert code == 1
    assert said.startswith("error: the database cannot be used: ")
    assert words in said


def test_what_is_no_file_of_listings_is_told(tawjih, catalogue, tmp_path):
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for name, words in (
        (tmp_path, "a folder, not a file"),
        (empty, "the file is empty"),
        ("[/b]", "[/b]: no such file"),
    ):
        code, said = tawjih("import", str(name))
        assert code == 1
        assert words in said


def test_a_search_prints_what_it_understood_and_why(tawjih, catalogue, listings):
    tawjih("import", listings(offer("Menuisier d'atelier", organisation="Bois & Cie")))
    code, said = tawjih("search", "نجار", "--place", "dar beida")
    assert code == 0
    assert "Casablanca" in said.splitlines()[0]
    assert "1 found" in said
    assert "Menuisier d'atelier" in said
    assert "Bois & Cie" in said
    assert "same_occupation" in said
    assert "widened" not in said


def test_a_search_tells_that_it_was_widened(tawjih, catalogue, listings):
    tawjih("import", listings(offer()))
    _, said = tawjih("search", "menuisier", "--place", "Agadir")
    assert "widened: country" in said


@pytest.mark.parametrize(
    ("kind", "words", "title"), [("training", "Excel", "Excel"), ("event", "forum", "Forum")]
)
def test_other_kinds_are_searched_by_topic(tawjih, catalogue, listings, kind, words, title):
    tawjih("import", listings(training("Excel", starts_in_days=4), event("Forum de l'emploi")))
    code, said = tawjih("search", words, "--kind", kind)
    assert code == 0
    assert "1 found" in said
    assert title in said


def test_a_search_for_nothing_finds_nothing(tawjih, catalogue):
    assert "0 found" in tawjih("search", "zqxjkv")[1]


@pytest.mark.parametrize("words", [("--limit", "0"), ("--limit", "51"), ("--kind", "house")])
def test_a_wrong_option_is_refused(tawjih, catalogue, words):
    assert tawjih("search", "x", *words)[0] == 2


def test_training_only_when_something_changed(tawjih, home, monkeypatch):
    trained = []
    monkeypatch.setattr(dialogue, "is_stale", lambda: False)
    monkeypatch.setattr(dialogue, "train", lambda: trained.append(1))
    assert tawjih("train") == (0, "The model is up to date.\n")
    assert trained == []
    assert tawjih("train", "--force")[0] == 0
    assert trained == [1]


def test_a_training_that_fails_is_told_in_plain_words(tawjih, home, dialogue_python):
    dialogue_python("echo 'no such intent'; exit 1")
    code, said = tawjih("train", "--force")
    assert code == 1
    assert "training failed" in said
    assert "no such intent" in said
    assert "Traceback" not in said


@pytest.fixture
def model(home):
    path = home / "models/tawjih.tar.gz"
    path.parent.mkdir()
    path.write_text("a model")
    return path


def test_parse_reads_lines_and_writes_json(tawjih, model, dialogue_python):
    dialogue_python("cat")
    code, said = tawjih("parse", "--language", "ar", stdin="salut\n\nأهلا \n")
    assert code == 0
    assert [json.loads(line) for line in said.splitlines()] == [
        {"text": "salut", "language": "ar"},
        {"text": "أهلا ", "language": "ar"},
    ]


def test_evaluate_prints_and_writes_its_figures(tawjih, model, dialogue_python, tmp_path):
    answer = {"intent": "greet", "language": "fr", "entities": [], "ms": 2.0}
    dialogue_python(f"cat > /dev/null; for i in 1 2; do echo '{json.dumps(answer)}'; done")
    lines = [
        {"text": "salut", "intent": "greet", "variety": "fr", "language": "fr"},
        {"text": "stop", "intent": "cancel", "variety": "en", "language": "en"},
    ]
    file, out = tmp_path / "some.jsonl", tmp_path / "out.json"
    file.write_text("\n".join(map(json.dumps, lines)))
    code, said = tawjih("evaluate", str(file), "--json", str(out))
    assert code == 0
    assert "50.0%" in said
    assert "macro_f1" in said
    assert json.loads(out.read_text())["accuracy"] == 0.5


def test_evaluate_names_a_bad_line(tawjih, model, tmp_path):
    file = tmp_path / "some.jsonl"
    file.write_text("{}\n")
    code, said = tawjih("evaluate", str(file))
    assert code == 1
    assert "some.jsonl:1" in said


def test_evaluate_without_a_model_says_what_to_do(tawjih, home, tmp_path):
    file = tmp_path / "some.jsonl"
    file.write_text('{"text": "x", "intent": "greet", "variety": "fr", "language": "fr"}\n')
    code, said = tawjih("evaluate", str(file))
    assert code == 1
    assert "tawjih train" in said


def test_evaluate_a_file_that_is_away(tawjih, tmp_path):
    assert tawjih("evaluate", str(tmp_path / "nowhere.jsonl"))[0] == 2


@pytest.mark.parametrize("command", ["doctor", "prepare", "import x.yml", "search x", "train"])
def test_a_wrong_setting_is_told_by_its_name_and_without_a_traceback(
    tawjih, home, monkeypatch, command
):
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    get_settings.cache_clear()
    code, said = tawjih(*command.split())
    monkeypatch.delenv("LOG_LEVEL")
    get_settings.cache_clear()
    assert code == 1
    assert "LOG_LEVEL" in said
    assert "Traceback" not in said


def test_the_doctor_finds_what_is_missing_and_says_what_to_do(tawjih, home, monkeypatch, tmp_path):
    monkeypatch.setenv("DIALOGUE_PYTHON", str(tmp_path / "nowhere"))
    code, said = tawjih("doctor")
    assert code == 1
    states = {
        line.split(":")[0].split(maxsplit=1)[1]: line.split()[0] for line in said.splitlines()
    }
    assert states == {
        "settings": "ok",
        "profile": "ok",
        "replies": "ok",
        "dialogue environment": "wrong",
        "model": "wrong",
        "database": "wrong",
        "catalogue": "wrong",
        "feeds": "wrong",
        "translation": "ok",
        "running": "ok",
    }
    for told in ("make setup", "tawjih train", "tawjih prepare", "not running"):
        assert told in said


def test_the_doctor_is_content(tawjih, catalogue, model, dialogue_python, monkeypatch):
    dialogue_python("echo Python 3.10.13")
    monkeypatch.setattr(dialogue, "is_stale", lambda: False)
    code, said = tawjih("doctor")
    assert code == 0, said
    assert "Python 3.10.13" in said
    assert "0 listings" in said


def test_the_doctor_says_that_the_model_is_older_than_its_data(
    tawjih, catalogue, model, dialogue_python
):
    dialogue_python("echo Python 3.10.13")
    code, said = tawjih("doctor")
    assert code == 1
    assert "older than its data" in said


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ('{"parts":{"rasa":"ok","actions":"ok"}}', "ok    running: every part answers"),
        ('{"parts":{"rasa":"away","actions":"ok"}}', "wrong running: does not answer: rasa"),
        ("<html>somebody else's page</html>", "wrong running: another programme"),
        ("[]", "wrong running: another programme"),
    ],
)
def test_the_doctor_asks_what_runs(tawjih, home, monkeypatch, answer, told):
    monkeypatch.setattr(doctor.httpx, "get", lambda *_, **__: httpx.Response(200, text=answer))
    _, said = tawjih("doctor")
    assert re.sub(" +", " ", said.splitlines()[-1]).startswith(re.sub(" +", " ", told))


@pytest.fixture
def taken(home, monkeypatch):
    """A port that somebody listens on, given to one of the parts."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def give(name):
            for other in ("PORT", "RASA_PORT", "ACTIONS_PORT"):
                monkeypatch.setenv(other, str(free_port()))
            port = listening.getsockname()[1]
            monkeypatch.setenv(name, str(port))
            get_settings.cache_clear()
            return port

        yield give


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTIONS_PORT"])
def test_a_port_that_is_taken_is_told_by_its_name(tawjih, taken, name):
    port = taken(name)
    code, said = tawjih("run")
    assert code == 1
    assert f"{name}: port {port} is taken" in said


def test_prepare_does_once_what_is_to_be_done(tawjih, catalogue, home, monkeypatch, tmp_path):
    trained = []
    monkeypatch.setattr(dialogue, "is_stale", lambda: not trained)
    monkeypatch.setattr(dialogue, "train", lambda: trained.append(1))
    loads = []
    monkeypatch.setattr(prepare, "load_demo", lambda *_, country: loads.append(country) or {})
    code, said = tawjih("prepare")
    assert (code, "dialogue: trained" in said) == (0, True)
    assert stat.S_IMODE((home / "dialogue.secret").stat().st_mode) == 0o600
    assert tawjih("prepare") == (0, "")
    assert trained == [1]
    assert loads == ["MA", "MA"]


def test_prepare_may_leave_the_training_out(tawjih, catalogue, monkeypatch):
    monkeypatch.setattr(dialogue, "is_stale", lambda: True)
    monkeypatch.setattr(dialogue, "train", lambda: pytest.fail("trained"))
    monkeypatch.setattr(prepare, "load_demo", lambda *_, **__: {})
    assert tawjih("prepare", "--no-train")[0] == 0
