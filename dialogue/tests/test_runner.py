import pytest
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from dialogue.runner import InOrder

CALLS = []


class Sum(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        made = cls()
        made.name = execution_context.node_name
        return made

    def run(self, first, second):
        CALLS.append(self.name)
        return first + second


def node(*needs, target=False):
    return SchemaNode(
        needs=dict(zip(("first", "second"), needs, strict=True)),
        uses=Sum,
        constructor_name="create",
        fn="run",
        config={},
        eager=True,
        is_target=target,
    )


@pytest.fixture
def runners(tmp_path):
    schema = GraphSchema(
        {
            "last": node("middle", "one", target=True),
            "middle": node("one", "two"),
            "aside": node("one", "one", target=True),
        }
    )
    context = ExecutionContext(schema, "model")
    dask = DaskGraphRunner(schema, LocalModelStorage(tmp_path), context)
    CALLS.clear()
    return dask, InOrder(dask)


@pytest.mark.parametrize("targets", [None, ["last"], ["aside"], ["middle", "aside"]])
def test_it_answers_what_dask_answers(runners, targets):
    dask, in_order = runners
    inputs = {"one": 1, "two": 2}
    assert in_order.run(inputs, targets) == dask.run(inputs, targets)


def test_only_what_the_target_needs_is_run_once_and_needs_first(runners):
    _, in_order = runners
    for first in (1, 10):
        CALLS.clear()
        assert in_order.run({"one": first, "two": 2}, ["last"]) == {"last": 2 * first + 2}
        assert CALLS == ["middle", "last"]


def test_an_input_that_is_missing_is_told(runners):
    _, in_order = runners
    with pytest.raises(KeyError, match="two"):
        in_order.run({"one": 1}, ["last"])


def test_a_component_that_was_given_another_method_is_asked_by_it(runners):
    _, in_order = runners
    for component in in_order.components():
        component.run = lambda **_: 7
    assert in_order.run({"one": 1, "two": 2}, ["last"]) == {"last": 7}
