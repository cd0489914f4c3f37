"""Delivery: nothing answered twice, nothing lost, and how soon a platform is acknowledged.

    uv run python -m bench.delivery [duplicates] [kills] [acknowledgements] [--out FILE]

The edges are processes of their own on a PostgreSQL of their own (kills and acknowledgements also
on SQLite); dialogue and platform are fakes on loopback, so that the edge alone is measured.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.models import IncomingRow, ReplyRow
from settings import ROOT, Settings
from store.engine import Database
from store.migrate import upgrade
from tests.bot.fake_dialogue import FakeDialogue
from tests.bot.killing import Edge, free_port, judge, post
from tests.bot.probe import Platform
from tests.conftest import Postgres, _binaries

UPDATES = 10_000
TIMES = 5
AT_ONCE = 50
PEOPLE = 200
KILLS = 20
_CHANCE = random.Random(5)  # noqa: S311 - no secret
A_SECOND = 90
SECONDS = 60

Figures = dict[str, Any]


class Bed:
    """Edges, the fakes around them, and their database."""

    def __init__(self, database: Database, dialogue: FakeDialogue, platform: Platform) -> None:
        self.database = database
        self.dialogue = dialogue
        self.platform = platform
        self.edges: list[Edge] = []

    @property
    def urls(self) -> list[str]:
        """Where updates can be sent."""
        return [edge.url for edge in self.edges]

    async def settled(self) -> None:
        """Wait until nothing waits for an answer or to be sent."""
        waiting = select(func.count()).where(IncomingRow.status == "received")
        pending = select(func.count()).where(ReplyRow.status == "pending")
        while True:
            with self.database.read() as session:
                if not session.scalar(waiting) + session.scalar(pending):
                    return
            await asyncio.sleep(0.5)


@contextmanager
def sink() -> Iterator[str]:
    """The address of a dialogue and a platform, in a process of their own, without a memory."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.delivery_sink", str(port)], cwd=ROOT)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def laid(engine: str, edges: int, *, light: bool = False) -> Iterator[Bed]:
    """A bed with so many edges, started; `light`: on fakes that cost next to nothing."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        dialogue, platform = FakeDialogue(), Platform()
        dialogue.start()
        stack.callback(dialogue.stop)
        platform.start()
        stack.callback(platform.stop)
        database = Database(_database_url(engine, home, stack))
        stack.callback(database.close)
        upgrade(database)
        url = stack.enter_context(sink()) if light else None
        settings = Settings(
            _env_file=None,
            tawjih_home=home,
            database_url=database.engine.url.render_as_string(hide_password=False),
            rasa_url=url or dialogue.url,
            actions_url=url or dialogue.url,
            dialogue_secret=SecretStr("tell-nobody"),
        )
        bed = Bed(database, dialogue, platform)
        for _ in range(edges):
            bed.edges.append(Edge(settings, url or platform.url))
            bed.edges[-1].start()
            stack.callback(bed.edges[-1].stop)
        yield bed


def _database_url(engine: str, home: Path, stack: ExitStack) -> str:
    if engine == "sqlite":
        return f"sqlite:///{home}/bench.db"
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tawjih-pg-"))
    cluster = Postgres(_binaries(), Path(folder) / "pg")
    Path(folder).chmod(0o755)
    cluster.folder.mkdir()
    cluster.start()
    stack.callback(cluster.stop)
    return cluster.url(cluster.create())


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        trust_env=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0)
    )


async def duplicates() -> Figures:
    """Each of 10,000 updates five times, fifty in parallel, at two edges on one PostgreSQL."""
    with laid("postgresql", edges=2) as bed:
        await asyncio.gather(*(edge.is_up() for edge in bed.edges))
        sent: dict[str, list[str]] = {f"person {n}": [] for n in range(PEOPLE)}
        updates: list[Figures] = []
        for number in range(UPDATES):
            person, text = f"person {number % PEOPLE}", f"salut {number}"
            sent[person].append(text)
            updates += [{"id": str(number), "from": person, "text": text}] * TIMES
        # The five of one update come close together, and at both edges.
        shuffled = _nearly_in_order(updates)
        started = time.perf_counter()
        async with _client() as client:
            queue = iter(shuffled)

            async def send() -> None:
                for update in queue:
                    await post(client, _CHANCE.sample(bed.urls, 2), update)

            await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        await bed.settled()
        seconds = time.perf_counter() - started
        asked = [asked["message_id"] for asked in bed.dialogue.asked]
        verdict = judge(bed.platform, sent)
        return {
            "updates": UPDATES,
            "requests": len(updates),
            "edges": 2,
            "answered twice": verdict["twice"],
            "lost": verdict["lost"],
            "asked of the dialogue twice": len(asked) - len(set(asked)),
            "at once in one conversation": bed.platform.overlaps + bed.dialogue.overlaps,
            "seconds": round(seconds),
        }


def _nearly_in_order(updates: list[Any]) -> list[Any]:
    return sorted(updates, key=lambda update: int(update["id"]) + _CHANCE.uniform(0, 40))


async def kills(engine: str) -> Figures:
    """One edge (two on PostgreSQL), killed 20 times while people write."""
    with laid(engine, edges=1 if engine == "sqlite" else 2) as bed:
        await asyncio.gather(*(edge.is_up() for edge in bed.edges))
        sent: dict[str, list[str]] = {f"person {n}": [] for n in range(40)}
        done = asyncio.Event()

        async def talk(client: httpx.AsyncClient, person: str) -> None:
            while not done.is_set():
                text = f"salut {len(sent[person])} {person}"
                sent[person].append(text)
                update = {"id": text, "from": person, "text": text}
                await post(client, _CHANCE.sample(bed.urls, len(bed.urls)), update)
                await asyncio.sleep(_CHANCE.uniform(0.2, 1.0))

        async with _client() as client:
            talks = [asyncio.create_task(talk(client, person)) for person in sent]
            for number in range(KILLS):
                await asyncio.sleep(_CHANCE.uniform(1, 4))
                edge = bed.edges[number % len(bed.edges)]
                edge.kill()
                edge.start()
                await edge.is_up()
            done.set()
            await asyncio.gather(*talks)
        await bed.settled()
        return {"engine": engine, "kills": KILLS, **judge(bed.platform, sent)}


async def _acknowledged(
    client: aiohttp.ClientSession, update: Figures, seconds: list[float]
) -> None:
    started = time.perf_counter()
    async with client.post("/webhooks/probe", json=update) as response:
        response.raise_for_status()
        await response.read()
    seconds.append(time.perf_counter() - started)


async def acknowledgements(engine: str) -> Figures:
    """90 updates a second for a minute, on one edge: seconds until each is acknowledged."""
    with laid(engine, edges=1, light=True) as bed:
        await bed.edges[0].is_up()
        seconds: list[float] = []
        before = bed.edges[0].cpu()
        async with aiohttp.ClientSession(f"{bed.urls[0]}") as client, asyncio.TaskGroup() as group:
            started = time.perf_counter()
            for number in range(A_SECOND * SECONDS):
                delay = started + number / A_SECOND - time.perf_counter()
                await asyncio.sleep(max(0.0, delay))
                person, text = f"person {number % PEOPLE}", f"salut {number}"
                update = {"id": str(number), "from": person, "text": text}
                group.create_task(_acknowledged(client, update, seconds))
        await bed.settled()
        spent = bed.edges[0].cpu() - before
        marks = statistics.quantiles(seconds, n=1000)
        return {
            "engine": engine,
            "a second": A_SECOND,
            "updates": len(seconds),
            "p50 ms": round(marks[499] * 1000),
            "p99 ms": round(marks[989] * 1000),
            "slowest ms": round(max(seconds) * 1000),
            "edge cpu ms a message": round(spent / len(seconds) * 1000, 2),
        }


def main() -> None:
    """Measure what is asked for, print it; with --out also write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="duplicates, kills, acknowledgements; all")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    given = parser.parse_args()
    runs = {
        "duplicates": [duplicates],
        "kills": [lambda: kills("sqlite"), lambda: kills("postgresql")],
        "acknowledgements": [
            lambda: acknowledgements("sqlite"),
            lambda: acknowledgements("postgresql"),
        ],
    }
    figures: dict[str, list[Figures]] = {}
    for what in given.what or runs:
        for run in runs[what]:
            figures.setdefault(what, []).append(asyncio.run(run()))
            print(what, json.dumps(figures[what][-1]), flush=True)
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
