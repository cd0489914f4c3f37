import io

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from PIL import Image

from bot import charts
from catalogue.charts import Chart, address

MONTHS = Chart("Menuisier", ["jan.", "fév.", "mars"], [3, 5, 9], across=False, rtl=False)
JOBS = Chart("الدار البيضاء", ["نجار", "ممرض"], [8, 2], across=True, rtl=True)


@pytest.fixture
def client():
    app = FastAPI()
    app.include_router(charts.router("secret", "#0b6e4f"))
    return AsyncClient(transport=ASGITransport(app), base_url="http://edge")


@pytest.mark.parametrize("chart", [MONTHS, JOBS])
async def test_a_picture_is_small_and_may_be_kept(client, chart):
    answer = await client.get(address(chart, "secret"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) <= 30_000
    assert Image.open(io.BytesIO(answer.content)).size == (480, 288)


async def test_bars_of_an_arabic_picture_grow_from_the_right(client):
    answer = await client.get(address(JOBS, "secret"))
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    green = [
        x
        for x in range(picture.width)
        for y in range(0, picture.height, 8)
        if picture.getpixel((x, y)) == (11, 110, 79)
    ]
    assert sum(x > picture.width / 2 for x in green) > len(green) / 2


@pytest.mark.parametrize("name", ["x", "a.b", "..%2F..%2Fetc", "%00"])
async def test_what_is_not_signed_is_not_drawn(client, name):
    assert (await client.get(f"/charts/{name}.png")).status_code == 404
