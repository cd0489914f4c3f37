"""The audit trail's page: filters, the newest first, and the same as a file."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.desk.audit import reading
from bot.desk.audit.reading import Wanted
from bot.desk.desk import Desk
from bot.desk.models import AuditRow
from bot.desk.permissions import Permission
from bot.desk.shell.views import view
from bot.desk.shell.visit import Visit

_FILE_ROWS = 10_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("at", "account", "action", "subject_kind", "subject_id", "detail", "address")
Text = Annotated[str, Field(max_length=64)]


class Filters(BaseModel):
    """What the page's form asks for; empty means any. Days are as 2030-03-04."""

    account: Text = ""
    action: Text = ""
    subject: Text = ""
    since: Text = ""
    until: Text = ""
    before: int | None = Field(None, ge=1, le=2**31 - 1)

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """The lines that are asked for, by days of a time zone."""
        # `until` is the last day that is wanted, as people mean it.
        last = _day(self.until, zone)
        end = last + timedelta(days=1) if last else None
        since = _day(self.since, zone)
        return Wanted(self.account, self.action, self.subject, since, end, self.before)


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/audit")
    async def page(
        given: Annotated[Filters, Query()], visit: Visit = view(Permission.AUDIT, csrf=False)
    ) -> Response:
        rows = await desk.transactions.read(reading.find, given.wanted(desk.zone))
        accounts, actions = await desk.transactions.read(reading.choices)
        await visit.record("audit.open")
        return visit.page(
            "audit/audit.html",
            rows=rows,
            given=given,
            accounts=accounts,
            names=dict(accounts),
            actions=actions,
            more=rows[-1].id if len(rows) == reading.PAGE else None,
            act=_words(visit, "audit"),
            kind=_words(visit, "audit_kind"),
        )

    @routes.get("/audit.csv")
    async def file(
        given: Annotated[Filters, Query()], visit: Visit = view(Permission.AUDIT, csrf=False)
    ) -> Response:
        rows = await desk.transactions.read(reading.find, given.wanted(desk.zone), _FILE_ROWS)
        await visit.record("audit.export", rows=len(rows))
        name = f"audit-{datetime.now(desk.zone):%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response("".join(_lines(rows)), media_type="text/csv", headers=headers)

    return routes


def _words(visit: Visit, kind: str) -> Callable[[str], str]:
    """Puts an action or a kind into words; one without (words/audit.yml) stands as it is."""

    def act(action: str) -> str:
        try:
            return visit.t(f"{kind}_{action.replace('.', '_')}")
        except KeyError:
            return action

    return act


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _lines(rows: list[AuditRow]) -> Iterator[str]:
    yield "\ufeff"  # so that spreadsheets read Arabic
    for row in [_COLUMNS, *([getattr(one, name) for name in _COLUMNS] for one in rows)]:
        line = io.StringIO()
        csv.writer(line).writerow([_inert(value) for value in row])
        yield line.getvalue()


def _inert(value: object) -> str:
    text = "" if value is None or value == {} else str(value)
    # A spreadsheet takes such a cell for a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text
