from catalogue.fulltext import TextQuery, fts5, tsquery

FAIR = (("fair",),)
JOB_FAIR = (("job",), ("fair",))
SALON = (("salon", "expo"),)


def test_a_wording_that_holds_only_where_another_does_is_not_looked_up():
    query = TextQuery(JOB_FAIR, others=(SALON, FAIR, (("expo",), ("job",))))
    assert tsquery(query, []) == "((('salon' | 'expo')) | (('fair')))"
    assert fts5(query, []) == '((("salon" OR "expo")) OR (("fair")))'


def test_wordings_that_say_less_or_other_things_stay():
    query = TextQuery((("job", "work"), ("fair",)), others=((("job",), ("salon",)),))
    assert tsquery(query, [["event:MA"]]) == (
        "((('job' | 'work') & ('fair')) | (('job') & ('salon'))) & ('event:MA')"
    )


def test_where_any_word_will_do_each_is_a_wording():
    query = TextQuery(JOB_FAIR, every=False, in_title=True, others=(JOB_FAIR, SALON))
    assert tsquery(query, []) == "((('T:job')) | (('T:fair')) | (('T:salon' | 'T:expo')))"
