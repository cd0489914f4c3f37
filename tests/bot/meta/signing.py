"""Webhooks as Meta sends them."""

import hashlib
import hmac
import json


def raw(update):
    return update if isinstance(update, bytes) else json.dumps(update).encode()


def signature(body, secret="signs"):  # noqa: S107 - of the tests
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def deliver(client, name, update, header=None):
    """Post a webhook; signed by Meta unless `header` says otherwise."""
    body = raw(update)
    headers = {
        "X-Hub-Signature-256": signature(body) if header is None else header,
        "Content-Type": "application/json",
    }
    return await client.post(f"/webhooks/{name}", content=body, headers=headers)
