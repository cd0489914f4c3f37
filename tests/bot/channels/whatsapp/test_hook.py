"""The webhook itself: its handshake, who may speak for Meta, bodies that are none."""

from prometheus_client import REGISTRY
from sqlalchemy import select

from bot.models import IncomingRow
from people.models import Contact
from tests.bot.channels.whatsapp import payloads
from tests.bot.meta.signing import deliver, raw, signature


def ignored(why):
    return (
        REGISTRY.get_sample_value("tawjih_ignored_total", {"channel": "whatsapp", "why": why}) or 0
    )


def taken(rows):
    """Messages and people that there are."""
    with rows.read() as session:
        return [*session.scalars(select(IncomingRow.id)), *session.scalars(select(Contact.id))]


HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": "shake", "hub.challenge": "1158"}
NOT_OURS = [{"hub.verify_token": word} for word in ("shape", "", "é", "shake ")]


async def test_the_handshake_gives_the_challenge_back(phone):
    response = await phone.get("/webhooks/whatsapp", params=HANDSHAKE)
    assert (response.status_code, response.text) == (200, "1158")
    assert response.headers["content-type"].startswith("text/plain")
    assert response.headers["x-content-type-options"] == "nosniff"
    for other in (*NOT_OURS, {"hub.mode": "observe"}):
        response = await phone.get("/webhooks/whatsapp", params=HANDSHAKE | other)
        assert response.status_code == 403, other
    for challenge in ("", "<b>é", "1\n", "1" * 300):
        asked = HANDSHAKE | {"hub.challenge": challenge}
        assert (await phone.get("/webhooks/whatsapp", params=asked)).status_code == 400
    assert (await phone.get("/webhooks/whatsapp")).status_code == 403


BODIES = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"[" * 100_000, 400),
    (b'{"object":"whatsapp_business_account","entry":7}', 200),
    (b'{"object":7}', 200),
    (b'{"a":"' + b"a" * (3 * 1024 * 1024 - 8) + b'"}', 200),
    (b'{"a":"' + b"a" * (3 * 1024 * 1024 - 7) + b'"}', 413),
]


async def test_a_body_that_is_no_webhook_is_4xx_or_ignored(phone, rows):
    for body, status in BODIES:
        assert (await deliver(phone, "whatsapp", body)).status_code == status, body[:60]
    assert taken(rows) == []


async def test_unknown_events_are_ignored_and_counted(phone, rows):
    before = ignored("unknown")
    response = await deliver(phone, "whatsapp", payloads.message("hologram"))
    assert response.status_code == 200
    assert ignored("unknown") == before + 1
    assert taken(rows) == []


async def test_of_a_thousand_forged_signatures_none_is_accepted(phone, rows):
    before = ignored("unsigned")
    for number in range(1000):
        response = await deliver(phone, "whatsapp", *forged(number))
        assert response.status_code == 401
    assert ignored("unsigned") == before + 1000
    assert taken(rows) == []


def forged(number):
    """A webhook, and a signature that somebody without the secret could come to."""
    sent = payloads.text(f"bonjour {number}", f"wamid.{number}")
    body = raw(sent)
    true = signature(body)
    other = signature(raw(payloads.text("bonjour", "wamid.0")))
    bit = number % 256
    turned = bytearray(bytes.fromhex(true[7:]))
    turned[bit // 8] ^= 1 << bit % 8
    ways = [
        f"sha256={turned.hex()}",
        signature(body, f"guess {number}"),
        signature(body, ""),
        other,
        true[:-1],
        true[7:],
        true.upper(),
        f"sha1={true[7:]}",
        f"{true},{true}",
        "",
    ]
    return body, ways[number % len(ways)] if number >= 256 else ways[0]
