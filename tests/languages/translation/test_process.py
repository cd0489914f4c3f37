import asyncio
import contextlib
import os
import signal

import pytest

from errors import PartTimeout, PartUnavailable
from languages.translation import process as module
from languages.translation.packages import Packages
from languages.translation.process import TranslationProcess
from languages.translation.result import Translation, Wish

LONG = "Nous cherchons un menuisier. " * 200
PATIENCE = 60


@pytest.fixture
async def process(installed_home):
    async with TranslationProcess(Packages(installed_home)) as started:
        yield started


async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.02)


async def test_a_translation(process):
    made = await process.translate("Bonjour Zorb", "fr", "ar", ["Zorb"], patience=PATIENCE)
    assert (made.text, made.automatic) == ("مرحبا \u2066Zorb\u2069", True)
    assert made.original == "Bonjour Zorb"


async def test_it_is_started_when_it_is_needed_and_ended_with_its_owner(installed_home):
    async with TranslationProcess(Packages(installed_home)) as process:
        assert process.pid is None
        await process.translate("Bonjour", "fr", "en", patience=PATIENCE)
        pid = process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_without_models_no_process_is_started(tmp_path):
    async with TranslationProcess(Packages(tmp_path)) as process:
        assert await process.translate("Bonjour", "fr", "en") == Translation.none("Bonjour")
        assert process.pid is None


async def test_it_gives_way_to_whoever_answers_people(process):
    await process.translate("Bonjour", "fr", "en", patience=PATIENCE)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)


async def test_who_waits_goes_before_what_can_wait(process):
    background = asyncio.create_task(process.ask(Wish(LONG, "fr", "ar"), PATIENCE))
    await process.translate("Je", "fr", "en", patience=PATIENCE)
    made = await process.translate("Bonjour", "fr", "en", patience=PATIENCE)
    assert made.text == "Hello"
    assert not background.done()
    assert (await background).automatic


async def test_many_at_once(process):
    texts = [f"Bonjour {number}" for number in range(20)]
    made = await asyncio.gather(
        *(process.translate(t, "fr", "en", patience=PATIENCE) for t in texts)
    )
    assert [one.text for one in made] == [f"Hello {number}" for number in range(20)]


async def test_too_many_at_once_read_the_original(process, monkeypatch):
    monkeypatch.setattr(module, "_MOST", 2)
    asked = [process.translate("Bonjour", "fr", "en", patience=PATIENCE) for _ in range(3)]
    assert sorted(one.text for one in await asyncio.gather(*asked)) == ["Bonjour", "Hello", "Hello"]


async def test_no_patience_is_the_original_and_an_error_for_who_asks(process):
    assert await process.translate(LONG, "fr", "en", patience=0.001) == Translation.none(LONG)
    with pytest.raises(PartTimeout):
        await process.ask(Wish(LONG, "fr", "en"), 0.001)
    assert (await process.translate("Bonjour", "fr", "en", patience=PATIENCE)).text == "Hello"


async def test_whoever_gives_up_leaves_nothing_behind(process):
    task = asyncio.create_task(process.ask(Wish(LONG, "fr", "en"), PATIENCE))
    await until(lambda: process.pid)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert process.under_way == 0


async def test_a_process_that_dies_takes_nobody_with_it(process, monkeypatch):
    await process.translate("Bonjour", "fr", "en", patience=PATIENCE)
    asked = asyncio.create_task(process.translate(LONG, "fr", "en", patience=PATIENCE))
    await until(lambda: process.under_way)
    os.kill(process.pid, signal.SIGKILL)
    assert await asked == Translation.none(LONG)
    with pytest.raises(PartUnavailable, match="rest"):
        await process.ask(Wish("Bonjour", "fr", "en"), PATIENCE)
    process.rested()
    assert (await process.translate("Bonjour", "fr", "en", patience=PATIENCE)).text == "Hello"


async def test_idle_models_leave_the_memory_and_come_back(installed_home):
    async with TranslationProcess(Packages(installed_home), idle=0.2) as process:
        await process.translate("Bonjour", "fr", "en", patience=PATIENCE)
        first = process.pid
        await until(lambda: process.pid is None)
        assert (await process.translate("Bonjour", "fr", "en", patience=PATIENCE)).text == "Hello"
        assert process.pid != first


async def test_a_process_that_cannot_be_started(installed_home, monkeypatch):
    monkeypatch.setattr(module.sys, "executable", "/nowhere/python")
    async with TranslationProcess(Packages(installed_home)) as process:
        assert await process.translate("Bonjour", "fr", "en") == Translation.none("Bonjour")


async def test_texts_of_any_kind(process):
    for text in (
        "\x00",
        "\ud800".encode("utf-8", "replace").decode(),
        "a\u2028b",
        "{}\n\"'",
        "🙂" * 500,
    ):
        made = await process.translate(text, "fr", "ar", patience=PATIENCE)
        assert made.original == text
    assert (await process.translate("Bonjour", "fr", "en", patience=PATIENCE)).text == "Hello"
