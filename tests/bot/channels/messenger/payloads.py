"""Events of Messenger and Instagram as they come, by Meta's documentation; ids are invented."""

PERSON, PAGE = "7468521463", "1067280970047460"
AT = 1795000000123


def update(*events, of="page"):
    """One webhook with these events."""
    return {"object": of, "entry": [{"id": PAGE, "time": AT, "messaging": list(events)}]}


def event(**what):
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": AT, **what}


def message(mid="m_1", **parts):
    return event(message={"mid": mid, **parts})


def text(body, mid="m_1"):
    return message(mid, text=body)


def attachment(kind, **payload):
    return message(attachments=[{"type": kind, "payload": payload}])


def postback(payload, title="Commencer", **more):
    return event(postback={"mid": "m_1", "title": title, "payload": payload, **more})
