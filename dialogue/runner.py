"""Runs the model's graph node after node, in an order that is found once.

Rasa hands every message to Dask, which plans the same graph anew each time: planning cost as much
as understanding did.
"""

from __future__ import annotations

from collections.abc import Callable
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphComponent
from rasa.engine.runner.dask import DaskGraphRunner


class _Step(NamedTuple):
    """A node: its name, the nodes that its arguments come from, and what it does."""

    name: str
    needs: list[tuple[str, str]]
    do: Callable[..., Any]


class InOrder(DaskGraphRunner):
    """A runner over the nodes that Rasa has loaded, none of which is loaded again."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self.__dict__.update(loaded.__dict__)
        self._plans: dict[tuple[str, ...], list[_Step]] = {}

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """The outputs of the `targets`, each by its node's name; see GraphRunner."""
        done = dict(inputs or {})
        wanted = tuple(targets or self._graph_schema.target_names)
        for step in self._plan(wanted):
            done[step.name] = step.do(**{given: done[need] for given, need in step.needs})
        return {name: done[name] for name in wanted}

    def components(self) -> list[GraphComponent | None]:
        """The model's components, as far as they are loaded."""
        return [node._component for node in self._instantiated_nodes.values()]  # noqa: SLF001

    def _plan(self, targets: tuple[str, ...]) -> list[_Step]:
        if targets not in self._plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: node.needs for name, node in nodes.items()}
            sorter = TopologicalSorter({name: need.values() for name, need in needs.items()})
            order = [name for name in sorter.static_order() if name in needs]
            self._plans[targets] = [
                _Step(name, list(needs[name].items()), self._method(name))
                for name in self._rules_first(order)
            ]
        return self._plans[targets]

    def _method(self, name: str) -> Callable[..., Any]:
        """What the node does, asked of the component itself; all are loaded to answer messages."""
        node = self._instantiated_nodes[name]
        method: Callable[..., Any] = getattr(node._component, node._fn_name)  # noqa: SLF001
        return method

    def _rules_first(self, order: list[str]) -> list[str]:
        """The order with the rules at the place of the first policy: they may spare the others."""
        policies = [name for name in order if self._is(name, Policy)]
        ruled = sorted(policies, key=lambda name: not self._is(name, RulePolicy))
        swapped = dict(zip(policies, ruled, strict=True))
        return [swapped.get(name, name) for name in order]

    def _is(self, name: str, kind: type[Policy]) -> bool:
        return isinstance(self._instantiated_nodes[name]._component, kind)  # noqa: SLF001
