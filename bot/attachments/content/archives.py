"""Word and OpenDocument texts: zip archives, without macros and without what is fetched."""

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from bot.attachments.content.kinds import DOCX, ODT, Kind
from errors import FileRefused

_MOST_MEMBERS = 2000
_MOST_BYTES = 80 * 1024 * 1024  # unpacked, of all members together
_MOST_XML = 16 * 1024 * 1024
_CHUNK = 1024 * 1024
_DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ACTIVE = re.compile(
    r"(^|/)(vba\w*\.(bin|xml)|activeX\b.*|embeddings/.*|oleObject\w*\.bin|Object \d+.*"
    r"|(Basic|Scripts)/.*)$",
    re.IGNORECASE,
)
_FETCHED = ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLink", "package")
_FIELDS = re.compile(rb"\bDDE(AUTO)?\b|script:event-listener|office:scripts?>[^<]*<office:script ")


def check(content: bytes) -> Kind:
    """Which kind of document an archive is.

    Raises:
        FileRefused: another kind of archive, a bomb, locked, active, or broken.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _check(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError):
        raise FileRefused("broken") from None
    except NotImplementedError:  # packed in a way that no office program writes
        raise FileRefused("broken") from None
    except RuntimeError:  # zipfile's word for a password
        raise FileRefused("locked") from None
    except (ParseError, DefusedXmlException):
        raise FileRefused("broken") from None


def _check(archive: zipfile.ZipFile) -> Kind:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_BYTES:
        raise FileRefused("bomb")
    _unpack(archive, members)
    names = [one.filename for one in members]
    if any(_leaves(name) for name in names):
        raise FileRefused("broken")
    kind = _kind(archive, names)
    if any(_ACTIVE.search(name) for name in names) or _is_active(archive, names, kind):
        raise FileRefused("active")
    return kind


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Unpack all, counted: what an archive says of its sizes may be untrue."""
    left = _MOST_BYTES
    for member in members:
        with archive.open(member) as packed:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise FileRefused("bomb")


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(re.match(r"[A-Za-z]:", name))


def _kind(archive: zipfile.ZipFile, names: list[str]) -> Kind:
    if "mimetype" in names and archive.read("mimetype").strip() == ODT.media_type.encode():
        if b"encryption-data" in _xml(archive, "META-INF/manifest.xml"):
            raise FileRefused("locked")
        return ODT
    if "[Content_Types].xml" in names:
        types = _xml(archive, "[Content_Types].xml")
        if b"macroEnabled" in types:
            raise FileRefused("active")
        if _DOCX_MAIN.encode() in types:
            return DOCX
    raise FileRefused("type")


def _is_active(archive: zipfile.ZipFile, names: list[str], kind: Kind) -> bool:
    if kind is ODT:
        return any(_FIELDS.search(_xml(archive, one)) for one in names if one == "content.xml")
    rels = [one for one in names if one.endswith(".rels")]
    texts = [one for one in names if re.fullmatch(r"word/[\w-]+\.xml", one)]
    fetched = any(_fetches(_xml(archive, one)) for one in rels)
    return fetched or any(_FIELDS.search(_xml(archive, one)) for one in texts)


def _fetches(rels: bytes) -> bool:
    """Whether a document loads something from elsewhere by itself; a link to click is none."""
    for one in fromstring(rels, forbid_dtd=True).iter():
        outside = one.get("TargetMode", "").lower() == "external"
        if outside and one.get("Type", "").endswith(_FETCHED):
            return True
    return False


def _xml(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MOST_XML:
        raise FileRefused("bomb")
    return archive.read(name)
