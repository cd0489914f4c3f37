"""GET /metrics tells figures to whoever may read them, and no one else."""

from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase
from pydantic import SecretStr

from bot import metrics as figures
from tests.bot.conftest import edge, say


def metrics(client, host="127.0.0.1:8000", **headers):
    return client.get("/metrics", headers={"Host": host, **headers})


async def test_figures_are_told_on_this_machine(client):
    await say(client, "salut un")
    told = await metrics(client)
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("text/plain")
    assert 'tawjih_received_total{channel="rest",kind="new"}' in told.text
    assert 'tawjih_answered_total{channel="rest",status="answered"}' in told.text
    assert "tawjih_waiting 0.0" in told.text
    assert "salut un" not in told.text
    assert "amal" not in told.text


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("chat.emploi.example", {}),
        ("127.0.0.1:8000", {"X-Forwarded-For": "192.0.2.1"}),
        ("localhost", {"Forwarded": "for=192.0.2.1"}),
        ("127.0.0.1.emploi.example", {}),
        ("chat.emploi.example", {"Authorization": "Bearer "}),
        ("chat.emploi.example", {"Authorization": "Bearer wrong"}),
    ],
)
async def test_nobody_else_learns_that_there_are_figures(client, host, headers):
    assert (await metrics(client, host, **headers)).status_code == 404


async def test_a_token_opens_them_from_anywhere(settings):
    guarded = settings.model_copy(update={"metrics_token": SecretStr("open-sesame")})
    async with edge(guarded) as client:
        right = {"Authorization": "Bearer open-sesame"}
        assert (await metrics(client, "chat.emploi.example", **right)).status_code == 200
        assert (await metrics(client, "chat.emploi.example")).status_code == 404


def test_every_figure_is_told():
    page = (Path(__file__).parents[2] / "docs/install.md").read_text(encoding="utf-8")
    kinds = [one for one in vars(figures).values() if isinstance(one, MetricWrapperBase)]
    names = {one.name for kind in kinds for one in kind.describe()}
    assert len(names) > 10
    assert {name for name in names if f"`{name}" not in page} == set()
