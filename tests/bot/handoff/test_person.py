"""What a person lives through: asked, told where they stand, talked with, given back."""

from datetime import timedelta

import pytest

from bot.handoff.models import Presence
from bot.handoff.views import TeamView
from bot.models import IncomingRow
from store.base import now
from tests.bot.conftest import until
from tests.bot.handoff.conftest import NADIA, OMAR, SALMA

HELP = "/talk_to_human"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_asks_learns_position_and_hours(running):
    first = await running.say("asked", sender="one")
    assert first[-1] == running.text("handoff_asked", position=1)
    assert running.speech.profile.hours["fr"] in first[-1]
    second = await running.say("asked", sender="two")
    assert second[-1] == running.text("handoff_asked", position=2)
    assert running.row("two").card["wish"]["what"] == "menuisier"


async def test_the_machine_goes_on_answering_who_waits(running):
    await running.say("asked")
    assert await running.say("salut") == ["echo salut"]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
async def test_in_their_language(running, language):
    await running.say(f'/change_language{{"language":"{language}"}}')
    said = await running.say("asked")
    assert said[-1] == running.text("handoff_asked", language, position=1)


async def test_distress_goes_first_whatever_was_asked_before(running):
    await running.say("asked", sender="one")
    await running.say("asked", sender="two")
    assert running.text("handoff_distress", position=1) in (
        await running.say("distress", sender="two")
    )
    queue = await running.service.queue(SALMA)
    assert [item.contact_id for item in queue.waiting] == [
        running.contact("two").id,
        running.contact("one").id,
    ]
    assert queue.waiting[0].urgent


async def test_asking_again_tells_the_position_and_waits_once(running):
    await running.say("asked")
    assert (await running.say("asked"))[-1] == running.text("handoff_still", position=1)
    assert len((await running.service.queue(SALMA)).waiting) == 1


@pytest.mark.parametrize("how", ["cancel", "deny", "/handoff_cancel"])
async def test_never_mind(running, how):
    await running.say("asked")
    assert await running.say(how) == [running.text("handoff_cancelled")]
    assert running.row().state == "cancelled"
    assert (await running.service.queue(SALMA)).waiting == []


async def test_a_no_to_something_else_leaves_them_waiting(running):
    await running.say("asked")
    await running.say("salut")
    assert await running.say("deny") == ["echo deny"]
    assert running.row().state == "waiting"


async def test_a_cancel_with_nothing_to_cancel_is_the_dialogues(running):
    await running.say("salut")
    assert await running.say("cancel") == ["echo cancel"]
    assert await running.say("/handoff_cancel") == [running.text("handoff_not_waiting")]


async def test_the_machine_is_silent_while_a_human_holds(running, dialogue):
    handoff_id = await running.held()
    asked = len(dialogue.asked)
    assert await running.say("je cherche un stage") == []
    await running.service.send(SALMA, handoff_id, "Bonjour, je suis là.")
    assert await running.say("merci") == ["Bonjour, je suis là."]
    assert len(dialogue.asked) == asked
    with running.database.read() as session:
        assert session.query(IncomingRow).filter_by(status="held").count() == 2


async def test_taken_is_told_with_a_name(running):
    await running.say("asked")
    item = await running.service.take(SALMA, running.row().id)
    assert (item.state, item.account_id) == ("held", "salma")
    assert running.fetch() == [running.text("handoff_taken", name="Salma")]


async def test_given_back_the_machine_says_so_and_goes_on(running):
    handoff_id = await running.held()
    await running.service.give_back(SALMA, handoff_id)
    wish = "menuisier · Casablanca"
    assert running.fetch() == [running.text("handoff_returned_search", wish=wish)]
    assert await running.say("salut") == ["echo salut"]
    assert running.row().state == "returned"


async def test_closed_two_taps_tell_how_it_was(running):
    handoff_id = await running.held()
    await running.service.close(SALMA, handoff_id, "helped")
    ended, asked = running.fetch()
    assert ended == running.text("handoff_ended", name="Salma")
    assert asked == running.text("handoff_helped")
    assert await running.say('/handoff_helped{"value":"3"}') == [running.text("handoff_easy")]
    thanks = [running.text("handoff_thanks"), running.text("followup_offer")]
    assert await running.say('/handoff_easy{"value":"2"}') == thanks
    row = running.row()
    assert (row.state, row.outcome, row.helped, row.easy) == ("closed", "helped", 3, 2)


async def test_who_was_not_helped_is_offered_somebody_else(running):
    await running.service.close(SALMA, await running.held(), "other")
    running.fetch()
    await running.say('/handoff_helped{"value":"1"}')
    *_, body = await running.bodies('/handoff_easy{"value":"1"}')
    assert body["buttons"][0]["payload"] == HELP


@pytest.mark.parametrize(
    "tap", ['/handoff_helped{"value":"3"}', '/handoff_easy{"value":"9"}', "/handoff_easy"]
)
async def test_a_tap_without_a_question_is_met_kindly(running, tap):
    await running.say("salut")
    assert await running.say(tap) == [running.text("handoff_rated_late")]


async def test_spam_is_not_asked_how_it_was(running):
    await running.service.close(SALMA, await running.held(), "spam")
    assert running.fetch() == []


async def test_who_comes_back_after_hours_and_waits_still_hears_so(running):
    await running.say("asked")
    assert await running.say("salut") == ["echo salut"]
    with running.database.write() as session:
        for row in session.query(IncomingRow):
            row.received_at = row.received_at.replace(year=2025)
    assert await running.say("salut") == ["echo salut", running.text("handoff_still", position=1)]
    assert await running.say("salut") == ["echo salut"]


