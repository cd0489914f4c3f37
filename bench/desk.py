"""The counsellors' desk under load: 50 open conversations, 20 counsellors, every form sent twice.

    uv run python -m bench.desk [sqlite] [postgresql] [--out FILE]

The edges are processes of their own, one on SQLite, two on PostgreSQL; dialogue and platform are
fakes on loopback. Each conversation is wanted by three counsellors at once. Then in each of them
the person writes and the counsellor answers, twenty times, each answer's form sent twice at once,
to both edges where there are two.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from bench.delivery import Bed, Figures, laid
from bot.desk.accounts import sessions
from bot.desk.accounts.sessions import Lasting
from bot.desk.keys import Keys
from bot.desk.models import Account, AuditRow, DeskSession
from bot.desk.permissions import Role
from bot.handoff.models import Handoff
from bot.models import IncomingRow
from people.models import Contact

PEOPLE, COUNSELLORS, LINES, WANTED_BY = 50, 20, 20, 3
SECRET = "tell-nobody"  # noqa: S105 - the bed's
_LASTING = Lasting(timedelta(hours=1), timedelta(hours=1))


@dataclass(slots=True)
class Counsellor:
    """Somebody signed in, who sends forms to whichever edge."""

    account_id: str
    urls: list[str]
    client: httpx.AsyncClient
    csrf: str
    seconds: list[float] = field(default_factory=list)

    async def post(self, path: str, edge: int = 0, **fields: str) -> int:
        """Send a form as the page does; its status."""
        began = time.perf_counter()
        url = f"{self.urls[edge % len(self.urls)]}/desk{path}"
        headers = {"hx-request": "true", "x-csrf-token": self.csrf}
        response = await self.client.post(url, data=fields, headers=headers)
        self.seconds.append(time.perf_counter() - began)
        return response.status_code


def browser(cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
    """A client that keeps no connection: one that the edge closes meanwhile would be an error."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(trust_env=False, timeout=120, limits=limits, cookies=cookies)


def signed_in(bed: Bed, number: int) -> Counsellor:
    """A new account in a browser of its own."""
    with bed.database.write() as session:
        account = Account(
            email=f"c{number}@bench.example", name=f"C{number}", role=Role.COUNSELLOR,
            totp_secret=Keys(SECRET).encrypt("JBSWY3DPEHPK3PXP"),
        )  # fmt: skip
        session.add(account)
        session.flush()
        token = sessions.begin(session, account, "full", _LASTING)
        session.flush()
        kept = session.scalars(select(DeskSession).where(DeskSession.account_id == account.id))
        csrf, account_id = Keys(SECRET).csrf(kept.one().id), account.id
    client = browser(cookies={"desk_session": token})
    return Counsellor(account_id, bed.urls, client, csrf)


async def write(bed: Bed, client: httpx.AsyncClient, person: str, text: str) -> None:
    """A person writes; the platform brings it."""
    update = {"id": f"{person} {text}", "from": person, "text": text}
    response = await client.post(f"{bed.urls[0]}/webhooks/probe", json=update)
    response.raise_for_status()


async def waiting(bed: Bed) -> dict[str, int]:
    """The hand-off of each person, once all of them wait."""
    query = select(Contact.address, Handoff.id).join(Handoff, Handoff.contact_id == Contact.id)
    while True:
        with bed.database.read() as session:
            found = {row[0]: row[1] for row in session.execute(query)}
        if len(found) == PEOPLE:
            return found
        await asyncio.sleep(0.2)


