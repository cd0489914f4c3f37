"""Runs the model's graph node after node, in an order that is found once.

Rasa hands every message to Dask, which plans the same graph anew each time: planning cost as much
as understanding did.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import GraphComponent
from rasa.engine.runner.dask import DaskGraphRunner


class InOrder(DaskGraphRunner):
    """A runner over the nodes that Rasa has loaded, none of which is loaded again."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self.__dict__.update(loaded.__dict__)
        self._plans: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """The outputs of the `targets`, each by its node's name; see GraphRunner."""
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        wanted = tuple(targets or self._graph_schema.target_names)
        for name, needs in self._plan(wanted):
            done[name] = self._instantiated_nodes[name](*(done[need] for need in needs))
        return dict(done[name] for name in wanted)

    def components(self) -> list[GraphComponent | None]:
        """The model's components, as far as they are loaded."""
        return [node._component for node in self._instantiated_nodes.values()]  # noqa: SLF001

    def _plan(self, targets: tuple[str, ...]) -> list[tuple[str, list[str]]]:
        if targets not in self._plans:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            needs = {name: list(node.needs.values()) for name, node in nodes.items()}
            order = [name for name in TopologicalSorter(needs).static_order() if name in needs]
            self._plans[targets] = [(name, needs[name]) for name in self._rules_first(order)]
        return self._plans[targets]

    def _rules_first(self, order: list[str]) -> list[str]:
        """The order with the rules at the place of the first policy: they may spare the others."""
        policies = [name for name in order if self._is(name, Policy)]
        ruled = sorted(policies, key=lambda name: not self._is(name, RulePolicy))
        swapped = dict(zip(policies, ruled, strict=True))
        return [swapped.get(name, name) for name in order]

    def _is(self, name: str, kind: type[Policy]) -> bool:
        return isinstance(self._instantiated_nodes[name]._component, kind)  # noqa: SLF001