async def test_who_is_left_alone_goes_back_to_the_queue(running):
    await running.held()
    await running.say("vous êtes là ?")
    await until(lambda: running.row().unanswered_since is not None)
    running.passes(acted_at=31, unanswered_since=31)
    await running.parts.watch.look()
    assert running.fetch() == [running.text("handoff_vanished", position=1)]
    row = running.row()
    assert (row.state, row.account_id, row.vanished, row.suggested_to) == (
        "waiting", None, 1, "omar",
    )  # fmt: skip
    assert await running.say("salut") == ["echo salut"]
    assert (await running.service.take(OMAR, row.id)).account_id == "omar"


async def test_who_has_an_answer_is_not_left_alone(running):
    handoff_id = await running.held()
    await running.say("vous êtes là ?")
    await running.service.send(SALMA, handoff_id, "Oui !")
    running.passes(acted_at=31, held_at=31)
    await running.parts.watch.look()
    assert running.row().state == "held"


async def test_who_returns_when_the_counsellor_has_gone_home_waits_for_another(running):
    handoff_id = await running.held()
    await running.service.send(SALMA, handoff_id, "À demain !")
    running.passes(acted_at=600)
    with running.database.write() as session:
        session.get(Presence, "salma").seen_at = now() - timedelta(hours=10)
    assert await running.say("bonjour, me revoilà") == ["À demain !"]
    await until(lambda: running.row().state == "waiting")
    assert running.fetch() == [running.text("handoff_vanished", position=1)]


async def test_long_silence_ends_it_and_the_machine_answers_again(running):
    handoff_id = await running.held()
    await running.service.send(SALMA, handoff_id, "Que pensez-vous de cette offre ?")
    running.fetch()
    running.passes(acted_at=25 * 60)
    await running.parts.watch.look()
    assert (running.row().state, running.row().outcome) == ("returned", "no_answer")
    assert len(running.fetch()) == 1
    assert await running.say("salut") == ["echo salut"]


async def test_a_message_that_no_process_noted_is_found(running):
    handoff_id = await running.held()
    await running.service.send(SALMA, handoff_id, "Oui ?")
    await running.say("j'ai une question")
    await until(lambda: running.row().unanswered_since is not None)
    with running.database.write() as session:
        session.get(type(running.row()), handoff_id).unanswered_since = None
    await running.parts.watch.look()
    assert running.row().unanswered_since is not None


async def test_transfer_to_a_person_and_to_a_team(running):
    handoff_id = await running.held()
    await running.service.transfer(SALMA, handoff_id, account="omar", note="parle arabe")
    assert running.fetch() == [running.text("handoff_taken", name="Omar")]
    team = await running.service.save_team(NADIA, TeamView(0, "Droits", [], [], [], ["salma"]))
    item = await running.service.transfer(OMAR, handoff_id, team=team)
    assert (item.state, item.team, item.suggested_to) == ("waiting", (team, "Droits"), "salma")
    assert running.fetch() == [running.text("handoff_passed_on", position=1)]


async def test_outside_the_hours_a_callback_is_agreed(closed):
    said = await closed.say("asked")
    assert said[-1].startswith("Notre équipe revient")
    assert "08:00" in said[-1]
    assert closed.row().state == "offered"
    assert await closed.say("/handoff_callback") == [closed.text("handoff_callback_when")]
    assert await closed.say('/handoff_when{"value":"afternoon"}') == [
        closed.text("handoff_callback_how")
    ]
    assert await closed.say('/handoff_how{"value":"phone"}') == [
        closed.text("handoff_callback_number")
    ]
    assert await closed.say("06 12") == [closed.text("handoff_callback_number_again")]
    [done] = await closed.say("+212 6 12 34 56 78")
    assert "+212612345678" in done
    assert "13:00" in done
    row = closed.row()
    assert (row.state, row.reason) == ("waiting", "callback")
    assert row.callback == {"when": "afternoon", "how": "phone", "number": "+212612345678"}
    queue = await closed.service.queue(SALMA)
    assert (queue.waiting, [item.id for item in queue.later]) == ([], [row.id])


async def test_outside_the_hours_a_typed_yes_and_no(closed):
    await closed.say("asked")
    assert await closed.say("affirm") == [closed.text("handoff_callback_when")]
    await closed.say("asked", sender="badr")
    assert await closed.say("deny", sender="badr") == [closed.text("handoff_cancelled")]


async def test_who_talks_of_something_else_is_answered(closed):
    await closed.say("asked")
    await closed.say("/handoff_callback")
    await closed.say('/handoff_how{"value":"phone"}')
    assert await closed.say("salut") == ["echo salut"]
    assert "0612345678" in (await closed.say("06.12.34.56.78"))[0]


async def test_distress_outside_the_hours_waits_first_and_hears_when(closed):
    said = await closed.say("distress")
    assert "passera en premier" in said[-1]
    assert closed.row().state == "waiting"


async def test_somebody_at_the_desk_is_an_open_desk(closed):
    await closed.service.here(SALMA, languages=["fr"])
    assert (await closed.say("asked"))[-1] == closed.text("handoff_asked", position=1)


async def test_an_offer_that_nobody_takes_up_is_forgotten(closed):
    await closed.say("asked")
    closed.passes(asked_at=25 * 60)
    await closed.parts.watch.look()
    assert closed.row().state == "cancelled"


@pytest.mark.parametrize("told", ["asked", {"reason": "party"}, {"reason": "asked", "wish": 5}, []])
async def test_whatever_the_dialogue_says_nobody_is_left_without_an_answer(running, dialogue, told):
    dialogue.content = {
        "messages": [{"text": "bien"}],
        "language": "fr",
        "language_chosen": False,
        "handoff": told,
    }
    assert (await running.say("x"))[1] == "bien"