async def taken(
    counsellors: list[Counsellor], handoffs: dict[str, int]
) -> tuple[dict[str, Counsellor], Figures]:
    """Who got each conversation, of three who wanted it at once."""
    wanted = [
        (person, counsellors[(number + k) % COUNSELLORS])
        for number, person in enumerate(handoffs)
        for k in range(WANTED_BY)
    ]
    posts = (
        who.post(f"/handoffs/{handoffs[person]}/take", edge, mark=f"take {person}")
        for edge, (person, who) in enumerate(wanted)
    )
    statuses = await asyncio.gather(*posts)
    got = [
        one
        for one, status in zip(wanted, statuses, strict=True)
        if status == httpx.codes.NO_CONTENT
    ]
    times = Counter(person for person, _ in got)
    figures = {
        "taken": len(times),
        "taken twice": sum(n > 1 for n in times.values()),
        "told that another was quicker": statuses.count(httpx.codes.CONFLICT),
    }
    return dict(got), figures


async def talk(
    bed: Bed, platform: httpx.AsyncClient, person: str, act: str, who: Counsellor
) -> int:
    """One conversation; how many forms were refused."""
    refused = 0
    for line in range(LINES):
        form = {"text": f"answer {line} {person}", "mark": f"m{line}"}
        _, *statuses = await asyncio.gather(
            write(bed, platform, person, f"question {line}"),
            who.post(f"{act}/say", 0, **form),
            who.post(f"{act}/say", 1, **form),
        )
        refused += sum(status != httpx.codes.NO_CONTENT for status in statuses)
    return refused


def judged(bed: Bed, people: list[str]) -> Figures:
    """What reached the platform, and what stands in the rows."""
    verdict: Counter[str] = Counter({"lost": 0, "doubled": 0, "out of order": 0})
    for person in people:
        said = [text for text in bed.platform.texts(person) if text.startswith("answer ")]
        verdict["lost"] += LINES - len(set(said))
        verdict["doubled"] += len(said) - len(set(said))
        numbers = [int(text.split()[1]) for text in said]
        verdict["out of order"] += sum(after < before for before, after in pairwise(numbers))
    with bed.database.read() as session:
        held = select(func.count()).where(IncomingRow.text.like("question %"))
        lines = select(func.count()).where(AuditRow.action == "conversation.send")
        return {
            "answers": PEOPLE * LINES,
            **verdict,
            "questions": session.scalar(held),
            "lines in the audit trail": session.scalar(lines),
        }


async def desk(engine: str) -> Figures:
    """The whole of it on one database."""
    edges = 1 if engine == "sqlite" else 2
    with laid(engine, edges=edges) as bed:
        await asyncio.gather(*(edge.is_up() for edge in bed.edges))
        counsellors = [signed_in(bed, number) for number in range(COUNSELLORS)]
        people = [f"person {number}" for number in range(PEOPLE)]
        async with browser() as platform:
            await asyncio.gather(*(who.post("/inbox/here", status="here") for who in counsellors))
            await asyncio.gather(*(write(bed, platform, one, "asked") for one in people))
            handoffs = await waiting(bed)
            holders, figures = await taken(counsellors, handoffs)
            began = time.perf_counter()
            talks = (
                talk(bed, platform, one, f"/handoffs/{handoffs[one]}", holders[one])
                for one in people
            )
            refused = sum(await asyncio.gather(*talks))
            spent = time.perf_counter() - began
            await bed.settled()
        for who in counsellors:
            await who.client.aclose()
        marks = statistics.quantiles([s for who in counsellors for s in who.seconds], n=100)
        return {
            "engine": engine,
            "edges": edges,
            **figures,
            **judged(bed, people),
            "refused": refused,
            "forms a second": round(2 * PEOPLE * LINES / spent),
            "p50 ms": round(marks[49] * 1000),
            "p95 ms": round(marks[94] * 1000),
        }


def main() -> None:
    """Measure what is asked for, print it; with --out also write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", help="sqlite, postgresql; both")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    given = parser.parse_args()
    figures: dict[str, Any] = {"desk": []}
    for engine in given.what or ("sqlite", "postgresql"):
        figures["desk"].append(asyncio.run(desk(engine)))
        print(json.dumps(figures["desk"][-1]), flush=True)
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
