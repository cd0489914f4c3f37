async def say(client, message, sender="amal", **metadata):
    body = {"sender": sender, "message": message, "metadata": metadata}
    response = await client.post("/webhooks/rest/webhook", json=body)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_message_is_answered_behind_the_introduction(client, dialogue):
    first = await say(client, "je cherche un stage", language="fr")
    assert "machine" in first[0]["text"]
    assert first[1]["custom"]["cards"][0]["title"] == "Technicien informatique"
    assert {body["recipient_id"] for body in first} == {"amal"}
    assert [body["text"] for body in await say(client, "merci")] == ["echo merci"]
