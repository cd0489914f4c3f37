import pytest
from rasa.shared.nlu.training_data.training_data import TrainingData

from dialogue.language import LanguageIdentifier, language_of, read_varieties
from dialogue.tests.conftest import message


@pytest.fixture(scope="module")
def trained(nlu_folder, training_data, storage, resource, context):
    """A trained identifier and one loaded from what it wrote."""
    config = {**LanguageIdentifier.get_default_config(), "data": str(nlu_folder)}
    made = LanguageIdentifier.create(config, storage, resource, context)
    assert made.train(training_data) == resource
    return made, LanguageIdentifier.load(config, storage, resource, context)


@pytest.fixture(scope="module")
def identifier(trained):
    return trained[1]


@pytest.mark.parametrize(
    ("text", "language", "variety"),
    [
        ("i am looking for a job in the city", "en", "en"),
        ("je cherche un emploi dans ma ville", "fr", "fr"),
        ("أبحث عن وظيفة في الرباط", "ar", "msa"),
        ("بغيت نخدم فكازا", "ar", "darija"),
        ("bghit nkhdem f casa", "ar", "arabizi"),
        ("kan9elleb 3la khedma f tanja", "ar", "arabizi"),
    ],
)
def test_a_message_tells_its_own_language(identifier, text, language, variety):
    assert identifier.identify(text) == (language, variety)


@pytest.mark.parametrize("prior", ["en", "fr", None])
def test_the_script_is_certain(identifier, prior):
    # Nothing of it was seen in training, and the conversation was in another language.
    language, variety = identifier.identify("نموذج غريب تماما", prior)
    assert language == "ar"
    assert variety in ("msa", "darija")


def test_where_two_scripts_meet_the_frame_tells_the_language(identifier):
    # Four of six words are French, and the sentence is Moroccan; the next is the reverse.
    assert identifier.identify("بغيت emploi comptable ف tanger")[0] == "ar"
    assert identifier.identify("je cherche un poste يا أخي العزيز")[0] == "fr"


def test_arabic_letters_alone_are_never_taken_for_latin_script(identifier):
    assert identifier.identify("ظضظض ظضظضظض ظضظض ?!")[1] in ("msa", "darija")


def test_latin_letters_are_never_taken_for_arabic_script(identifier):
    for text in ("hello", "bonjour à tous", "bghit", "xqzt"):
        assert identifier.identify(text)[1] in ("en", "fr", "arabizi")


@pytest.mark.parametrize("prior", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    "text", ["ok", "stage", "Casablanca", "je veux", "🙂", "2", "CDI 2026", ""]
)
def test_a_short_message_keeps_the_conversations_language(identifier, text, prior):
    assert identifier.identify(text, prior)[0] == prior


def test_one_or_two_french_words_that_arabizi_borrows_are_french_until_more_is_said(identifier):
    assert identifier.identify("stage")[0] == "fr"
    assert identifier.identify("sba7 khoya")[0] == "ar"


def test_two_arabic_words_change_it_and_one_does_not(identifier):
    assert identifier.identify("أبحث عن", "fr")[0] == "ar"
    assert identifier.identify("الرباط", "fr")[0] == "fr"


def test_a_long_message_changes_it(identifier):
    assert identifier.identify("i am looking for a job as a driver", "fr")[0] == "en"


def test_what_was_chosen_wins(identifier):
    text = "i am looking for a job as a driver"
    assert identifier.identify(text, "ar", chosen=True) == ("ar", "en")
    assert identifier.identify("أبحث عن وظيفة في الرباط", "fr", chosen=True)[0] == "fr"


def test_nothing_known_is_the_default(identifier):
    assert identifier.identify("🙂")[0] == "fr"


@pytest.mark.parametrize("prior", ["de", "", "EN"])
def test_a_language_that_nobody_speaks_here_is_no_prior(identifier, prior):
    assert identifier.identify("🙂", prior)[0] == "fr"


def test_the_same_message_gets_the_same_answer(identifier):
    texts = ["stage in informatique please", "salam je cherche job", "CV de plombier for casa"]
    first = [identifier._scores(text, 4) for text in texts]
    assert all([identifier._scores(text, 4) for text in texts] == first for _ in range(5))


def test_loaded_it_answers_as_trained(trained):
    made, loaded = trained
    for text in ("bonjour madame", "صباح الخير", "kifach nkteb cv", "help me with it"):
        assert loaded._scores(text, 3) == pytest.approx(made._scores(text, 3), abs=0.005)


def test_a_message_gets_both_properties(identifier):
    found = message("ok", metadata={"language": "ar", "language_chosen": False})
    identifier.process([found])
    assert found.get("language") == "ar"
    assert "variety" in found.as_dict(only_output_properties=True)


def test_what_was_chosen_comes_in_the_metadata(identifier):
    found = message(
        "i am looking for a job as a driver", metadata={"language": "fr", "language_chosen": True}
    )
    identifier.process([found])
    assert found.get("language") == "fr"


def test_training_examples_tell_the_later_components_their_variety(identifier):
    texts = ("bghit nkhdem plombi f casa", "bonjour madame")
    data = TrainingData([message(text, intent="greet") for text in texts])
    assert identifier.process_training_data(data) is data
    told = {e.get("text"): (e.get("variety"), e.get("language")) for e in data.nlu_examples}
    assert told["bghit nkhdem plombi f casa"] == ("arabizi", "ar")
    assert told["bonjour madame"] == ("fr", "fr")


def test_the_folder_is_the_truth(tmp_path):
    for name, line in {
        "en/a": "[Rabat](place) please",
        "ar/darija/deep/b": "بغيت",
        "ar/mixed/c": "bghit stage",
        "ar/mixed/d": "بغيت stage زوين",
    }.items():
        path = tmp_path / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"nlu:\n- intent: x\n  examples: |\n    - {line}\n", encoding="utf-8")
    assert set(read_varieties(tmp_path)) == {
        ("Rabat please", "en"),
        ("بغيت", "darija"),
        ("bghit stage", "arabizi"),
        ("بغيت stage زوين", "darija"),
    }


@pytest.mark.parametrize(
    ("variety", "language"),
    [("en", "en"), ("fr", "fr"), ("msa", "ar"), ("darija", "ar"), ("arabizi", "ar")],
)
def test_each_variety_is_answered_in_a_language(variety, language):
    assert language_of(variety) == language
