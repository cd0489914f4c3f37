import pytest

from catalogue.reading.tongue import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nous recherchons un vendeur pour notre magasin de chaussures.", "fr"),
        ("We are looking for a nurse to join our team in the city.", "en"),
        ("نبحث عن محاسب للعمل في شركتنا SARL", "ar"),
        ("Elektriker gesucht für unsere Werkstatt in der Nähe von Berlin, Vollzeit", None),
        ("Comptable", None),
        ("12345 67 89 10 11 12", None),
        ("", None),
    ],
)
def test_language(text, language):
    assert language_of(text) == language
