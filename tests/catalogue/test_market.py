from datetime import UTC, datetime, timedelta

import pytest

from catalogue import places, skills, taxonomy
from catalogue.charts import PATH, Chart, address, chart_of
from catalogue.market import Question, market
from errors import BadInput
from tests.catalogue.listings import TODAY, offer, put

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


def question(session, work=None, place=None):
    isco = taxonomy.resolve(session, work).isco if work else ()
    return Question(isco, places.resolve(session, place).place if place else None)


def asked(catalogue, **words):
    with catalogue.read() as session:
        return market(session, question(session, **words), NOW)


def many(days, occupation="menuisier", **more):
    return [
        offer(f"Poste {day}-{n}", occupation=occupation, posted_days_ago=day, **more)
        for n, day in enumerate(days)
    ]


def test_offers_of_a_job_in_a_town_are_counted_and_nothing_else(catalogue_database):
    put(
        catalogue_database,
        *many([1, 2, 40]),
        *many([1], occupation="plombier"),
        *many([1], place="Rabat"),
    )
    found = asked(catalogue_database, work="menuisier", place="Casablanca")
    assert (found.total, found.open) == (3, 3)
    assert found.since.date() == TODAY - timedelta(days=40)
    assert sum(count for _, count in found.months) == 3
    assert found.top == []


def test_what_has_gone_counts_in_its_month_but_is_not_open(catalogue_database):
    put(catalogue_database, *many([40, 41], expires_in_days=-5), *many([2]))
    found = asked(catalogue_database, work="menuisier")
    assert (found.total, found.open) == (3, 1)


@pytest.mark.parametrize(
    ("later", "earlier", "change"),
    [(10, 5, 100), (6, 12, -50), (7, 7, 0), (4, 20, None), (20, 4, None)],
)
def test_a_trend_compares_two_whole_periods_with_enough_in_both(
    catalogue_database, later, earlier, change
):
    put(catalogue_database, *many([10] * later), *many([120] * earlier), *many([200]))
    assert asked(catalogue_database, work="menuisier").change == change


def test_a_market_watched_for_less_than_two_periods_has_no_trend(catalogue_database):
    put(catalogue_database, *many([10] * 9), *many([120] * 9))
    assert asked(catalogue_database, work="menuisier").change is None


def test_pay_is_the_middle_of_what_most_offers_state_and_only_of_enough(catalogue_database):
    put(catalogue_database, *(offer(f"A{n}", salary=f"{n}000 MAD par mois") for n in (3, 4, 5, 9)))
    assert asked(catalogue_database, work="menuisier").pay is None
    put(
        catalogue_database,
        *(offer(f"B{n}", salary=f"{n}000 MAD par mois") for n in (3, 4, 5, 9, 20)),
        offer("C", salary="900 EUR par mois"),
    )
    found = asked(catalogue_database, work="menuisier").pay
    assert (found.median, found.currency, found.offers) == (5000, "MAD", 9)


def test_without_a_job_the_jobs_most_asked_for_are_told(catalogue_database):
    put(catalogue_database, *many([1, 2, 3]), *many([1, 2], occupation="plombier"))
    found = asked(catalogue_database, place="Casablanca")
    assert [count for _, count in found.top] == [3, 2]
    assert found.top[0][0] in taxonomy_of(catalogue_database, "menuisier")


def taxonomy_of(catalogue, work):
    with catalogue.read() as session:
        return taxonomy.resolve(session, work).isco


def test_skills_are_told_when_three_offers_ask_for_them(catalogue_database):
    texts = ["Excel et anglais", "Maîtrise d'Excel", "إتقان إكسل والإنجليزية", "Sans Excel"]
    put(catalogue_database, *(offer(f"D{n}", summary={"fr": text}) for n, text in enumerate(texts)))
    assert asked(catalogue_database, work="menuisier").skills == [("excel", 3)]


def test_a_skill_is_named_in_the_language_of_the_person():
    assert skills.asked("permis B exigé, anglais courant") == {"driving", "english"}
    assert skills.name("english", "fr") == "anglais"


CHART = Chart("Menuisier", ["jan.", "fév."], [3, 5], across=False, rtl=False)


def test_an_address_carries_its_chart():
    made = address(CHART, "secret")
    assert made.startswith(f"{PATH}/")
    assert made.isascii()
    assert len(made) < 500
    assert chart_of(made.removeprefix(f"{PATH}/").removesuffix(".png"), "secret") == CHART


@pytest.mark.parametrize("name", ["", "x", "a.b", "é" * 9, "a" * 5000])
def test_what_this_deployment_did_not_sign_is_no_picture(name):
    with pytest.raises(BadInput):
        chart_of(name, "secret")


def test_another_secret_signs_nothing():
    name = address(CHART, "other").removeprefix(f"{PATH}/").removesuffix(".png")
    with pytest.raises(BadInput):
        chart_of(name, "secret")
