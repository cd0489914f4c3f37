import json
import shlex

import pytest

from errors import DataError, PartUnavailable
from tawjih import nlu_data
from tawjih.report import command

FOUND = {
    "intent": "greet",
    "confidence": 0.9,
    "ranking": [{"name": "greet", "confidence": 0.9}],
    "language": "fr",
    "variety": "fr",
    "entities": [],
    "ms": 1.0,
}
ROW = {
    "text": "salut",
    "intent": "greet",
    "entities": [],
    "voice": "fr",
    "variety": "fr",
    "language": "fr",
    "found": FOUND,
}


@pytest.fixture
def heard(home, dialogue_python, tmp_path, monkeypatch):
    """A dialogue that answers, and writes down what it was asked; one training example."""
    (home / "models").mkdir()
    (home / "models/tawjih.tar.gz").write_text("a model")
    dialogue_python(
        f'echo "$@" >> {tmp_path}/asked\n'
        'if [ "$3" = parse ]; then while read -r line; do echo '
        f"{shlex.quote(json.dumps(FOUND))}; done; else echo {shlex.quote(json.dumps(ROW))}; fi"
    )
    example = nlu_data.Example(tmp_path / "fr/a.yml", 1, "greet", "salut", (), "fr")
    monkeypatch.setattr(nlu_data, "read", lambda: ([example], []))
    return tmp_path / "asked"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "unseen.jsonl"
    path.write_text('{"text": "coucou", "intent": "greet", "variety": "fr", "language": "fr"}\n')
    return path


def test_unseen_files_and_cross_validation(heard, file):
    inputs = command.measure([file], command.Options())
    assert [one.example.text for one in inputs.unseen] == ["coucou"]
    assert [one.voice for one in inputs.across] == ["fr"]
    assert heard.read_text().splitlines() == [
        "-m dialogue parse",
        "-m dialogue crossvalidate --folds 3",
    ]
    assert 0 < inputs.threshold < 1
    assert 0 <= inputs.ambiguity < 1
    assert inputs.curves == {}


def test_entities_and_curves_when_asked_for(heard, file):
    inputs = command.measure([file], command.Options(folds=3, entities=True, curve=True))
    asked = heard.read_text()
    assert "--folds 3 --entities" in asked
    assert asked.count("--share 0.125") == 3
    assert asked.count("--share 1.0") == 1
    assert "--voices 2" in asked
    assert list(inputs.by_voices["fr"]) == [1, 2]


def test_examples_that_are_wrong_stop_it_at_once(heard, file, monkeypatch):
    monkeypatch.setattr(nlu_data, "read", lambda: ([], ["data/nlu/fr/a.yml:3: a tab"]))
    with pytest.raises(DataError, match=r"a\.yml:3"):
        command.measure([file], command.Options())
    assert not heard.exists()


def test_a_dialogue_that_fails_is_told(heard, file, dialogue_python):
    dialogue_python('if [ "$3" = parse ]; then cat; else echo "no such file" >&2; exit 1; fi')
    with pytest.raises(PartUnavailable, match="no such file"):
        command.measure([file], command.Options())
