import stat

import pytest

from errors import DataError
from tawjih.review import entries
from tawjih.review.entries import Entry, read, write

ONE = Entry(
    text='بغيت [خدمة](occupation) ف ‹name›: #1 "oui"',
    count=3,
    why=["unsure"],
    variety="darija",
    language="ar",
    guesses={"search_offers": 0.4, "faq/write_cv": 0.1},
)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "var" / "review.yml"
    labelled = ONE.model_copy(update={"label": "inform"})
    write(path, [ONE, labelled])
    assert read(path) == [ONE, labelled]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "بغيت" in path.read_text(encoding="utf-8")
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_a_file_too(tmp_path):
    write(tmp_path / "review.yml", [])
    assert read(tmp_path / "review.yml") == []


def test_a_label_by_hand_and_only_what_is_needed(tmp_path):
    path = tmp_path / "review.yml"
    path.write_text("- text: oui\n  variety: fr\n  language: fr\n  label: affirm\n")
    assert read(path) == [Entry(text="oui", variety="fr", language="fr", label="affirm")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- text: oui\n  variety: fr\n", ":1: language"),
        ("- text: a\n  variety: fr\n  language: fr\n- text: b\n  labels: x\n", ":4: "),
        ("- oui\n", ":1: "),
        ("text: oui\n", ":1: not a list"),
        ("- text: [\n", ":"),
        ("- text: ''\n  variety: fr\n  language: fr\n", ":1: text"),
        ("- text: a\n  count: 0\n  variety: fr\n  language: fr\n", ":1: count"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, content, told):
    path = tmp_path / "review.yml"
    path.write_text(content)
    with pytest.raises(DataError, match=f"review.yml{told}"):
        read(path)


def test_what_is_no_text_or_away_is_named(tmp_path):
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00")
    for name in ("binary.yml", "nowhere.yml"):
        with pytest.raises(DataError, match=name):
            read(tmp_path / name)


def test_who_is_interrupted_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "review.yml"
    write(path, [ONE])

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(entries.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(path, [])
    assert read(path) == [ONE]
    assert list(tmp_path.iterdir()) == [path]
