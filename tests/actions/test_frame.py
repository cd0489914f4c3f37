import pytest

from actions.frame import ANYTHING, ANYWHERE, ONLINE, Details, Frame, begun, corrected, details


def entity(name, value):
    return {"entity": name, "value": value}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("anywhere", ANYWHERE),
        ("a job anywhere in the country", ANYWHERE),
        ("partout", ANYWHERE),
        ("n'importe où", ANYWHERE),
        ("peu importe la ville", ANYWHERE),
        ("في أي مدينة", ANYWHERE),
        ("فين ما كان", ANYWHERE),
        ("f ay blassa", ANYWHERE),
        ("win ma kan", ANYWHERE),
        ("online", ONLINE),
        ("je cherche en télétravail", ONLINE),
        ("à distance", ONLINE),
        ("عن بعد", ONLINE),
        ("خدمة من الدار", ONLINE),
        ("3la distance", ONLINE),
        ("n'importe quoi", None),
        ("a job", None),
        ("une offre", None),
        ("تقني", None),
        ("", None),
    ],
)
def test_where_in_a_message_without_a_place(text, place):
    assert details(text, []).place == place


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("partout", ANYWHERE),
        ("à distance", ONLINE),
        ("en ligne", ONLINE),
        ("عن بعد", ONLINE),
        ("anywhere", ANYWHERE),
        ("online", ONLINE),
        ("Casablanca", "Casablanca"),
        ("الدار البيضاء", "الدار البيضاء"),
        ("Ligne", "Ligne"),
    ],
)
def test_where_as_an_entity(value, place):
    assert details("…", [entity("place", value)]).place == place


def test_a_place_that_was_named_goes_before_the_words_around_it():
    assert details("partout à Rabat", [entity("place", "Rabat")]).place == "Rabat"


@pytest.mark.parametrize(
    "value",
    ["anything", "any job", "n'importe quoi", "tout", "أي عمل", "أي حاجة", "ay haja", "kolchi"],
)
@pytest.mark.parametrize("name", ["occupation", "topic"])
def test_anything(name, value):
    assert details("…", [entity(name, value)]).what == ANYTHING


def test_what_is_the_occupation_before_the_topic():
    said = details("…", [entity("topic", "Excel"), entity("occupation", "comptable")])
    assert said.what == "comptable"
    assert details("…", [entity("topic", "Excel")]).what == "Excel"


def test_the_first_of_two_counts():
    said = details("…", [entity("place", "Rabat"), entity("place", "Fès")])
    assert said.place == "Rabat"


@pytest.mark.parametrize(
    ("words", "contract"),
    [
        ("CDI", "permanent"),
        ("permanent job", "permanent"),
        ("دائم", "permanent"),
        ("khdma 9arra", "permanent"),
        ("CDD", "fixed_term"),
        ("عقد محدد المدة", "fixed_term"),
        ("stage", "internship"),
        ("stage PFE", "internship"),
        ("internships", "internship"),
        ("تدريب", "internship"),
        ("intérim", "temporary"),
        ("مؤقت", "temporary"),
        ("alternance", "apprenticeship"),
        ("apprenticeship", "apprenticeship"),
        ("temps partiel", "part_time"),
        ("part time", "part_time"),
        ("دوام جزئي", "part_time"),
        ("freelance", "freelance"),
        ("saisonnier", "seasonal"),
        ("bénévolat", "volunteering"),
        ("متطوع", "volunteering"),
        ("internship", "internship"),
        ("un stage payé", "internship"),
        ("something of my own", None),
        ("scdi", None),
    ],
)
def test_contracts(words, contract):
    assert details("…", [entity("contract", words)]).contract == contract


def test_a_detail_is_kept_short():
    assert len(details("…", [entity("occupation", "x" * 5000)]).what) == 80


def test_a_message_without_details_says_nothing():
    assert not details("merci", [])
    assert not details("merci", [entity("age", "19")])
    assert details("merci", [entity("date", "demain")])


@pytest.mark.parametrize(
    ("kind", "known", "missing"),
    [
        ("offer", {}, "what"),
        ("offer", {"place": "Fès"}, "what"),
        ("offer", {"what": "nurse"}, "place"),
        ("offer", {"what": ANYTHING, "place": ANYWHERE}, None),
        ("training", {}, "what"),
        ("training", {"what": "Excel"}, None),
        ("event", {}, None),
    ],
)
def test_what_is_asked_next(kind, known, missing):
    assert Frame(kind=kind, **known).missing() == missing


CARPENTER = Frame("offer", "menuisier", "Fès", "permanent", None, shown=[1, 2], seen=2, focus=1)


@pytest.mark.parametrize(
    ("kind", "said", "short", "expected"),
    [
        # a first wish of the same kind goes on with the work that was named
        ("offer", Details(place="Rabat"), False, ("menuisier", "Rabat", "permanent")),
        ("offer", Details(contract="internship"), False, ("menuisier", "Fès", "internship")),
        ("offer", Details(), False, ("menuisier", "Fès", "permanent")),
        # new work starts anew, in the same place
        ("offer", Details(what="cook"), False, ("cook", "Fès", None)),
        ("offer", Details(what="cook", place="Rabat"), False, ("cook", "Rabat", None)),
        # another kind: goes on when it is short, starts anew when it is not
        ("training", Details(), True, ("menuisier", "Fès", None)),
        ("training", Details(), False, (None, "Fès", None)),
        ("training", Details(what="Excel"), True, ("Excel", "Fès", None)),
        # an event is about something else
        ("event", Details(), True, (None, "Fès", None)),
        ("event", Details(place="Rabat"), False, (None, "Rabat", None)),
    ],
)
def test_a_new_wish_after_an_old_one(kind, said, short, expected):
    frame = begun(kind, said, CARPENTER, short=short)
    assert (frame.what, frame.place, frame.contract) == expected
    assert frame.kind == kind
    assert (frame.shown, frame.seen, frame.focus, frame.asked) == ([], 0, None, None)


def test_a_first_wish():
    frame = begun("event", Details(date="demain", place="Rabat"), None, short=True)
    assert frame == Frame("event", place="Rabat", date="demain")


def test_a_date_of_before_does_not_go_on():
    before = Frame("event", place="Rabat", date="demain")
    assert begun("event", Details(), before, short=True).date is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Details(place="Rabat"), ("menuisier", "Rabat", "permanent")),
        (Details(what="cook"), ("cook", "Fès", "permanent")),
        (Details(contract="internship"), ("menuisier", "Fès", "internship")),
        (Details(place=ANYWHERE), ("menuisier", ANYWHERE, "permanent")),
    ],
)
def test_a_correction_changes_what_it_names_and_begins_a_new_list(said, expected):
    frame = corrected(CARPENTER, said)
    assert (frame.what, frame.place, frame.contract) == expected
    assert (frame.shown, frame.seen, frame.focus) == ([], 0, None)


def test_a_correction_of_the_date():
    assert corrected(Frame("event", date="demain"), Details(date="en mars")).date == "en mars"
    assert corrected(Frame("event", date="demain"), Details(place="Fès")).date == "demain"


def test_a_frame_goes_to_its_slot_and_back():
    assert Frame.of(CARPENTER.as_slot()) == CARPENTER


@pytest.mark.parametrize("slot", [None, "", [], 5, {"kind": "offer", "salary": 3}])
def test_what_is_no_frame_is_none(slot):
    assert Frame.of(slot) is None
