"""Pictures: painted anew, so that nothing of the file but what is seen goes on.

EXIF with the place where it was taken, colour profiles, comments and whatever follows the picture
in the file are left behind.
"""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.attachments.content.kinds import JPEG, PNG, WEBP, Kind
from errors import FileRefused

_FORMATS = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
_MOST_PIXELS = 40_000_000  # a telephone's largest
_EDGE = 4000  # points; more shows nothing more of a page
_PREVIEW = 480
_QUALITY, _PREVIEW_QUALITY = 88, 75


def painted(content: bytes) -> tuple[Kind, bytes, bytes]:
    """The picture's kind, the picture made anew, and a small JPEG of it.

    Raises:
        FileRefused: broken, or larger than a picture is (a bomb).
    """
    try:
        return _painted(content)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("bomb") from None
    # Pillow raises most kinds of errors over what is no picture.
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, ArithmeticError):
        raise FileRefused("broken") from None


def _painted(content: bytes) -> tuple[Kind, bytes, bytes]:
    with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=[*_FORMATS]) as opened:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if opened.width * opened.height > _MOST_PIXELS:
            raise Image.DecompressionBombError
        kind = _FORMATS[str(opened.format)]
        opened.draft("RGB", (_EDGE, _EDGE))
        turned = ImageOps.exif_transpose(opened)
    mode = "RGBA" if turned.has_transparency_data and kind is not JPEG else "RGB"
    picture = turned.convert(mode)
    picture.thumbnail((_EDGE, _EDGE))
    small = picture.copy()
    small.thumbnail((_PREVIEW, _PREVIEW))
    return kind, _bytes(picture, kind, _QUALITY), _bytes(_flat(small), JPEG, _PREVIEW_QUALITY)


def _flat(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _bytes(picture: Image.Image, kind: Kind, quality: int) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)  # without `info`, which some writers put back into the file
    into = io.BytesIO()
    bare.save(into, kind.media_type.partition("/")[2], quality=quality)
    return into.getvalue()
