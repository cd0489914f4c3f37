"""Voice messages: that their frames are what their beginning says."""

from bot.attachments.content.kinds import M4A, MP3, OGG, Kind
from errors import FileRefused

_OGG_HEADS = (b"OpusHead", b"\x01vorbis")
_ID3 = 10  # bytes of its header
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"3gp")
_MOST_BOXES = 1000


def ogg(content: bytes) -> Kind:
    """Opus or Vorbis in Ogg; video in it is none of ours. Raises FileRefused."""
    start = 27 + content[26] if len(content) > 27 else 0  # noqa: PLR2004 - a page's header
    if not content.startswith(b"OggS") or not content[start:].startswith(_OGG_HEADS):
        raise FileRefused("type")
    return OGG


def mp3(content: bytes) -> Kind:
    """MPEG layer III, behind a tag that ends where it says. Raises FileRefused."""
    start = 0
    if content.startswith(b"ID3") and len(content) > _ID3:
        size = [byte & 0x7F for byte in content[6:10]]
        start = _ID3 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    frame = content[start:].lstrip(b"\0")[:2]
    if len(frame) < 2 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:  # noqa: PLR2004 - the sync
        raise FileRefused("type")
    return MP3


def m4a(content: bytes) -> Kind:
    """MPEG-4 with sound alone. Raises FileRefused."""
    if content[4:8] != b"ftyp" or not content[8:12].startswith(_SOUND_BRANDS):
        raise FileRefused("type")
    at, boxes = 0, set()
    for _ in range(_MOST_BOXES):
        if at + 8 > len(content):
            break
        size = int.from_bytes(content[at : at + 4])
        name, head = content[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16]), 16
        elif size == 0:
            size = len(content) - at
        if size < head or at + size > len(content):
            raise FileRefused("broken")
        boxes.add(name)
        if name == b"moov" and b"vide" in content[at : at + size]:
            raise FileRefused("type")
        at += size
    if at != len(content) or b"moov" not in boxes:
        raise FileRefused("broken")
    return M4A
