"""Runs the model's graph node after node, in an order that is found once.

Rasa hands every message to Dask, which plans the same graph anew each time: planning cost as much
as understanding did.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

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
            order = TopologicalSorter(needs).static_order()
            self._plans[targets] = [(name, needs[name]) for name in order if name in needs]
        return self._plans[targets]
