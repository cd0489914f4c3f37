"""What a file is, and what of it is taken: by its bytes, whatever it calls itself."""

import io

import pytest
from PIL import Image

from bot.attachments.content.kinds import JPEG, KINDS, PDF, safe_name
from bot.attachments.content.looking import look
from errors import FileRefused
from tests.bot.attachments import files

TAKEN = {
    "image/jpeg": files.picture(),
    "image/png": files.picture("PNG"),
    "image/webp": files.picture("WEBP"),
    "application/pdf": files.pdf(),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": files.docx(),
    "application/vnd.oasis.opendocument.text": files.odt(),
    "text/plain": "Amal, menuisière à Fès. نجارة".encode(),
    "audio/ogg": files.ogg(),
    "audio/mpeg": files.mp3(),
    "audio/mp4": files.m4a(),
}
HOSTILE = {
    "script in a PDF": (files.pdf(action="JavaScript"), "active"),
    "a PDF that starts a program": (files.pdf(action="Launch"), "active"),
    "a file in a PDF": (files.pdf(attached=True), "active"),
    "a PDF's script by another spelling": (
        files.pdf() + b"\n9 0 obj << /S /Java#53cript >> endobj",
        "active",
    ),
    "a locked PDF": (files.pdf(password="1234"), "locked"),
    "a zip behind a PDF": (files.pdf() + files.archive({"a.txt": "a"}), "broken"),
    "a page behind a PDF": (files.pdf() + b"<script>alert(1)</script>" * 200, "broken"),
    "half a PDF": (files.pdf()[:200], "broken"),
    "nothing but a PDF's beginning": (b"%PDF-1.7\n%%EOF", "broken"),
    "a Word file with macros": (files.docx_with("word/vbaProject.bin"), "active"),
    "a Word file whose type has macros": (
        files.docx("application/vnd.ms-word.document.macroEnabled.main+xml"),
        "active",
    ),
    "a Word file with an object": (files.docx_with("word/embeddings/oleObject1.bin"), "active"),
    "a Word file that fetches its template": (files.docx_fetching("attachedTemplate"), "active"),
    "a Word file with a field that runs": (
        files.docx_with("word/footer1.xml", "<w:instrText>DDEAUTO c:\\\\cmd</w:instrText>"),
        "active",
    ),
    "an OpenDocument with macros": (files.odt(Basic__Standard__m__xml="<x/>"), "active"),
    "a zip bomb": (files.zip_bomb(), "bomb"),
    "an archive with many members": (
        files.archive({f"{n}": "" for n in range(3000)}),
        "bomb",
    ),
    "an archive that leaves its folder": (files.docx_with("../../a"), "broken"),
    "any archive": (files.archive({"a.txt": "a"}), "type"),
    "a picture of 900 million points": (files.huge_picture(), "bomb"),
    "half a picture": (files.picture()[:300], "broken"),
    "a page": (b"<!DOCTYPE html><script>alert(1)</script>", "type"),
    "a page behind words": (b"Bonjour\n\n<ScRiPt>alert(1)</script>", "type"),
    "a drawing that runs": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "type"),
    "a program": (b"MZ" + b"\0" * 100, "type"),
    "a script": (b"#!/bin/sh\nrm -rf /", "type"),
    "a rich text": (b"{\\rtf1 \\object}", "type"),
    "a GIF": (files.picture("GIF"), "type"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "type"),
    "a video": (files.m4a(b"vide"), "type"),
    "a page that calls itself sound": (b"ID3<script>alert(1)</script>", "type"),
    "sound that is none": (b"OggS" + b"<html>" * 50, "type"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("media_type", TAKEN)
def test_what_people_send_is_known_by_its_content(media_type):
    assert look(TAKEN[media_type]).kind.media_type == media_type


def test_every_kind_is_tried():
    assert set(TAKEN) == set(KINDS)


@pytest.mark.parametrize("what", HOSTILE)
def test_what_could_do_harm_is_refused(what):
    content, reason = HOSTILE[what]
    with pytest.raises(FileRefused) as refused:
        look(content)
    assert refused.value.reason == reason


def test_a_photograph_loses_place_and_name_and_stands_upright():
    looked = look(files.photo_with_place())
    assert b"Exif" not in looked.content
    assert b"Amal" not in looked.content
    for content in (looked.content, looked.preview):
        with Image.open(io.BytesIO(content)) as picture:
            assert dict(picture.getexif()) == {}
            assert picture.height > picture.width
    assert len(looked.preview) < 40_000


def test_nothing_that_hangs_on_a_picture_goes_on():
    evil = b"<script>alert(1)</script>"
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = look(files.picture(kind) + evil)
        assert evil not in whole.content
    assert evil not in look(files.picture(comment=evil)).content


def test_a_text_is_written_anew():
    arabic = "سيرة ذاتية: نجارة في فاس، خبرة خمس سنوات في الورشة."
    for coding in ("utf-8", "utf-8-sig", "utf-16"):
        assert look(arabic.encode(coding)).content.decode("utf-8-sig") == arabic
    french = "Menuisière diplômée, six ans d'expérience à Fès, née en été à côté de l'école."
    assert look(french.encode("cp1252")).content.decode("utf-8-sig") == french


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("cv.pdf", "cv.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\amal\\CV final.docx", "CV final.pdf"),
        ("cv\u202efdp.exe", "cvfdp.pdf"),
        ("cv.pdf.exe", "cv.pdf"),
        ("a\r\nContent-Type: text/html", "html.pdf"),
        ("سيرة ذاتية.pdf", "سيرة ذاتية.pdf"),
        ('"><img src=x>', "img src=x.pdf"),
        ("\0", "document.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        ("x" * 400, "x" * 80 + ".pdf"),
    ],
)
def test_a_name_can_do_no_harm(given, kept):
    assert safe_name(given, PDF) == kept


def test_a_file_without_a_name_is_called_by_its_kind():
    assert safe_name("", JPEG) == "picture.jpg"
