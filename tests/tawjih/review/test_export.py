"""From the rows of messages to a file without what tells who wrote them."""

import stat
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.models import IncomingRow
from errors import DataError, PartUnavailable
from people import contacts
from store.engine import get_database
from store.migrate import upgrade
from tawjih import dialogue
from tawjih.review.entries import read
from tawjih.review.export import export, marked

# Understands "stage" as a contract and a redacted number as a place, in the dialogue's own shape.
PARSES = f"""exec {sys.executable} -c '
import json, re, sys
for line in sys.stdin:
    text = json.loads(line)["text"]
    found = [{{"entity": name, "start": m.start(), "end": m.end()}}
             for name, word in (("contract", "stage"), ("place", "‹phone›"))
             for m in re.finditer(word, text)]
    print(json.dumps({{"text": text, "entities": found}}))
'"""


@pytest.fixture
def said(home, dialogue_python):
    """Writes messages as answered, with a model that is there."""
    dialogue_python(PARSES)
    dialogue.model().parent.mkdir(parents=True)
    dialogue.model().touch()
    database = get_database()
    upgrade(database)

    def say(text, intent="inform", confidence=0.2, address="amal", **values):
        with database.write() as session:
            contact = contacts.find_or_add(session, "web", address)
            row = {
                "intent": intent,
                "confidence": confidence,
                "guesses": [{"intent": "greet", "confidence": 0.2}],
                "variety": "fr",
                "language": "fr",
                "status": "answered",
            } | values
            session.add(
                IncomingRow(
                    channel="web",
                    message_id=str(session.query(IncomingRow).count()),
                    contact_id=contact.id,
                    text=text,
                    **row,
                )
            )

    return say


@pytest.fixture
def exported(tmp_path):
    def run(below=0.5, since=None):
        path = tmp_path / "review.yml"
        export(path, below, since)
        return read(path)

    return run


def test_each_message_once_the_commonest_first_without_who_wrote_it(said, exported, tmp_path):
    said("zorglub")
    for name in ("Amina", "Karim Ben Ali"):
        said(f"je m'appelle {name}, mon 06 12 34 56 78, un truc stage", address=name)
    first, second = exported()
    assert first.text == "je m'appelle ‹name›, mon ‹phone›, un truc [stage](contract)"
    assert (first.count, first.why, first.label) == (2, ["unsure"], None)
    assert (first.variety, first.language, first.guesses) == ("fr", "fr", {"greet": 0.2})
    assert (second.text, second.count) == ("zorglub", 1)
    written = (tmp_path / "review.yml").read_text("utf-8")
    assert not any(part in written for part in ("Amina", "Karim", "0612", "amal"))
    assert stat.S_IMODE((tmp_path / "review.yml").stat().st_mode) == 0o600


def test_why_a_message_is_there(said, exported):
    said("brr krr", intent="nlu_fallback")
    said("BRR krr", confidence=0.1)
    said("frou frou", confidence=0.9)
    said("vous n'avez pas compris", intent="give_feedback", confidence=0.9)
    said("clair et net", confidence=0.9)
    said("c'est nul", intent="give_feedback", confidence=0.9)
    assert {entry.text: entry.why for entry in exported()} == {
        "brr krr": ["fallback", "unsure"],
        "frou frou": ["complaint"],
    }


def test_what_is_taught_or_says_nothing_is_left_out(said, exported):
    for text in ("bonjour", "Bonjour !", "😀", "12 14", "06 12 34 56 78", "?!"):
        said(text)
    assert exported() == []


def test_brackets_of_people_mark_no_entity(said, exported):
    said("[urgent] du zorglub {svp}")
    assert [entry.text for entry in exported()] == ["(urgent) du zorglub (svp)"]


def test_bounds_of_confidence_and_time(said, exported):
    said("zorglub un", confidence=0.7)
    assert [entry.text for entry in exported(below=0.8)] == ["zorglub un"]


def test_only_since_a_day(said, exported):
    said("zorglub un", received_at=datetime.now(UTC) - timedelta(days=3))
    said("zorglub deux")
    since = datetime.now(UTC) - timedelta(days=1)
    assert [entry.text for entry in exported(since=since)] == ["zorglub deux"]


def test_a_file_with_labels_is_not_overwritten(said, exported):
    said("zorglub")
    exported()
    with pytest.raises(DataError, match="there already"):
        exported()


def test_without_a_model_it_says_what_to_do_and_writes_nothing(said, exported, tmp_path):
    said("zorglub")
    dialogue.model().unlink()
    with pytest.raises(PartUnavailable, match="tawjih train"):
        exported()
    assert not (tmp_path / "review.yml").exists()


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(3, 8)], "un [stage](x) à Fès"),
        ([(3, 8), (11, 14)], "un [stage](x) à [Fès](x)"),
        ([(3, 9)], "un stage à Fès"),  # a space at its end
        ([(3, 8), (5, 14)], "un st[age à Fès](x)"),  # of two that overlap, the later
        ([(0, 0)], "un stage à Fès"),
    ],
)
def test_entities_are_marked_as_in_examples(spans, expected):
    found = [{"entity": "x", "start": start, "end": end} for start, end in spans]
    assert marked("un stage à Fès", found) == expected
