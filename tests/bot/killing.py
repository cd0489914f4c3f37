"""Edges as processes that are killed in the middle of their work, and what came of it."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Edge:
    """A process of `tests.bot.probe_edge`, at one port through all its lives."""

    def __init__(self, settings, platform_url):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "tests.bot.probe_edge", str(self.port), platform_url]
        self._environment = os.environ | {
            "TAWJIH_HOME": str(settings.tawjih_home),
            "DATABASE_URL": settings.database,
            "RASA_URL": settings.dialogue,
            "ACTIONS_URL": settings.actions,
            "DIALOGUE_SECRET": settings.secret,
            "RATE_PERSON": "1000000/minute",
            "LOG_LEVEL": "ERROR",
        }

    def start(self):
        self.process = subprocess.Popen(self._command, cwd=ROOT, env=self._environment)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def cpu(self):
        """Seconds of processor time that this life has taken."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def is_up(self):
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                try:
                    if (await client.get(f"{self.url}/health")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                if self.process.poll() is not None:
                    raise RuntimeError("the edge ended by itself")
                await asyncio.sleep(0.05)


async def post(client, urls, update, seconds=None):
    """Send an update as platforms do: again and again until it is acknowledged."""
    attempt = 0
    while True:
        started = time.perf_counter()
        url = urls[attempt % len(urls)]
        attempt += 1
        try:
            response = await client.post(f"{url}/webhooks/probe", json=update)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if response.status_code == 200:
            if seconds is not None:
                seconds.append(time.perf_counter() - started)
            return
        await asyncio.sleep(0.1)


def judge(platform, sent):
    """What became of the messages: lost, out of order, answered by other words, sent twice.

    Args:
        platform: what came to it.
        sent: for each person, the texts in the order they were sent.
    """
    verdict = Counter(messages=sum(map(len, sent.values())))
    for person, texts in sent.items():
        said = [t for t in platform.texts(person) if re.match("echo", t)]
        wanted = [f"echo {text}" for text in texts]
        once = list(dict.fromkeys(said))
        verdict["lost"] += len(set(wanted) - set(said))
        verdict["strange"] += len(set(said) - set(wanted))
        verdict["out of order"] += once != [text for text in wanted if text in set(said)]
        verdict["twice"] += len(said) - len(once)
    return verdict
