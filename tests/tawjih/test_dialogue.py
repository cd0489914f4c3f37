import os
from pathlib import Path

import pytest

from errors import DataError, PartUnavailable, SettingsError, TawjihError
from tawjih import dialogue

# Trains as Rasa does: writes the model to the folder after --out.
TRAINS = """
while [ "$1" != --out ]; do shift; done
mkdir -p "$2"
echo "new model" > "$2/tawjih.tar.gz"
echo trained
"""
EXAMPLES = """nlu:
- intent: greet
  examples: |
    - salut
"""


@pytest.fixture
def project(home, tmp_path, monkeypatch):
    """A small project of its own, so that what makes a model stale can be changed."""
    root = tmp_path / "project"
    for name, content in {
        "config.yml": "a",
        "domain.yml": "intents: [greet]\nentities: [place]\n",
        "data/nlu/fr/greet.yml": EXAMPLES,
        "data/places/cities.csv": "a",
        "data/lexicon/dates.yml": "a",
        "replies/service.yml": "a",
        "dialogue/text.py": "a",
        "dialogue/uv.lock": "a",
        "profile.yml": "a",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setattr(dialogue, "ROOT", root)
    monkeypatch.setenv("PROFILE", str(root / "profile.yml"))
    dialogue.get_settings.cache_clear()
    return root


@pytest.fixture
def trained(project, dialogue_python):
    dialogue_python(TRAINS)
    dialogue.train()
    return project


def test_without_a_model_it_is_stale(project):
    assert dialogue.is_stale()


def test_after_training_it_is_not(trained):
    assert not dialogue.is_stale()
    assert dialogue.model().read_text() == "new model\n"
    assert not dialogue.model().with_name("fresh").exists()


@pytest.mark.parametrize(
    "name",
    [
        "config.yml",
        "domain.yml",
        "data/nlu/fr/greet.yml",
        "data/places/cities.csv",
        "data/lexicon/dates.yml",
        "replies/service.yml",
        "dialogue/text.py",
        "dialogue/uv.lock",
        "profile.yml",
        "data/nlu/fr/new/topic.yml",
    ],
)
def test_what_it_was_trained_on_makes_it_stale(trained, name):
    (trained / name).parent.mkdir(parents=True, exist_ok=True)
    (trained / name).write_text("b")
    assert dialogue.is_stale()


def test_a_file_that_is_gone_makes_it_stale(trained):
    (trained / "data/nlu/fr/greet.yml").unlink()
    assert dialogue.is_stale()


def test_a_file_that_was_renamed_makes_it_stale(trained):
    file = trained / "data/nlu/fr/greet.yml"
    file.rename(file.with_name("hello.yml"))
    assert dialogue.is_stale()


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "actions/search.py",
        "data/demo/offers.yml",
        "dialogue/tests/test_text.py",
        "dialogue/.venv/lib/thing.py",
        "dialogue/__pycache__/text.pyc",
        "data/nlu/fr/notes.txt",
    ],
)
def test_what_it_was_not_trained_on_does_not(trained, name):
    (trained / name).parent.mkdir(parents=True, exist_ok=True)
    (trained / name).write_text("b")
    assert not dialogue.is_stale()


def test_a_touched_file_is_the_same_file(trained):
    os.utime(trained / "config.yml", (1, 1))
    assert not dialogue.is_stale()


def test_a_model_that_was_lost_is_stale(trained):
    dialogue.model().unlink()
    assert dialogue.is_stale()


@pytest.mark.parametrize(
    "body",
    [
        "echo started; echo 'no such intent' >&2; exit 1",
        "echo 'no such intent'; exit 0",  # it says it is done, and there is no model
        TRAINS + "echo 'no such intent'; exit 1",  # a model, and it says it failed
    ],
)
def test_when_training_fails_the_old_model_stays(trained, dialogue_python, body):
    (trained / "config.yml").write_text("b")
    dialogue.model().write_text("old model")
    dialogue_python(body)
    with pytest.raises(TawjihError, match=r"the old model stays:\n(.*\n)*no such intent"):
        dialogue.train()
    assert dialogue.model().read_text() == "old model"
    assert dialogue.is_stale()


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ("examples", "exemples", 3),
        ("greet", "great", 4),
        ("salut", "[salut](town)", 4),
        ("    -", " \t  -", 4),
    ],
)
def test_examples_that_are_wrong_are_not_trained_on(trained, dialogue_python, good, bad, line):
    (trained / "data/nlu/fr/greet.yml").write_text(EXAMPLES.replace(good, bad))
    dialogue_python(f"touch {trained}/called\n{TRAINS}")
    with pytest.raises(DataError, match=rf"(?s)nothing was trained.*greet\.yml:{line}: "):
        dialogue.train()
    assert dialogue.model().read_text() == "new model\n"
    assert not (trained / "called").exists()
    assert dialogue.is_stale()


def test_what_failed_before_does_not_pass_for_success(trained, dialogue_python):
    dialogue_python(TRAINS + "exit 1")
    with pytest.raises(TawjihError):
        dialogue.train()
    dialogue_python("exit 0")  # makes nothing: what lies there is the failed one's
    with pytest.raises(TawjihError):
        dialogue.train()


def test_what_changes_while_it_trains_makes_it_stale(project, dialogue_python):
    dialogue_python(TRAINS + f"echo changed > {project}/config.yml")
    dialogue.train()
    assert dialogue.is_stale()


def test_its_log_is_kept(trained, home):
    assert (home / "train.log").read_text() == "trained\n"


def test_the_dialogue_gets_the_deployments_settings(project, dialogue_python, home):
    dialogue_python(f'echo "$TAWJIH_HOME $PROFILE $*" >> {project}/called\n{TRAINS}')
    dialogue.train()
    told = (project / "called").read_text().split()
    assert told[:2] == [str(home), str(project / "profile.yml")]
    assert told[2:5] == ["-m", "dialogue", "train"]


def test_without_its_environment_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DIALOGUE_PYTHON", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="make setup"):
        dialogue.python()


def test_its_own_environment_is_the_default(monkeypatch, tmp_path):
    monkeypatch.delenv("DIALOGUE_PYTHON", raising=False)
    monkeypatch.setattr(dialogue, "ROOT", tmp_path)
    python = tmp_path / "dialogue/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert dialogue.python() == python


def test_validation_passes_on_what_rasa_says(project, dialogue_python):
    dialogue_python("exit 0")
    assert dialogue.validate()
    dialogue_python("exit 1")
    assert not dialogue.validate()


def test_messages_are_understood_in_order(trained, dialogue_python):
    dialogue_python("cat")
    asked = [{"text": "أهلا\nخويا"}, {"text": "x", "language": "fr"}]
    assert list(dialogue.parse(asked)) == asked


def test_without_a_model_nothing_is_understood(project):
    with pytest.raises(PartUnavailable, match="tawjih train"):
        list(dialogue.parse([{"text": "x"}]))


def test_a_model_that_cannot_be_loaded_is_told(trained, dialogue_python):
    dialogue_python("echo 'not a model' >&2; exit 1")
    with pytest.raises(PartUnavailable, match="not a model"):
        list(dialogue.parse([{"text": "x"}]))


def test_the_sources_it_names_are_there():
    """A list of paths that nobody has any more would keep an old model for ever."""
    root = Path(__file__).resolve().parents[2]
    assert [name for name in dialogue._SOURCES if not (root / name).exists()] == []  # noqa: SLF001
