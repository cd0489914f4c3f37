import pytest

from languages.translation.facts import without_marks
from languages.translation.install import install
from languages.translation.packages import Packages
from languages.translation.result import Sentence
from languages.translation.translator import MOST, Translator
from tests.languages.translation.make_argos import FR_EN, make

OFFER = "Nous cherchons un menuisier à Casablanca.\n- Salaire 4 000 MAD par mois\n- 2 ans d'expérience\n\nEnvoyez votre candidature à rh@bois.ma avant le 3 décembre 2026."


@pytest.fixture
def with_words(tmp_path):
    """A translator from French to English whose model knows these pairs too."""

    def build(**words):
        packages = Packages(tmp_path / "home")
        path = make(tmp_path / "own.argosmodel", "fr", "en", FR_EN | words)
        install(path, packages, known=None)
        return Translator(packages)

    return build


def test_a_listing_whole(translator):
    made = translator.translate(OFFER, "fr", "en", ["Casablanca"])
    assert made.text == (
        "We seek a carpenter in Casablanca.\n- Pay 4 000 MAD per month\n- 2 years experience\n\n"
        "Send your application in rh@bois.ma before the 3 December 2026."
    )
    assert (made.automatic, made.original) == (True, OFFER)


def test_through_english(translator):
    made = translator.translate(OFFER, "fr", "ar", ["Casablanca"])
    assert made.automatic
    told = without_marks(made.text)
    assert told.startswith("نحن نبحث عن نجار في Casablanca.\n- الأجر 4 000 MAD لكل شهر\n")
    assert told.endswith("rh@bois.ma قبل هذه 3 دجنبر 2026.")
    assert "\u2066Casablanca\u2069" in made.text


def test_from_arabic_with_its_digits(translator):
    made = translator.translate("نحن نبحث عن نجار. الأجر ٤٠٠٠ لكل شهر؛ مرحبا", "ar", "fr")
    assert made.text == "Nous cherche une menuisier. Salaire 4000 par mois؛ Bonjour"


def test_marks_of_direction_do_not_reach_the_model(translator):
    made = translator.translate("\u200fنحن نبحث عن نجار\u2069", "ar", "en")
    assert made.text == "We seek a carpenter"


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [("Bonjour", "fr", "fr"), ("Bonjour", "fr", "de"), ("", "fr", "en"), (" \n", "fr", "en"),
     ("x" * (MOST + 1), "fr", "en")],
)  # fmt: skip
def test_what_cannot_be_translated_stays(translator, text, source, target):
    made = translator.translate(text, source, target)
    assert (made.text, made.automatic, made.original) == (text, False, text)


def test_without_models_everything_stays(tmp_path):
    translator = Translator(Packages(tmp_path / "nothing"))
    assert not translator.can("fr", "en")
    assert translator.translate(OFFER, "fr", "en").text == OFFER


def test_what_is_nothing_but_facts_needs_no_model(translator):
    (sentence,) = translator.pieces("05 22 00 00 00", "fr", "en")
    assert sentence == Sentence("05 22 00 00 00", "05 22 00 00 00")


def test_a_shouted_line_is_read_quietly(translator):
    assert (
        translator.translate("NOUS RECRUTONS UN MENUISIER", "fr", "en").text
        == "We hire a carpenter"
    )


GOOD = "Nous cherchons un menuisier pour le chantier."


@pytest.mark.parametrize(
    ("fault", "sentence", "words"),
    [
        ("repeats", "Poser monter clouer scier", dict.fromkeys(("Poser", "monter", "clouer", "scier"), "again")),
        ("too_long", "Poser ici", {"Poser": "abcdefghijklmnopqrstuvwxyzbdfhjlnprtvxzacegikmoqsuwy"}),
        ("too_short", "Poser des portes et fenêtres", dict.fromkeys(("des", "portes", "et", "fenêtres"), "") | {"Poser": "a"}),
        ("script", "Poser des portes", {"Poser": "تركيب", "des": "هذه", "portes": "الأبواب"}),
        ("copied", "Zorb blick quanv trem", {}),
        ("numbers", "Poser deux portes", {"deux": "2"}),
    ],
)  # fmt: skip
def test_a_bad_sentence_stays_as_it_was_among_good_ones(with_words, fault, sentence, words):
    translator = with_words(**words)
    text = f"{GOOD} {sentence}."
    pieces = translator.pieces(text, "fr", "en")
    assert [one.fault for one in pieces if isinstance(one, Sentence)] == [None, fault]
    made = translator.translate(text, "fr", "en")
    assert made.text == f"We seek a carpenter for the site. {sentence}."
    assert made.automatic


def test_more_bad_than_good_and_all_of_it_stays(with_words):
    translator = with_words()
    text = f"{GOOD} {'Zorb blick quanv trem. ' * 3}"
    made = translator.translate(text, "fr", "en")
    assert (made.text, made.automatic) == (text, False)


class Forgetful:
    """A model that loses numbers of four digits, but not {0}."""

    said: list[str]

    def __init__(self):
        self.said = []

    def say(self, sentence):
        self.said.append(sentence)
        return sentence.replace("Salaire", "Pay").replace("7101", "many")


def test_where_one_kind_of_mark_is_lost_the_other_is_tried(installed_home):
    model = Forgetful()
    translator = Translator(Packages(installed_home), load=lambda *_: model)
    assert translator.translate("Salaire 4000 MAD", "fr", "en").text == "Pay 4000 MAD"
    assert model.said == ["Salaire 7101", "Salaire {0}"]


def test_where_both_are_lost_the_sentence_stays(installed_home):
    class Losing:
        def say(self, sentence):
            return "Pay is good"

    translator = Translator(Packages(installed_home), load=lambda *_: Losing())
    (sentence,) = translator.pieces("Salaire 4000 MAD", "fr", "en")
    assert sentence == Sentence("Salaire 4000 MAD", "Salaire 4000 MAD", "facts")


def test_a_model_that_fails_leaves_the_original(installed_home, caplog):
    class Failing:
        def say(self, sentence):
            raise RuntimeError("out of memory")

    translator = Translator(Packages(installed_home), load=lambda *_: Failing())
    assert translator.translate("Bonjour", "fr", "en").text == "Bonjour"
    assert "RuntimeError" in caplog.text
    assert "Bonjour" not in caplog.text


def test_a_package_that_was_broken_since_leaves_the_original(home, caplog):
    packages = Packages(home)
    (package,) = packages.route("fr", "en")
    (package.folder / "model/model.bin").write_bytes(b"broken")
    translator = Translator(packages)
    assert translator.translate("Bonjour", "fr", "en").automatic is False
    assert package.folder.name in caplog.text


def test_released_models_come_back(installed_home):
    translator = Translator(Packages(installed_home))
    assert translator.translate("Bonjour", "fr", "en").text == "Hello"
    translator.release()
    assert translator.loaded == 0
    assert translator.translate("Bonjour", "fr", "en").text == "Hello"
