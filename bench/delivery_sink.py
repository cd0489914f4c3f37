"""A dialogue and a platform that cost next to nothing: python -m bench.delivery_sink PORT."""

import json
import sys
from typing import Any

import uvicorn

ANSWER = {
    "messages": [{"text": "2 offres près de Casablanca :"}],
    "language": "fr",
    "language_chosen": False,
    "intent": "inform",
    "confidence": 0.9,
    "handoff": None,
}


async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """Answer every request as the dialogue and the platform would."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    body = json.dumps({**ANSWER, "id": "p", "status": "ok"}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_config=None)
