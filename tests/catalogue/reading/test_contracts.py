import pytest

from catalogue.reading.contracts import read_contract


@pytest.mark.parametrize(
    ("title", "text", "language", "contract"),
    [
        ("Comptable CDI", "", "fr", "permanent"),
        ("Vendeur CDD temps partiel", "", "fr", "fixed_term"),
        ("Stage marketing", "", "fr", "internship"),
        ("Stage manager", "", "en", None),
        ("Comptable", "Type de contrat : CDI. Poste basé à Fès.", "fr", "permanent"),
        ("Comptable", "CDD de six mois pouvant évoluer en CDI.", "fr", None),
        ("Comptable", "Vous encadrez les stagiaires du service.", "fr", None),
        ("محاسب عقد دائم", "", "ar", "permanent"),
        ("محاسب", "نوع العقد: عقد محدد المدة", "ar", "fixed_term"),
        ("مدرب رياضي", "", "ar", None),
        ("Nurse", "This is a permanent position.", "en", "permanent"),
        ("", "", "xx", None),
    ],
)
def test_told(title, text, language, contract):
    assert read_contract(title, text, language) == contract
