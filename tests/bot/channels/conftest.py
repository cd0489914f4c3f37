"""What the tests of several channels share."""

import pytest

from tests.bot.fake_graph import FakeGraph


@pytest.fixture(scope="package")
def served_graph():
    graph = FakeGraph()
    graph.start()
    yield graph
    graph.stop()


@pytest.fixture
def graph(served_graph):
    """Meta's Graph API, of which nobody has asked anything yet."""
    served_graph.forget()
    return served_graph
