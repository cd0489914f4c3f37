import json
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rich.console import Console
from typer.testing import CliRunner

from languages.translation import cache, index
from languages.translation.install import hash_of
from languages.translation.packages import Packages
from languages.translation.result import Wish
from settings import get_settings
from store.engine import get_database
from tawjih import cli, doctor, terminal
from tawjih import translate as commands
from tawjih.cli import app
from tests.languages.translation.make_argos import FOLDER

FILES = [str(path) for path in sorted(FOLDER.glob("*.argosmodel"))]
FR_EN = FOLDER / "translate-fr_en.argosmodel"


@pytest.fixture
def translate(home, monkeypatch):
    """Runs `tawjih translate …` and gives its exit code and all that it said."""

    def run(*words):
        for module in (cli, commands):
            monkeypatch.setattr(module, "console", Console(width=200, force_terminal=False))
        monkeypatch.setattr(terminal, "stderr", Console(width=200, stderr=True))
        done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["translate", *words])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return run


def test_from_nothing_to_a_translation(translate, home):
    assert "No models" in translate("list")[1]
    code, said = translate("install", "--trust", *FILES)
    assert code == 0
    assert f"fr → en: version 1.0, SHA-256 {hash_of(FR_EN)}" in said
    assert (home / "translation/packages").is_dir()
    code, said = translate("list")
    assert code == 0
    assert "fr → ar through en" in said
    code, said = translate(
        "try", "Bonjour Zorb. Zo blick quanv trem.", "--to", "en", "--keep", "Zorb"
    )
    assert code == 0
    assert said.splitlines()[0] == "Bonjour Zorb. Zo blick quanv trem."  # more was kept than done
    code, said = translate("try", "Bonjour. Salaire 4000 MAD. Zo bli qua tre.", "--to", "en")
    assert said.splitlines() == [
        "Hello. Pay 4000 MAD. Zo bli qua tre.", "kept as it was (copied): Zo bli qua tre."
    ]  # fmt: skip


def test_the_doctor_tells_which_languages_are_joined(translate, home):
    assert "no models" in doctor._translation()  # noqa: SLF001
    translate("install", "--trust", *FILES)
    assert doctor._translation() == "ar→en, ar→fr, en→ar, en→fr, fr→ar, fr→en"  # noqa: SLF001


def test_a_file_is_known_by_its_hash(translate):
    code, said = translate("install", str(FR_EN))
    assert code == 1
    assert hash_of(FR_EN) in said
    assert "--hash" in said
    assert Packages().pairs() == []
    assert translate("install", str(FR_EN), "--hash", f"SHA256:{hash_of(FR_EN).upper()}")[0] == 0
    assert Packages().pairs() == [("fr", "en")]


def test_other_models_forget_what_the_old_ones_said(translate):
    translate("install", "--trust", str(FR_EN))
    wish = Wish("Bonjour", "fr", "en")
    with get_database().write() as session:
        cache.want(session, [wish])
    translate("install", "--trust", str(FR_EN))
    with get_database().read() as session:
        assert session.get(cache.TranslatedText, wish.key) is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["install"], "--from-index"),
        (["install", str(FR_EN), "--from-index"], "name package files, or say --from-index"),
        (["install", str(FR_EN), "--hash", "abc"], "abc is no SHA-256"),
        (["install", "--trust", "nowhere.argosmodel"], "nowhere.argosmodel: cannot be read"),
        (["try", "Bonjour"], "no models from fr to ar"),
        (["try", "Bonjour", "--from", "fr", "--to", "fr"], "no models from fr to fr"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(translate, words, why):
    code, said = translate(*words)
    assert code == 1
    assert why in said
    assert "Traceback" not in said


def test_a_text_that_is_too_long(translate):
    translate("install", "--trust", str(FR_EN))
    code, said = translate("try", "x" * 9000, "--to", "en")
    assert code == 1
    assert "more than 8000 characters" in said


@pytest.fixture
def served(home, tmp_path, monkeypatch):
    """An index of one's own on loopback, with the tests' packages."""
    folder = tmp_path / "index"
    shutil.copytree(FOLDER, folder)
    rows = [
        {"from_code": source, "to_code": target, "package_version": "1.0",
         "links": [f"translate-{source}_{target}.argosmodel"],
         "sha256": hash_of(folder / f"translate-{source}_{target}.argosmodel")}
        for source, target in (("en", "fr"), ("fr", "en"), ("en", "ar"), ("ar", "en"))
    ]  # fmt: skip
    (folder / "index.json").write_text(json.dumps(rows))

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *words):
            super().__init__(*words, directory=str(folder))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("TRANSLATION_INDEX", f"http://127.0.0.1:{server.server_port}/index.json")
    get_settings.cache_clear()
    monkeypatch.setattr(index, "pins", dict)
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_an_index(translate, served):
    code, said = translate("install", "--from-index")
    assert (code, said.count("SHA-256")) == (0, 4)
    assert len(Packages().pairs()) == 6
    assert not list((get_settings().tawjih_home / "translation").glob(".load-*"))


def test_what_the_index_gives_must_have_the_hash_that_it_says(translate, served):
    shutil.copy(FR_EN, served / "translate-en_fr.argosmodel")
    code, said = translate("install", "--from-index")
    assert code == 1
    assert "not a known one" in said
    assert Packages().pairs() == []


def test_an_index_that_says_no_hash_needs_one_from_elsewhere(translate, served):
    rows = json.loads((served / "index.json").read_text())
    (served / "index.json").write_text(json.dumps([row | {"sha256": None} for row in rows]))
    assert translate("install", "--from-index")[0] == 1
    hashes = [word for row in rows for word in ("--hash", row["sha256"])]
    assert translate("install", "--from-index", *hashes)[0] == 0
    assert translate("install", "--from-index", "--trust")[0] == 0
