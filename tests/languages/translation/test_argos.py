"""What argostranslate may not do: in a process of its own, where nothing is imported yet."""

import os
import subprocess
import sys

import pytest

from settings import ROOT

BEGINNING = """
import logging, os, socket, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG)
def no(*_): raise SystemExit("the network was asked for")
socket.socket.connect = no
socket.getaddrinfo = no
from languages.translation.argos import SplitterCalledError, index_url
from languages.translation.packages import Packages
from languages.translation.translator import Translator
home = Path(sys.argv[1])
before = dict(os.environ)
translator = Translator(Packages(home))
assert translator.translate("Bonjour", "fr", "ar").text == "مرحبا"
"""


@pytest.fixture
def run(home, tmp_path):
    def script(code, **more):
        person = tmp_path / "person"
        person.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(person),
            "PYTHONPATH": str(ROOT),
        } | more
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", BEGINNING + code, str(home)],
            cwd=person, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert list(person.iterdir()) == []
        return done.stdout, done.stderr

    return script


def test_it_touches_no_home_and_no_network_and_says_nothing(run):
    said, logged = run("")
    assert said == ""
    assert "Bonjour" not in logged
    assert "مرحبا" not in logged


def test_no_environment_and_no_settings_of_its_own_reach_it(run, tmp_path):
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "argos-translate").mkdir()
    (strange / "argos-translate/settings.json").write_text('{"ARGOS_MODEL_PROVIDER": "OPENAI"}')
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
    run(
        "assert before == dict(os.environ)\nassert index_url(home).startswith('https://')\n",
        ARGOS_MODEL_PROVIDER="OPENAI",
        ARGOS_CHUNK_TYPE="STANZA",
        ARGOS_PACKAGE_INDEX="http://evil.example/",
        ARGOS_DEBUG="1",
        **dict.fromkeys(names, str(strange)),
    )
    assert [path.name for path in strange.rglob("*")] == ["argos-translate", "settings.json"]


def test_what_only_splits_sentences_is_not_there_and_refuses_when_called(run):
    run(
        "heavy = {'torch', 'onnxruntime', 'spacy', 'transformers'}\n"
        "assert not heavy & {name.partition('.')[0] for name in sys.modules}\n"
        "import stanza, minisbd\n"
        "for called in (stanza.Pipeline, minisbd.SBDetect):\n"
        "    try: called('fr')\n"
        "    except SplitterCalledError: continue\n"
        "    raise SystemExit('it did not refuse')\n"
    )
