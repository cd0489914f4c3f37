import pytest
import yaml

from actions.lexicon import FOLDER, Lexicon, lexicon
from catalogue.text import normalise


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.yml"
    path.write_text(
        "one: [un, l'un, أول, première fois]\ntwo: [deux, deux fois]\n3: ['3']\n", "utf-8"
    )
    return Lexicon(path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("un", "one"),
        ("UN", "one"),
        ("je prends l’un", "one"),
        ("une", None),
        ("commun", None),
        ("Première  Fois!", "one"),
        ("أَوَّل", "one"),
        ("الأول", None),
        ("deux fois un", "two"),  # the longest
        ("le 3", "3"),
        ("33", None),
        ("", None),
    ],
)
def test_whole_words_only(words, text, name):
    assert words.within(text) == name


@pytest.mark.parametrize(
    ("text", "name"), [("Deux", "two"), ("deux fois", "two"), ("deux autres", None), ("", None)]
)
def test_the_whole_text(words, text, name):
    assert words.exactly(text) == name


def test_only_the_names_that_are_asked_for(words):
    assert words.within("deux fois un", "one") == "one"
    assert words.within("deux fois", "one") is None


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_no_word_of_ours_stands_for_two_things(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    meant = {}
    for name, all_words in content.items():
        for word in all_words:
            assert isinstance(word, str), f"{word} needs quotes"
            assert normalise(word), f"{name}: {word!r} is empty"
            meant.setdefault(normalise(word), set()).add(str(name))
    assert {word: names for word, names in meant.items() if len(names) > 1} == {}


def test_a_lexicon_is_read_once():
    assert lexicon("any") is lexicon("any")
