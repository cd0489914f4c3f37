"""GET /metrics: the edge's figures for Prometheus. Not for the public.

Without METRICS_TOKEN only a program on this very machine may read them, and not through a proxy.
"""

from contextlib import suppress

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import claims, metrics, outbox
from bot.security import same
from bot.transactions import Transactions
from errors import PartUnavailable

_LOOPBACK = {"127.0.0.1", "::1"}
_LOCAL_NAMES = {"127.0.0.1", "[::1]", "localhost"}
_BY_PROXY = ("x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


def router(transactions: Transactions, token: str) -> APIRouter:
    """The route.

    Args:
        transactions: the database, for what waits in it.
        token: the bearer token that opens it; empty for none.
    """
    routes = APIRouter()

    @routes.get("/metrics")
    async def figures(request: Request) -> Response:
        if not (_local(request) or same(_bearer(request), token)):
            raise HTTPException(404, "Not Found")
        with suppress(PartUnavailable):  # the other figures tell the more, the more is away
            await _look(transactions)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


async def _look(transactions: Transactions) -> None:
    waiting, seconds = await transactions.read(claims.how_many_wait)
    counts = await transactions.read(outbox.counts)
    metrics.WAITING.set(waiting)
    metrics.WAITING_SECONDS.set(seconds)
    metrics.PENDING.set(counts["pending"])
    metrics.FAILED.set(counts["failed"])


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


def _local(request: Request) -> bool:
    caller = request.client.host if request.client else ""
    name = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    by_proxy = any(header in request.headers for header in _BY_PROXY)
    return caller in _LOOPBACK and name in _LOCAL_NAMES and not by_proxy
