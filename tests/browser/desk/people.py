"""People who write to a served desk, over HTTP as any connected service does."""

import httpx


def say(served_desk, text, sender="amal", **metadata):
    """What is answered to a message."""
    body = {"sender": sender, "message": text, "metadata": metadata}
    address = f"{served_desk.address}/webhooks/rest/webhook"
    response = httpx.post(address, json=body, timeout=60)
    assert response.status_code == 200, response.text
    return [one["text"] for one in response.json()]
