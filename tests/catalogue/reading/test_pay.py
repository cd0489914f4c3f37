import pytest

from catalogue.reading.pay import read_pay


@pytest.mark.parametrize(
    ("told", "low", "high", "currency", "period", "monthly"),
    [
        ("5 000 à 7 000 DH par mois", 5000, 7000, "MAD", "month", 5000),
        ("45-55 k€ par an", 45000, 55000, "EUR", "year", 3750),
        ("30 000 € brut annuel", 30000, 30000, "EUR", "year", 2500),
        ("£14.50 per hour", 14.5, 14.5, "GBP", "hour", None),
        ("USD 1,200 a month", 1200, 1200, "USD", "month", 1200),
        ("$60k - $80k per year", 60000, 80000, "USD", "year", 5000),
        ("راتب ٤٠٠٠ درهم شهريا", 4000, 4000, "MAD", "month", 4000),
        ("من 3000 إلى 5000 ريال في الشهر", 3000, 5000, "SAR", "month", 3000),
        ("1.500 € le mois", 1500, 1500, "EUR", "month", 1500),
        ("12,50 € de l'heure", 12.5, 12.5, "EUR", "hour", None),
        ("6000 MAD", 6000, 6000, "MAD", None, None),
        ("150 DH par jour", 150, 150, "MAD", "day", None),
    ],
)
def test_told(told, low, high, currency, period, monthly):
    pay = read_pay(told, "", "", None)
    assert (pay.low, pay.high, pay.currency, pay.period) == (low, high, currency, period)
    assert pay.monthly == monthly


@pytest.mark.parametrize(
    "told",
    ["selon profil", "à négocier", "5000", "grade 3", "35h", "de 7000 à 5000 DH", "0 €", "€", ""],
)
def test_what_is_not_told_is_not_made_up(told):
    assert read_pay(told, "", "", "MA") is None


@pytest.mark.parametrize(("country", "currency"), [("TN", "TND"), ("DZ", "DZD"), ("JO", "JOD")])
def test_whose_dinar(country, currency):
    assert read_pay("900 dinars par mois", "", "", country).currency == currency
    assert read_pay("900 dinars par mois", "", "", None) is None


def test_in_a_text_an_amount_is_pay_only_beside_a_word_for_it():
    text = "Groupe au chiffre d'affaires de 5 000 000 €. Une équipe de 40 personnes."
    assert read_pay(None, "Comptable", text, "MA") is None
    pay = read_pay(None, "Comptable", text + " Salaire : 4 500 à 5 500 DH net par mois.", "MA")
    assert (pay.low, pay.high, pay.words) == (4500, 5500, "4 500 à 5 500 DH")


def test_the_field_comes_before_the_title_and_the_title_before_the_text():
    text = "Salaire : 1000 DH par mois"
    assert read_pay("3000 DH", "Vendeur 2000 DH", text, "MA").low == 3000
    assert read_pay(None, "Vendeur 2000 DH", text, "MA").low == 2000
    assert read_pay("selon profil", "Vendeur", text, "MA").low == 1000


def test_hostile_lengths_end():
    assert read_pay("9" * 20_000 + " €", "1 " * 20_000, "salaire " + "1.000" * 5000, "MA") is None
