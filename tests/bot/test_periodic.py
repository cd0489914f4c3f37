"""What is done again and again in the background outlives what goes wrong in it."""

import asyncio
from itertools import count

import pytest

from bot.periodic import Periodic, pause
from errors import PartUnavailable


@pytest.mark.parametrize("wrong", [PartUnavailable("away"), RuntimeError("broken"), KeyError("x")])
async def test_it_goes_on_after_whatever_went_wrong(wrong):
    rounds, works = count(1), asyncio.Event()

    async def work():
        if next(rounds) < 4:
            raise wrong
        works.set()

    async with Periodic("test", work, 0.0):
        await works.wait()


async def test_it_stops_in_the_middle_of_its_work_and_leaves_nothing_behind():
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    before = asyncio.all_tasks()
    async with Periodic("test", work, 0.0):
        await begun.wait()
    assert stopped.is_set()
    assert asyncio.all_tasks() == before


async def test_it_works_at_once_when_told_and_rests_where_it_may_not():
    rounds, may = asyncio.Queue(), True

    async def work():
        rounds.put_nowait(None)

    async with Periodic("test", work, 3600.0, when=lambda: may) as periodic:
        await rounds.get()
        periodic.soon()
        await rounds.get()
        may = False
        periodic.soon()
        for _ in range(20):  # wishes that come meanwhile are no reason to spin
            await asyncio.sleep(0)
        assert rounds.empty()


def test_what_keeps_failing_is_tried_ever_more_rarely():
    assert [pause(2.0, n) for n in (1, 2, 3, 4, 5, 9999)] == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert pause(300.0, 7) == 300.0
