"""A conversation on telegram-test-api, whose Telegram was not made by us; both roads."""

import subprocess
from pathlib import Path

import httpx
import pytest

from bot.app import create_app
from bot.channels import rest
from bot.speech import Speech
from store.engine import Database
from tests.bot.channels.telegram.conftest import Amal, maker
from tests.bot.channels.telegram.platform import TOKEN
from tests.bot.conftest import until
from tests.bot.fake_dialogue import running

NODE = Path(__file__).resolve().parents[3] / "node"


@pytest.fixture(scope="module")
def emulator():
    """The address of a telegram-test-api."""
    assert (NODE / "node_modules/telegram-test-api").is_dir(), "run npm ci in tests/node"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(["node", str(NODE / "telegram.mjs")], **pipes) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


class Telephone:
    """What a person does on the emulator, and what stands in their chat."""

    def __init__(self, emulator, chat):
        self.url, self.chat_id = emulator, chat
        self.who = {"id": chat, "first_name": "Amal", "is_bot": False, "language_code": "fr"}
        self.chat = {"id": chat, "first_name": "Amal", "type": "private"}
        self.read = []

    def _post(self, path, **content):
        return httpx.post(f"{self.url}/{path}", json=content, trust_env=False).json()["result"]

    def write(self, text):
        who = {"from": self.who, "chat": self.chat, "date": 1795000000}
        self._post("sendMessage", botToken=TOKEN, text=text, **who)

    def press(self, update, title):
        shown = update["message"]["reply_markup"]
        data = next(
            button["callback_data"]
            for row in shown["inline_keyboard"]
            for button in row
            if button["text"] == title
        )
        message = {
            "message_id": update["messageId"], "chat": self.chat, "date": 1795000000,
            "reply_markup": shown,
        }  # fmt: skip
        self._post("sendCallback", botToken=TOKEN, data=data, message=message, **{"from": self.who})

    def look(self):
        self.read += self._post("getUpdates", token=TOKEN, chatId=self.chat_id)
        return self.read

    async def finds(self, text):
        await until(lambda: any(one["message"]["text"] == text for one in self.look()))
        return next(one for one in self.read if one["message"]["text"] == text)


@pytest.mark.parametrize("polls", [True, False], ids=["polling", "webhook"])
async def test_a_conversation(emulator, platform, settings, dialogue, polls):
    platform.emulator, chat = emulator, 900 + polls
    telephone, words = Telephone(emulator, chat), Speech(settings)
    database = Database(settings.database)
    person = Amal(None, database, chat)
    app = create_app(settings, [maker(platform, polls=polls), rest.make])
    with running(app) as platform.edge:
        await until(lambda: platform.of("setMyDescription"))
        telephone.write("/start")
        await telephone.finds("echo /greet")
        telephone.write("je cherche un stage")
        more = await telephone.finds("…")
        cards = next(one for one in telephone.read if "Atlas" in one["message"]["text"])
        assert '<a href="https://emploi.example/offers/7">' in cards["message"]["text"]
        telephone.press(more, "Voir plus")
        await telephone.finds("echo /show_more")
        telephone.press(cards, "2. Détails")
        await telephone.finds('echo /show_details{"listing":"8"}')
        await person.answered(4)
    assert telephone.read[0]["message"]["text"] == words.body("introduction", "fr")["text"]
    assert [asked["message"] for asked in dialogue.asked][:2] == ["/greet", "je cherche un stage"]
    assert len(platform.of("answerCallbackQuery")) == 2
    platform.emulator = None
    database.close()
