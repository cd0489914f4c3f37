"""Stoplight Prism on Meta's own description of WhatsApp's API: says of each body whether it fits.

The description is of 2025-10-21. Two things stand beside it, in an operation of their own:

- the receipt that a message was read, with the typing indicator: an example of it stands in the
  description, and fits none of its schemas;
- `recipient` in place of `to`, for people without a number, which Meta added in 2026.
"""

import copy
import json
import socket
import subprocess
import threading

import httpx
import pytest
import yaml

from settings import ROOT

DESCRIPTION = ROOT.parent / "shared/data/peers/whatsapp_business_messaging_openapi.yaml"
PRISM = ROOT / "tests/node/node_modules/.bin/prism"
_MESSAGES = "/{Version}/{Phone-Number-ID}/messages"
_EXAMPLE_OF_A_RECEIPT = "Send typing indicator and read receipt"
HEADERS = {"Authorization": "Bearer EAAB"}


def described():
    """The description's one operation that we use, and its twin with what came later."""
    whole = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), yaml.CSafeLoader)
    operation = whole["paths"][_MESSAGES]
    whole["paths"] = {_MESSAGES: operation, f"{_MESSAGES}_later": _later(whole)}
    return whole


def _later(whole):
    operation = copy.deepcopy(whole["paths"][_MESSAGES])
    schemas = whole["components"]["schemas"]
    body = operation["post"]["requestBody"]["content"]["application/json"]
    example = body["examples"][_EXAMPLE_OF_A_RECEIPT]["value"]
    receipt = {
        "type": "object",
        "additionalProperties": False,
        "required": sorted(example),
        "properties": {
            "messaging_product": {"const": example["messaging_product"]},
            "status": {"const": example["status"]},
            "message_id": {"type": "string", "minLength": 1},
            "typing_indicator": {"const": example["typing_indicator"]},
        },
    }
    kinds = ["Text", "Image", "Interactive", "Template"]
    body["schema"] = {"oneOf": [*(_to_nobody(schemas, kind) for kind in kinds), receipt]}
    operation["post"]["operationId"] = "sendMessageLater"
    return operation


def _to_nobody(schemas, kind):
    """The schema of a kind of message, with `recipient` where `to` was."""
    base = copy.deepcopy(schemas["BaseMessageProperties"])
    base["required"] = [*(set(base["required"]) - {"to"}), "recipient"]
    del base["properties"]["to"]
    base["properties"]["recipient"] = {"type": "string", "pattern": r"^[A-Z]{2}\.[A-Za-z0-9.]+$"}
    own = copy.deepcopy(schemas[f"{kind}Message"]["allOf"][1])
    return {"allOf": [base, own]}


class Prism:
    def __init__(self, folder):
        for part in (PRISM, DESCRIPTION):
            if not part.exists():
                message = f"{part} is missing: see docs/channels/whatsapp.md"
                raise pytest.fail.Exception(message, pytrace=False)
        path = folder / "whatsapp.json"
        path.write_text(json.dumps(described()), encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = [
            PRISM,
            "mock",
            "--errors",
            "--host",
            "127.0.0.1",
            "--port",
            str(self._port),
            path,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._listening = threading.Event()
        self._said = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._listening.wait()
        if self._process.poll() is not None:
            raise pytest.fail.Exception(b"".join(self._said).decode(), pytrace=False)

    def _read(self):
        for line in self._process.stdout:
            self._said.append(line)
            if b"Prism is listening" in line:
                self._listening.set()
        self._listening.set()  # it ended

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()

    def wrong(self, body):
        """What does not fit the description as it is; empty when all does."""
        return self._ask("v23.0/106540352242922/messages", body)

    def wrong_later(self, body):
        """What does not fit the twin with what came later."""
        return self._ask("v23.0/106540352242922/messages_later", body)

    def _ask(self, path, body):
        url = f"http://127.0.0.1:{self._port}/{path}"
        response = httpx.post(url, json=body, headers=HEADERS, trust_env=False)
        if response.is_success:
            return []
        return [f"{e['location']}: {e['message']}" for e in response.json()["validation"]]
