"""Webhooks of WhatsApp as they come, by Meta's documentation; names and numbers are invented."""

import copy

OURS = "106540352242922"
NUMBER = "212600000001"
USER_ID = "MA.13491208655302741918"
AT = 1795000000

_SELF = {"display_phone_number": "15550783881", "phone_number_id": OURS}
_NUMBERED = {"profile": {"name": "Amal"}, "wa_id": NUMBER, "user_id": USER_ID}
_NAMELESS = {"profile": {"name": "Amal", "username": "@amal"}, "user_id": USER_ID}


def update(value, field="messages"):
    """One webhook with one change."""
    change = {
        "value": {"messaging_product": "whatsapp", "metadata": _SELF, **value},
        "field": field,
    }
    entry = {"id": "102290129340398", "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message(kind, message_id="wamid.1", *, contact=None, **parts):
    """A message from somebody with a number and a user id."""
    sender = {"from": NUMBER, "from_user_id": USER_ID}
    said = {**sender, "id": message_id, "timestamp": str(AT), "type": kind, **parts}
    return update({"contacts": [contact or _NUMBERED], "messages": [said]})


def text(body, message_id="wamid.1"):
    return message("text", message_id, text={"body": body})


def numberless(body, message_id="wamid.1"):
    """A text from somebody who shows no number."""
    sent = message("text", message_id, contact=_NAMELESS, text={"body": body})
    del sent["entry"][0]["changes"][0]["value"]["messages"][0]["from"]
    return sent


def plain_number(body, message_id="wamid.1"):
    """A text as it came before user ids were."""
    sent = message("text", message_id, text={"body": body})
    value = sent["entry"][0]["changes"][0]["value"]
    value["contacts"] = [{"profile": {"name": "Amal"}, "wa_id": NUMBER}]
    del value["messages"][0]["from_user_id"]
    return sent


def user_id_as_sender(body):
    """A text whose sender's number is not told, with the user id in the number's place."""
    sent = message("text", contact={**_NAMELESS, "wa_id": USER_ID}, text={"body": body})
    sent["entry"][0]["changes"][0]["value"]["messages"][0]["from"] = USER_ID
    return sent


def button_reply(payload, title, message_id="wamid.1"):
    inner = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
    return message("interactive", message_id, interactive=inner, context={"id": "wamid.0"})


def list_reply(payload, title):
    inner = {"id": payload, "title": title, "description": "Atlas Services"}
    return message("interactive", interactive={"type": "list_reply", "list_reply": inner})


def status(told, platform_id="wamid.9", errors=None, **more):
    said = {"id": platform_id, "status": told, "timestamp": str(AT), "recipient_id": NUMBER, **more}
    said |= {"errors": errors} if errors else {}
    return update({"contacts": [_NUMBERED], "statuses": [said]})


def failed(code, title, platform_id="wamid.9"):
    details = {"details": "Told at length"}
    error = {"code": code, "title": title, "message": title, "error_data": details}
    return status("failed", platform_id, [error])


def preference(value):
    said = {
        "wa_id": NUMBER,
        "user_id": USER_ID,
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": AT,
    }
    return update({"contacts": [_NUMBERED], "user_preferences": [said]}, "user_preferences")


def together(*updates):
    """Several webhooks as one, as Meta batches them."""
    one = copy.deepcopy(updates[0])
    one["entry"] = [entry for each in updates for entry in each["entry"]]
    return one
