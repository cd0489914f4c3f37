import pytest

from bot.pacer import Pacer


def moments(pacer, chats, clock=100.0):
    return [round(pacer.moment(chat, clock) - clock, 3) for chat in chats]


@pytest.mark.parametrize(
    ("a_second", "a_chat", "chats", "expected"),
    [
        (None, None, "aaa", [0, 0, 0]),
        (10, None, "aab", [0, 0.1, 0.2]),
        (None, 1, "aaba", [0, 1, 0, 2]),
        (10, 1, "aabc", [0, 1, 0.2, 0.3]),
    ],
)
def test_each_message_has_its_moment(a_second, a_chat, chats, expected):
    assert moments(Pacer(a_second, a_chat, lambda: 1), chats) == expected


def test_several_edges_share_a_platforms_speed():
    assert moments(Pacer(10, None, lambda: 2), "abc") == [0, 0.2, 0.4]


def test_time_that_has_passed_is_not_waited_for():
    pacer = Pacer(10, 1, lambda: 1)
    assert moments(pacer, "a", 100) == [0]
    assert moments(pacer, "a", 102) == [0]


def test_chats_are_forgotten():
    pacer = Pacer(None, 1, lambda: 1)
    for number in range(10_001):
        pacer.moment(str(number), 100)
    pacer.moment("x", 200)
    assert len(pacer._chats) == 1  # noqa: SLF001


async def test_waiting_is_waiting():
    pacer = Pacer(1000, 1000, lambda: 1)
    for _ in range(5):
        await pacer.wait("a")
