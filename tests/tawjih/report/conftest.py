import pytest

from tawjih.evaluation import Entity, Example
from tawjih.report.measured import Measured


@pytest.fixture
def measured():
    """Makes an example with what was understood of it."""

    def make(
        intent="greet",
        *ranking,
        text="salut à tous les amis",
        variety="fr",
        language="fr",
        told="fr",
        acted=None,
        marked=(),
        found=(),
        voice="fr",
    ):
        ranking = ranking or ((intent, 0.9),)
        entities = None if marked is None else [Entity(entity=k, value=v) for k, v in marked]
        return Measured(
            Example(
                text=text, intent=intent, variety=variety, language=language, entities=entities
            ),
            {
                "intent": acted or ranking[0][0],
                "confidence": ranking[0][1],
                "ranking": [{"name": name, "confidence": share} for name, share in ranking],
                "language": told,
                "entities": [{"entity": kind, "value": value} for kind, value in found],
                "ms": 1.0,
            },
            voice,
        )

    return make
