"""A reviewer at the terminal: every answer is kept at once."""

import io

import pytest
from rich.console import Console

from tawjih.review import session as module
from tawjih.review.entries import read, write
from tawjih.review.session import Session

LABELS = {
    "greet", "inform", "out_of_scope", "search_offers", "search_trainings", "faq/write_cv",
    "faq/women",
}  # fmt: skip


@pytest.fixture
def review(tmp_path, entry, monkeypatch):
    """Answers in order; gives the entries as the file has them then, and what was shown."""
    path = tmp_path / "review.yml"
    texts = ("un", "deux", "trois")

    def run(*answers, entries=None):
        if not path.exists():
            write(path, entries or [entry(text) for text in texts])
        waiting = iter(answers)

        def answer(*_):
            try:
                return next(waiting)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        shown = io.StringIO()
        Session(Console(file=shown, width=100), path, LABELS).run()
        assert list(waiting) == [], "it asked less often"
        return read(path), shown.getvalue()

    return run


def labels(entries):
    return {entry.text: entry.label for entry in entries}


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("1", "search_offers"),
        ("3", "faq/write_cv"),
        ("o", "out_of_scope"),
        ("greet", "greet"),
        ("trainings", "search_trainings"),
        ("wom", "faq/women"),
        (" 2 ", "inform"),
    ],
)
def test_one_answer_is_one_label(review, answer, label):
    entries, shown = review(answer)
    assert labels(entries) == {"un": label, "deux": None, "trois": None}
    assert f"= {label}" in shown
    assert "1 labelled, 2 left" in shown


def test_a_part_of_several_names_is_a_choice(review):
    entries, shown = review("search", "2", "1")
    assert labels(entries) == {"un": "search_trainings", "deux": "search_offers", "trois": None}
    assert "2 search_trainings\n" in shown


@pytest.mark.parametrize("answer", ["zzz", "9", "0", "", "x", "v klingon", "u"])
def test_what_it_does_not_know_changes_nothing_and_is_told(review, answer):
    entries, shown = review(answer, "q")
    assert set(labels(entries).values()) == {None}
    assert len(shown.splitlines()) > 12


def test_skipped_comes_again_next_time(review):
    entries, _ = review("s", "1", "s")
    assert labels(entries) == {"un": None, "deux": "search_offers", "trois": None}
    entries, _ = review("2", "q")
    assert labels(entries) == {"un": "inform", "deux": "search_offers", "trois": None}


def test_deleted_is_gone_and_can_be_taken_back(review):
    entries, _ = review("d", "q")
    assert labels(entries) == {"deux": None, "trois": None}
    entries, _ = review("d", "u", "1", "u", "q")
    assert labels(entries) == {"deux": None, "trois": None}


def test_text_and_variety_can_be_corrected(review):
    entries, shown = review("e un [stage](contract)", "v arabizi", "1")
    first = entries[0]
    assert (first.text, first.variety, first.language) == ("un [stage](contract)", "arabizi", "ar")
    assert first.label == "search_offers"
    assert "un [stage](contract)" in shown


def test_a_mixed_message_keeps_its_language(review):
    entries, _ = review("v mixed", "v en")
    assert (entries[0].variety, entries[0].language) == ("en", "en")
    entries, _ = review("v mixed")
    assert (entries[0].variety, entries[0].language) == ("mixed", "en")


def test_an_empty_edit_changes_nothing(review):
    entries, _ = review("e", "")
    assert entries[0].text == "un"


def test_ctrl_c_loses_nothing(review, monkeypatch, tmp_path):
    write_once = module.write

    def write_then_leave(path, entries):
        write_once(path, entries)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write", write_then_leave)
    entries, shown = review("1")
    assert entries[0].label == "search_offers"
    assert "labelled" in shown


def test_when_all_is_done_it_ends(review, entry):
    entries, shown = review("1", entries=[entry("un"), entry("deux", label="greet")])
    assert labels(entries) == {"un": "search_offers", "deux": "greet"}
    assert "2 labelled, 0 left" in shown
