import pytest

from dialogue.features import Example, features, weight


def test_a_frame_is_seen_whole_when_short_and_in_pieces_around_what_the_lists_know():
    found = features(Example("job in tunis", "en", ("job", "in", "<place>")))
    told = {feature for feature in found if feature.startswith(("f=", "frame=", "kind=", "rest="))}
    assert told == {
        "frame=job in <place>",
        "kind=<place>",
        "rest=2",
        "f=in <place>",
        "f=<place> $",
        "f=job in <place>",
        "f=in <place> $",
    }


def test_a_long_frame_is_seen_in_pieces_alone():
    frame = ("i", "want", "a", "job", "in", "<place>")
    found = features(Example("i want a job in tunis", "en", frame))
    assert not any(feature.startswith("frame=") for feature in found)
    assert "rest=4" in found


@pytest.mark.parametrize(
    ("words", "length"),
    [(1, 1), (2, 2), (3, 3), (4, 5), (5, 5), (9, 9), (15, 15), (16, 16), (90, 16)],
)
def test_the_length_is_seen_roughly(words, length):
    assert f"length={length}" in features(Example(" ".join(["ab"] * words), "en"))


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("bghit nkhdem", "بغيت نخدم"),  # its ب is no particle
        ("lkhedma", "الخدمة"),
        ("f lmadrasa", "في المدرسة"),
    ],
)
def test_arabizi_and_arabic_letters_share_what_they_sound_like(latin, arabic):
    one, other = (
        {f for f in features(Example(text, variety)) if f.startswith("s=")}
        for text, variety in ((latin, "arabizi"), (arabic, "darija"))
    )
    assert one & other
    assert len(one & other) >= len(latin.split())


def test_words_near_each_other_are_a_pair_in_any_order():
    one, other = (
        {f for f in features(Example(text, "en")) if f.startswith("p=")}
        for text in ("looking for jobs", "jobs for lookin")
    )
    assert one == other == {"p=for lookin", "p=jobs lookin", "p=for jobs"}


def test_words_far_apart_are_no_pair():
    assert "p=a e" not in features(Example("a b c d e", "en"))
    assert "p=a d" in features(Example("a b c d e", "en"))


def test_a_pair_weighs_less_than_a_word():
    assert 0 < weight("p=a b") < weight("w=a") == weight("f=<place> $") == 1


def test_a_particle_comes_off_an_arabic_word():
    assert "b=رباط" in features(Example("بالرباط", "msa"))


def test_other_varieties_have_no_sounds():
    assert not any(f.startswith("s") for f in features(Example("bghit nkhdem", "fr")) if "=" in f)


@pytest.mark.parametrize(("text", "asked"), [("job?", True), ("عمل؟ ", True), ("job", False)])
def test_a_question_is_heard(text, asked):
    assert ("?" in features(Example(text, "en"))) is asked
