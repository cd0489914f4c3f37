"""What the check of the examples finds: always with file and line."""

import pytest
import yaml

from tawjih import nlu_data

DOMAIN = {"intents": [{"greet": {"use_entities": []}}, "inform", "faq"], "entities": ["place"]}
GOOD = """version: "3.1"
nlu:
# who says hello
- intent: greet
  examples: |
    - bonjour
    - bonsoir de [Fès](place)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "domain.yml").write_text(yaml.safe_dump(DOMAIN))
    path = tmp_path / "nlu"
    (path / "fr").mkdir(parents=True)
    (path / "ar" / "darija").mkdir(parents=True)
    return path


@pytest.fixture
def unusable(folder):
    """What is wrong with a file of this content."""

    def find(content, name="fr/talk.yml"):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [line.removeprefix(f"{folder}/") for line in told(folder, nlu_data.unusable)]

    return find


def told(folder, check):
    return check(folder, folder.parent / "domain.yml")


def test_good_examples_are_read_with_their_lines(folder):
    (folder / "fr" / "talk.yml").write_text(GOOD)
    examples, errors = nlu_data.read(folder)
    assert errors == []
    assert [(e.line, e.intent, e.text, e.variety) for e in examples] == [
        (6, "greet", "bonjour", "fr"),
        (7, "greet", "bonsoir de Fès", "fr"),
    ]
    assert examples[1].entities == (("place", "Fès"),)


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        ('version: "3.1"\nnlus: []\n', "fr/talk.yml:2", "unknown key 'nlus'"),
        (GOOD.replace("examples", "exemples"), "fr/talk.yml:5", "unknown key 'exemples'"),
        (GOOD + "  metadata: x\n", "fr/talk.yml:8", "unknown key 'metadata'"),
        (GOOD + "- intent: inform\n", "fr/talk.yml:8", "needs intent and examples"),
        (GOOD + "- inform\n", "fr/talk.yml:8", "needs intent and examples"),
        (GOOD + "- - inform\n", "fr/talk.yml:8", "needs intent and examples"),
        ("nlu: greet\n", "fr/talk.yml:1", "list"),
        ("- greet\n", "fr/talk.yml:1", "not a mapping"),
        ("", "fr/talk.yml:1", "not a mapping"),
        (GOOD + "    bonne nuit\n", "fr/talk.yml:8", "begins with '- '"),
        (GOOD.replace("|\n    - bonjour", "\n    - bonjour"), "fr/talk.yml:6", "examples: |"),
        (GOOD.replace("    - bonjour", "\t- bonjour"), "fr/talk.yml:6", "a tab"),
        (GOOD.replace("    - bonjour", "  \t  - bonjour"), "fr/talk.yml:6", "a tab"),
        (GOOD.replace("  examples", " \texamples"), "fr/talk.yml:5", "a tab"),
        (GOOD + ' bad: "\n', "fr/talk.yml:", ""),
        (GOOD.encode() + b"    - \xff\n", "fr/talk.yml:1", "UTF-8"),
        (GOOD.replace("greet", "great"), "fr/talk.yml:6", "unknown intent 'great'"),
        (GOOD.replace("(place)", "(town)"), "fr/talk.yml:7", "unknown entity 'town'"),
        (GOOD.replace("[Fès]", "[Fès ]"), "fr/talk.yml:7", "spaces at its ends"),
        (GOOD.replace("[Fès]", "[]"), "fr/talk.yml:7", "spaces at its ends"),
        (GOOD.replace("(place)", "(place"), "fr/talk.yml:7", "bracket"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_named_with_file_and_line(
    unusable, content, where, what
):
    found = unusable(content)
    assert any(line.startswith(where) and what in line for line in found), found


def test_one_bad_file_does_not_hide_another(unusable, folder):
    (folder / "fr" / "a.yml").write_text("nlus: []")
    assert len(unusable(GOOD.replace("greet", "great"))) == 3


def test_a_question_of_knowledge_is_known_by_its_name_alone(unusable, folder):
    assert unusable(GOOD.replace("greet", "faq/anything")) == []
    assert told(folder, nlu_data.labels) == {"greet", "inform", "faq/anything"}


@pytest.fixture
def findings(folder):
    def find(**files):
        for name, content in files.items():
            (folder / name.replace("_", "/")).with_suffix(".yml").write_text(content)
        return told(folder, nlu_data.check)

    return find


def test_one_text_has_one_intent(findings):
    found = findings(fr_a=GOOD, fr_b=GOOD.replace("greet", "inform"))
    assert [line for line in found.errors if "b.yml:6: 'bonjour' is inform here and greet" in line]


def test_what_stands_twice_is_a_warning(findings):
    found = findings(fr_a=GOOD, fr_b=GOOD.replace("bonjour", "Bonjour !"))
    assert any("b.yml:6" in line and "a.yml:6 too" in line for line in found.warnings)
    assert not any("bonjour" in line.casefold() for line in found.errors)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("fr_a", "سلام", True),
        ("ar/darija_a", "slm", True),
        ("ar/darija_a", "سلام les amis", False),
        ("fr_a", "slm 😀", False),
    ],
)
def test_the_folder_says_the_script(findings, name, text, wrong):
    found = findings(**{name: GOOD.replace("bonsoir de [Fès](place)", text)})
    assert any("not the script" in line and text in line for line in found.errors) is wrong


def test_too_few_examples_and_entities_without_any_are_told(findings):
    found = findings(fr_a=GOOD.replace("[Fès](place)", "Fès"))
    assert "fr: greet has 2 examples, 25 are needed" in found.errors
    assert "ar: inform has 0 examples, 25 are needed" in found.errors
    assert "no example marks the entity place" in found.errors


def test_a_variety_that_lags_is_told(findings, folder):
    for name in ("en", "ar/msa", "ar/arabizi"):
        (folder / name).mkdir()
    whole, lagging = (
        "nlu:\n- intent: greet\n  examples: |\n" + "    - mot\n" * count for count in (4, 1)
    )
    names = {"fr_a": whole, "en_a": whole, "ar/msa_a": whole, "ar/arabizi_a": whole}
    found = findings(**names, **{"ar/darija_a": lagging})
    assert "darija: greet lags with 1, median 4" in found.warnings
    assert [line for line in found.warnings if " lags " in line and "darija" not in line] == []
