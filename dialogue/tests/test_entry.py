import os

import pytest

from dialogue import __main__ as entry


@pytest.fixture
def clean(monkeypatch, tmp_path):
    for name in ("RASA_PORT", "RASA_HOST", "ACTIONS_URL", "ACTIONS_PORT", "DIALOGUE_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("DIALOGUE_SECRET", raising=False)
    monkeypatch.setattr(entry, "HOME", tmp_path)
    monkeypatch.setattr(entry, "MODELS", tmp_path / "models")
    # What it sets is undone with the test.
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return tmp_path


def test_it_serves_on_loopback_unless_told_otherwise(clean):
    words = entry._rasa_arguments("run", ["--quiet"])
    assert words == [
        "run", "--model", str(clean / "models"), "--interface", "127.0.0.1", "--port", "5005",
        "--quiet",
    ]  # fmt: skip
    assert not {"--enable-api", "--cors"} & set(words)


@pytest.mark.parametrize(("given", "port"), [("5999", "5999"), ("", "5005")])
def test_the_port_moves(clean, given, port):
    os.environ["RASA_PORT"] = given
    assert entry._rasa_arguments("run", [])[-1] == port


def test_a_check_fails_on_warnings(clean):
    assert "--fail-on-warnings" in entry._rasa_arguments("validate", [])


def test_other_words_are_rasas_own(clean):
    assert entry._rasa_arguments("visualize", ["--out", "x"]) == ["visualize", "--out", "x"]


def test_what_rasa_reads_from_the_environment(clean):
    (clean / "dialogue.secret").write_text("tell-nobody\n")
    os.environ["ACTIONS_PORT"] = "5999"
    entry._environment()
    assert os.environ["DIALOGUE_SECRET"] == "tell-nobody"
    assert os.environ["ACTIONS_URL"] == "http://127.0.0.1:5999"
    assert os.environ["DIALOGUE_DB"] == str(clean / "dialogue.db")
    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_what_is_set_already_stays(clean):
    (clean / "dialogue.secret").write_text("from the file")
    os.environ.update({"DIALOGUE_SECRET": "given", "ACTIONS_URL": "http://actions:5055"})
    entry._environment()
    assert os.environ["DIALOGUE_SECRET"] == "given"
    assert os.environ["ACTIONS_URL"] == "http://actions:5055"


def test_without_a_secret_it_stays_empty_and_the_channel_refuses(clean):
    entry._environment()
    assert os.environ["DIALOGUE_SECRET"] == ""


@pytest.mark.parametrize(
    ("command", "threads"), [("run", "1"), ("parse", "1"), ("train", None), ("", None)]
)
def test_messages_are_understood_on_one_thread(clean, command, threads):
    os.environ.pop("OPENBLAS_NUM_THREADS", None)
    entry._environment(command)
    assert os.environ.get("OPENBLAS_NUM_THREADS") == threads
