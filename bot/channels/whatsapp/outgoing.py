"""A message as WhatsApp takes it: texts, pictures, reply buttons, lists, approved templates.

Bounds: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages
"""

import re
from collections.abc import Sequence

from bot.channel import OutgoingFile
from bot.fitting import parts, shortened
from bot.messages import Body
from bot.meta.webhook import Json
from bot.plain import Option, options, picture, told
from languages.profile import Template

TEXT, INTERACTIVE = 4096, 1024
BUTTONS, ROWS = 3, 10
TITLE, ROW_TITLE, ROW_ABOUT = 20, 24, 72
_BUTTON_ID, _ROW_ID = 256, 200
_AFTER_NO_STOP = re.compile(r"(?<=[^.,:;!?…،؛؟])\n")  # a line's end that nothing else tells
_VARIABLE = 900  # of a template's 1,024 characters, the rest is its own


def free(body: Body, *, choose: str, mark: str, public_url: str = "") -> list[Json]:
    """A message in free words, as bodies without the address, in order.

    Args:
        body: the dialogue's message.
        choose: says that a list opens; 20 characters.
        mark: stands beside what is a demonstration.
        public_url: where the public reaches the edge.
    """
    text, image = told(body, mark), picture(body, public_url)
    # A picture that Meta cannot fetch is dropped later: it must not take the words with it.
    shown = [_image(image)] if image else []
    choices = options(body, ROWS)
    if not choices:
        return [*shown, *map(_text, parts(text, TEXT))]
    *before, last = _ending(text or choose)
    below = _reply_buttons(last, choices) if _fit_buttons(choices) else _list(last, choices, choose)
    return [*shown, *map(_text, before), below]


def templates(template: Template, text: str) -> list[Json]:
    """The words as approved messages, all that may be sent when a person wrote long ago.

    Args:
        template: an approved template whose body has one variable.
        text: what it is to hold; line breaks are not allowed there.
    """
    lines = filter(None, (" ".join(line.split()) for line in text.splitlines()))
    line = _AFTER_NO_STOP.sub(" • ", "\n".join(lines)).replace("\n", " ")
    return [_template(template, piece) for piece in parts(line, _VARIABLE)]


def file(media_id: str, sent: OutgoingFile) -> Json:
    """A file that Meta has, as a message."""
    if sent.is_picture:
        return {"type": "image", "image": {"id": media_id}}
    return {"type": "document", "document": {"id": media_id, "filename": sent.name}}


def _ending(text: str) -> list[str]:
    """The text in pieces, the last of them short enough to have buttons under it."""
    *before, last = parts(text, TEXT)
    return [*before, *parts(last, INTERACTIVE)]


def _text(text: str) -> Json:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _image(link: str) -> Json:
    return {"type": "image", "image": {"link": link}}


def _fit_buttons(choices: Sequence[Option]) -> bool:
    titles = {shortened(choice.title, TITLE) for choice in choices}
    plain = not any(choice.about for choice in choices)
    return plain and len(choices) <= BUTTONS and len(titles) == len(choices)


def _reply_buttons(text: str, choices: Sequence[Option]) -> Json:
    buttons = [{"type": "reply", "reply": _button(choice)} for choice in choices]
    inner = {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": inner}


def _button(choice: Option) -> Json:
    return {"id": _id(choice, _BUTTON_ID), "title": shortened(choice.title, TITLE)}


def _list(text: str, choices: Sequence[Option], choose: str) -> Json:
    action = {"button": shortened(choose, TITLE), "sections": [{"rows": [*map(_row, choices)]}]}
    inner = {"type": "list", "body": {"text": text}, "action": action}
    return {"type": "interactive", "interactive": inner}


def _row(choice: Option) -> Json:
    row = {"id": _id(choice, _ROW_ID), "title": shortened(choice.title, ROW_TITLE)}
    # What the title leaves out stands below it.
    about = choice.about or (choice.title if len(choice.title) > ROW_TITLE else "")
    return {**row, "description": shortened(about, ROW_ABOUT)} if about else row


def _id(choice: Option, limit: int) -> str:
    """The payload; where it does not fit, the title, which then counts as typed."""
    fits = 0 < len(choice.payload) <= limit
    return choice.payload if fits else shortened(choice.title, limit)


def _template(template: Template, text: str) -> Json:
    return {
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"policy": "deterministic", "code": template.code},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": text}]}],
        },
    }
