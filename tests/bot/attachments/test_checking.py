"""A file is scanned, then looked into in a process of its own; what is not checked is not kept."""

import socket

import pytest

from bot.attachments import checking
from bot.attachments.checking import Checking
from bot.attachments.scanner import Scanner, make_scanner
from errors import FileRefused, PartUnavailable, SettingsError
from tests.bot.attachments import files
from tests.bot.attachments.clamd import Clamd

MOST = 5_000_000


@pytest.fixture
def clamd():
    clamd = Clamd()
    yield clamd
    clamd.stop()


async def test_what_is_good_is_kept_as_it_is_safe():
    made = await Checking(MOST, None).check(files.photo_with_place(), "IMG\u202e_1.pdf.exe")
    assert (made.name, made.kind.media_type) == ("IMG_1.jpg", "image/jpeg")
    assert made.preview.startswith(b"\xff\xd8")
    assert b"Exif" not in made.content


@pytest.mark.parametrize(
    ("content", "reason"),
    [(files.docx_with("word/vbaProject.bin"), "active"), (files.zip_bomb(), "bomb")],
    ids=["macro", "bomb"],
)
async def test_what_the_process_finds_is_told(content, reason):
    with pytest.raises(FileRefused, match=reason):
        await Checking(MOST, None).check(content, "cv.docx")


async def test_what_kills_the_process_kills_nothing_else(monkeypatch):
    monkeypatch.setattr(checking, "_LOOK", ("-c", "import os; os.abort()"))
    with pytest.raises(FileRefused, match="bomb"):
        await Checking(MOST, None).check(files.pdf(), "cv.pdf")


async def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(checking, "_LOOK", ("-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(checking, "_WITHIN", 0.2)
    with pytest.raises(FileRefused, match="bomb"):
        await Checking(MOST, None).check(files.pdf(), "cv.pdf")


async def test_a_larger_one_is_not_even_looked_at(clamd):
    with pytest.raises(FileRefused, match="large"):
        await Checking(100, Scanner(clamd.address)).check(files.pdf(), "cv.pdf")
    assert clamd.seen == []


async def test_the_scanner_sees_what_came_and_has_the_say(clamd):
    check = Checking(MOST, Scanner(clamd.address)).check
    photo = files.photo_with_place()
    await check(photo, "a.jpg")
    assert clamd.seen == [photo]
    with pytest.raises(FileRefused, match="infected"):
        await check(files.EICAR, "a.txt")


@pytest.mark.parametrize("answer", [b"stream: UNKNOWN\0", b"\0", b"nonsense"])
async def test_a_scanner_that_is_away_lets_nothing_through(clamd, answer):
    clamd.answer = answer
    with pytest.raises(PartUnavailable):
        await Checking(MOST, Scanner(clamd.address)).check(files.pdf(), "cv.pdf")
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(FileRefused, match="large"):
        await Checking(MOST, Scanner(clamd.address)).check(files.pdf(), "cv.pdf")


async def test_a_scanner_that_nobody_started(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    for nobody in (address, f"{tmp_path}/clamd.ctl"):
        with pytest.raises(PartUnavailable):
            await Checking(MOST, Scanner(nobody)).check(files.pdf(), "cv.pdf")


def test_the_scanners_address_is_a_path_or_a_host_with_its_port():
    assert make_scanner("") is None
    for address in ("/run/clamav/clamd.ctl", "unix:/run/clamd", "clamav:3310", "[::1]:3310"):
        assert make_scanner(address)
    for address in ("clamav", "http://clamav:3310", "clamav:", "clamav:3310/x"):
        with pytest.raises(SettingsError, match="CLAMD"):
            make_scanner(address)
