import pytest

from dialogue.cues import Cues
from dialogue.gazetteer import Gazetteer
from dialogue.tagger import EntityTagger, _labels, _spans
from dialogue.tests.conftest import message
from dialogue.text import tokens


@pytest.fixture(scope="module")
def trained(training_data, lists, storage, resource, context):
    config = {**EntityTagger.get_default_config(), "data": str(lists)}
    made = EntityTagger.create(config, storage, resource, context)
    assert made.train(training_data) == resource
    return made, EntityTagger.load(config, storage, resource, context)


def found(tagger, text, variety="fr", intent="search_offers"):
    made = message(text, variety=variety, intent={"name": intent})
    assert tagger.process([made]) == [made]
    return made.get("entities")


def told(tagger, *arguments, **named):
    return [(e["entity"], e["value"]) for e in found(tagger, *arguments, **named)]


@pytest.mark.parametrize(
    ("text", "variety", "entities"),
    [
        (
            "je cherche un emploi de plombier à Tunis",
            "fr",
            [("occupation", "plombier"), ("place", "Tunis")],
        ),
        (
            "i am looking for a job as a plumber in Rabat",
            "en",
            [("occupation", "plumber"), ("place", "Rabat")],
        ),
        ("أريد وظيفة في الدار البيضاء", "msa", [("place", "الدار البيضاء")]),
        ("bghit nkhdem plombi f casa", "arabizi", [("occupation", "plombi"), ("place", "casa")]),
        ("bonjour madame", "fr", []),
    ],
)
def test_it_learns_what_the_examples_mark(trained, text, variety, entities):
    assert told(trained[0], text, variety) == entities


def test_offsets_count_in_the_text_as_written(trained):
    text = "🙂  je cherche un emploi de plombier,  à   TUNIS!"
    for entity in found(trained[0], text):
        assert text[entity["start"] : entity["end"]] == entity["value"]
    assert ("place", "TUNIS") in told(trained[0], text)


class Field:
    """A field that sees what it is told to, and nothing else."""

    def __init__(self, *labels):
        self.labels = labels

    def predict_single(self, rows):
        return list(self.labels) or ["O"] * len(rows)


@pytest.fixture
def listed(lists, storage, resource):
    def make(*labels):
        learnt = Field(*labels), Gazetteer.read(lists), Cues.read(lists)
        return EntityTagger({}, storage, resource, learnt)

    return make


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("zzz new york", "search_offers", [("place", "new york")]),
        ("plombier casa", "inform", [("occupation", "plombier"), ("place", "casa")]),
        (
            "informatique à Rabat",
            "search_trainings",
            [("topic", "informatique"), ("place", "Rabat")],
        ),
        ("plombier à Rabat", "search_trainings", [("place", "Rabat")]),
        ("informatique à Rabat", "search_events", [("place", "Rabat")]),
        ("new york", "give_feedback", [("place", "new york")]),
        ("new york", "out_of_scope", []),
        ("new york", "greet", []),
        # one of a kind, the longest
        ("Rabat ou New York", "search_offers", [("place", "New York")]),
        (
            "informatique, développeur logiciel",
            "search_offers",
            [("occupation", "développeur logiciel")],
        ),
    ],
)
def test_where_something_is_looked_for_the_lists_have_a_say(listed, text, intent, entities):
    assert sorted(told(listed(), text, intent=intent)) == sorted(entities)


def test_the_lists_say_nothing_where_the_field_has_spoken(listed):
    # A place was seen already; "casa" is no second one. The job is still free to be told.
    tagger = listed("O", "B-place", "O")
    assert told(tagger, "plombier tanger casa") == [("occupation", "plombier"), ("place", "tanger")]
    # What the field took for something else stays that.
    assert told(listed("B-topic", "O"), "plombier casa", intent="inform") == [
        ("topic", "plombier"),
        ("place", "casa"),
    ]


def test_earlier_entities_stay(trained):
    earlier = {"entity": "date", "value": "demain", "start": 0, "end": 6, "extractor": "other"}
    made = message("bonjour madame", variety="fr", entities=[earlier])
    trained[0].process([made])
    assert made.get("entities") == [earlier]


@pytest.mark.parametrize("text", ["", "🙂", " ", "؟!"])
def test_no_word_is_no_entity(trained, text):
    assert not found(trained[0], text)


def test_loaded_it_answers_as_trained(trained):
    made, loaded = trained
    for text in ("un emploi à Casablanca", "plumber in Tunis", "zzz new york"):
        assert found(made, text) == found(loaded, text)
    assert found(loaded, "un emploi à Casablanca")[0]["extractor"] == "EntityTagger"


def test_labels_and_spans_are_two_sides_of_one_thing():
    text = "un développeur web à New York, York"
    entities = [
        {"entity": "occupation", "start": 3, "end": 18},
        {"entity": "place", "start": 21, "end": 29},
        {"entity": "place", "start": 31, "end": 35},
    ]
    labels = _labels(tokens(text), entities)
    assert labels == [
        "O", "B-occupation", "I-occupation", "O", "B-place", "I-place", "B-place",
    ]  # fmt: skip
    assert _spans(labels) == [(1, 3, "occupation"), (4, 6, "place"), (6, 7, "place")]


@pytest.mark.parametrize(
    ("labels", "spans"),
    [
        (["I-place", "O"], [(0, 1, "place")]),
        (["B-place", "I-topic"], [(0, 1, "place"), (1, 2, "topic")]),
        (["B-place", "O", "I-place"], [(0, 1, "place"), (2, 3, "place")]),
        ([], []),
    ],
)
def test_a_field_that_contradicts_itself_still_gives_spans(labels, spans):
    assert _spans(labels) == spans


def test_what_was_not_trained_does_not_guess(storage, resource, context):
    made = EntityTagger.create(EntityTagger.get_default_config(), storage, resource, context)
    with pytest.raises(AssertionError, match="before it was trained"):
        made.process([message("bonjour")])


@pytest.mark.parametrize(
    ("intent", "kind"),
    [("search_trainings", "topic"), ("search_events", "topic"), ("inform", "occupation")],
)
def test_the_intent_says_whether_one_learns_it_or_works_as_it(listed, intent, kind):
    assert told(listed("B-occupation"), "couture", intent=intent) == [(kind, "couture")]
