"""Searches as people make them, many at once: how long each takes, and what it costs.

Every client waits for its answer and asks again at once. As with the action server, a process
answers one search at a time; the time counts from asking to having the answer, waiting included.

uv run python -m bench.search_load DATABASE_URL [CLIENTS] [PROCESSES] [SEARCHES]
"""

import gc
import json
import multiprocessing
import random
import resource
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import select

from bench import wording
from bench.listings import TODAY, Draw, Trade, World
from catalogue.models import OccupationName, PlaceName
from catalogue.request import SearchRequest
from catalogue.search import search
from store.engine import Database

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
_PATIENCE = 300  # seconds for a part to come up or to finish
_SECTORS = (
    "informatique", "santé", "tourisme", "bâtiment", "commerce", "agriculture", "transport",
    "education", "restauration", "industrie", "صحة", "فلاحة", "سياحة", "construction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """Draws requests; `said` are the names of trades and places as people write them."""

    world: World
    trades: dict[str, list[str]]
    places: dict[str, list[str]]

    @classmethod
    def of(cls, database: Database) -> "People":
        """From the vocabulary of a database."""
        trades: dict[str, list[str]] = defaultdict(list)
        places: dict[str, list[str]] = defaultdict(list)
        with database.read() as session:
            for code, name in session.execute(
                select(OccupationName.code, OccupationName.name)
                .where(OccupationName.weight >= 1)
                .order_by(OccupationName.id)
            ):
                trades[code].append(name)
            for key, name in session.execute(
                select(PlaceName.place_id, PlaceName.name).order_by(PlaceName.id)
            ):
                places[key].append(name)
            return cls(World.of(session), trades, places)

    def request(self, dice: random.Random) -> tuple[str, SearchRequest]:
        """A search and the sort that it is of."""
        sort = dice.choices(list(_MIX), [share for share, _ in _MIX.values()])[0]
        given = _MIX[sort][1](self, dice)
        language = dice.choice(("fr", "fr", "ar", "en"))
        country = given.pop("home", "MA")
        return sort, SearchRequest(
            **{"kind": "offer", "language": language, "country": country} | given
        )

    def trade(self, dice: random.Random) -> str:
        """The name of a trade, in any language."""
        trade: Trade = self.world.trades(dice)
        return dice.choice(self.trades.get(trade.code) or list(trade.labels.values()))

    def where(self, dice: random.Random) -> dict[str, Any]:
        """A town of a country, by any of its names."""
        home = dice.choices(("MA", "TN", "DZ", "SN"), (6, 2, 1, 1))[0]
        cities: Draw = self.world.cities[home]
        return {"home": home, "place": dice.choice(self.places[cities(dice).id])}


def _dates(dice: random.Random) -> dict[str, Any]:
    start = TODAY + timedelta(days=dice.choice((0, 1, 7, 21)))
    return {"starting_from": start, "starting_until": start + timedelta(days=dice.choice((1, 7)))}


def _in_one_text(people: People, dice: random.Random) -> dict[str, Any]:
    where = people.where(dice)
    said = dice.choice(("{} {}", "stage {} {}", "cherche {} à {}", "{} jobs in {}"))
    return {"home": where["home"], "text": said.format(people.trade(dice), where["place"])}


def _by_trade(people: People, dice: random.Random) -> dict[str, Any]:
    return {"occupation": people.trade(dice)} | people.where(dice)


def _misspelt(people: People, dice: random.Random) -> dict[str, Any]:
    given = _by_trade(people, dice)
    word = given["occupation"]
    at = dice.randrange(1, max(2, len(word) - 1))
    return given | {"occupation": word[:at] + word[at + 1 :]}


def _training(_people: People, dice: random.Random) -> dict[str, Any]:
    topic = wording.topic(dice, dice.choice(("fr", "fr", "ar", "en")))
    return {"kind": "training", "topic": topic}


def _event(_people: People, _dice: random.Random) -> dict[str, Any]:
    return {"kind": "event", "topic": "forum emploi"}


# The sorts of searches, each with its share in percent.
_MIX: dict[str, tuple[int, Callable[[People, random.Random], dict[str, Any]]]] = {
    "trade, town": (38, _by_trade),
    "trade, town, contract": (9, lambda p, d: _by_trade(p, d) | {"contract": "internship"}),
    "trade misspelt, town": (8, _misspelt),
    "trade anywhere": (9, lambda p, d: {"occupation": p.trade(d), "anywhere": True}),
    "sector, town": (9, lambda p, d: {"occupation": d.choice(_SECTORS)} | p.where(d)),
    "any job, town": (3, People.where),
    "free text": (4, _in_one_text),
    "topic": (7, _training),
    "topic, town": (6, lambda p, d: _training(p, d) | p.where(d)),
    "events, days, town": (4, lambda p, d: {"kind": "event"} | _dates(d) | p.where(d)),
    "events": (3, _event),
}


Took = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers searches, one at a time as the action server does, and its people."""

    database: Database
    people: People
    worker: Executor

    def client(self, seed: int, searches: int, took: Took) -> None:
        """Somebody who asks again as soon as there is an answer; `took` gets milliseconds."""
        dice = random.Random(seed)  # noqa: S311 - no secret
        for _ in range(searches):
            sort, request = self.people.request(dice)
            started = time.perf_counter()
            self.worker.submit(self.answer, request).result()
            took.append((sort, (time.perf_counter() - started) * 1000))

    def answer(self, request: SearchRequest) -> None:
        """One search."""
        with self.database.read() as session:
            search(session, request, NOW)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one process does: `clients` people, each making `searches` searches."""

    url: str
    seed: int
    clients: int
    searches: int


def _process(plan: Plan, barrier: Any, results: Any) -> None:  # noqa: ANN401 - of no public type
    database, took = Database(plan.url), list[tuple[str, float]]()
    server = Server(database, People.of(database), ThreadPoolExecutor(max_workers=1))
    server.client(plan.seed + 99, 400, [])  # a server that has been up for a minute
    gc.freeze()  # as it does when it has started
    barrier.wait(_PATIENCE)
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    at_work = [
        threading.Thread(target=server.client, args=(plan.seed + n, plan.searches, took))
        for n in range(plan.clients)
    ]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    results.put((took, seconds, cpu))
    server.worker.shutdown()
    database.close()


def load(url: str, clients: int, processes: int, searches: int) -> dict[str, Any]:
    """`clients` people at once, shared out over `processes`; each makes `searches` searches."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes), context.Queue()
    plans = [Plan(url, 1000 * n, clients // processes, searches) for n in range(processes)]
    started = [context.Process(target=_process, args=(p, barrier, results)) for p in plans]
    for process in started:
        process.start()
    done = [results.get(timeout=_PATIENCE) for _ in started]
    for process in started:
        process.join()
    took = [one for part, _, _ in done for one in part]
    return {
        "clients": clients,
        "processes": processes,
        "searches": len(took),
        **_spread([ms for _, ms in took]),
        "per_second": round(len(took) / max(seconds for _, seconds, _ in done)),
        "cpu_ms_a_search": round(1000 * sum(cpu for _, _, cpu in done) / len(took), 2),
        "by_sort": {
            sort: _spread([ms for name, ms in took if name == sort])
            for sort in sorted({name for name, _ in took})
        },
    }


def _spread(times: list[float]) -> dict[str, float]:
    cuts = quantiles(times, n=100, method="inclusive")
    return {
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
    }


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[2:]]
    clients, processes, searches = given + [20, 2, 200][len(given) :]
    print(json.dumps(load(sys.argv[1], clients, processes, searches), indent=1))
