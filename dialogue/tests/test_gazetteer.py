from copy import copy

import pytest

from dialogue.gazetteer import OCCUPATION, PLACE, SECTOR, Gazetteer
from dialogue.text import tokens


@pytest.fixture(scope="module")
def gazetteer(lists):
    return Gazetteer.read(lists)


def found(gazetteer, text):
    words = tokens(text)
    return [
        (" ".join(word.text for word in words[match.first : match.last]), match.kind)
        for match in gazetteer.matches(words)
    ]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("un plombier à Casablanca", [("plombier", OCCUPATION), ("Casablanca", PLACE)]),
        ("PLOMBIÈRE", [("PLOMBIÈRE", OCCUPATION)]),
        ("plombi f casa", [("plombi", OCCUPATION), ("casa", PLACE)]),
        # the longest match wins, and nothing inside it is told again
        (
            "software developer in New York",
            [("software developer", OCCUPATION), ("New York", PLACE)],
        ),
        ("a developer in York", [("developer", OCCUPATION), ("York", PLACE)]),
        ("à Tunis Nord, pas à Tunis", [("Tunis Nord", PLACE), ("Tunis", PLACE)]),
        ("new job in new york", [("new york", PLACE)]),
        ("fi dar el beida", [("dar el beida", PLACE)]),
        # particles glued to an Arabic name
        ("بالرباط", [("بالرباط", PLACE)]),
        ("سباك في الدار البيضاء", [("سباك", OCCUPATION), ("الدار البيضاء", PLACE)]),
        ("وبالدار البيضاء", [("وبالدار البيضاء", PLACE)]),
        ("السباك", [("السباك", OCCUPATION)]),
        ("ltunis", []),  # no particle comes off a Latin word
        # sectors, short ones too
        ("l'informatique", [("informatique", SECTOR)]),
        ("formation BTP", [("BTP", SECTOR)]),
        ("IT", [("IT", SECTOR)]),
        ("المعلوميات", [("المعلوميات", SECTOR)]),
        # what means something else nearly always
        ("job sale", []),
        ("bonjour", []),
        # a plural of what the lists have in the singular
        ("plumbers", [("plumbers", OCCUPATION)]),
        ("infos", [("infos", SECTOR)]),
        ("BTPS", []),  # too short to be one
    ],
)
def test_names_of_the_lists(gazetteer, text, matches):
    assert found(gazetteer, text) == matches


def test_nothing_is_nothing(gazetteer):
    assert gazetteer.matches([]) == []


def test_what_stands_in_brackets_is_no_name(gazetteer):
    assert found(gazetteer, "bâtiment") == []


def test_a_place_goes_before_an_occupation_of_the_same_name(tmp_path):
    for name, content in {
        "places/cities.csv": "country,name,fr,ar\nMA,Berger,Berger,\n",
        "taxonomy/everyday_names.csv": "code,language,name\n1,fr,berger\n",
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    assert found(Gazetteer.read(tmp_path), "berger") == [("berger", PLACE)]


def test_the_word_lists_name_things_too(tmp_path):
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon/contracts.yml").write_text("permanent: [CDI, contrat fixe]\n", "utf-8")
    (tmp_path / "lexicon/dates.yml").write_text("3: [mars, '3']\n", "utf-8")
    text = "un contrat fixe ou CDI en mars"
    assert found(Gazetteer.read(tmp_path), text) == [
        ("contrat fixe", "contract"),
        ("CDI", "contract"),
        ("mars", "date"),
    ]


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("Plombier à Dar el Beida, vite", ["<occupation>", "a", "<place>", "vite"]),
        ("سباك في الرباط", ["<occupation>", "في", "<place>"]),
        ("bonjour", ["bonjour"]),
        ("", []),
    ],
)
def test_a_frame_names_the_kind_of_what_the_lists_know(gazetteer, text, frame):
    assert gazetteer.framed(tokens(text)) == frame


def test_loaded_twice_it_is_one(gazetteer, lists):
    one, other = (copy(g) for g in (gazetteer, Gazetteer.read(lists)))
    assert one is other
    assert one.matches(tokens("plombi f casa")) == gazetteer.matches(tokens("plombi f casa"))


def test_other_lists_are_another(gazetteer):
    one, other = (copy(g) for g in (gazetteer, Gazetteer({("x",): PLACE})))
    assert one is not other
