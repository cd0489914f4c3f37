import pytest

from languages.translation.checks import fault
from languages.translation.facts import find, rendered


def judged(original, said, source="fr", target="en"):
    facts = find(original, source)
    return fault(original, said, [rendered(fact, target) for fact in facts], facts, target)


@pytest.mark.parametrize(
    ("original", "said", "target"),
    [
        ("Nous cherchons un menuisier.", "We are looking for a carpenter.", "en"),
        ("Salaire 4000 MAD.", "الأجر \u20664000 MAD\u2069.", "ar"),
        ("Oui", "نعم", "ar"),
        ("Bien, bien, bien, bien !", "Good, good, good, good!", "en"),
        ("Fin .....", "End .....", "en"),
        ("Commercial", "Commercial", "en"),
    ],
)
def test_what_is_well(original, said, target):
    assert judged(original, said, target=target) is None


@pytest.mark.parametrize(
    ("name", "original", "said", "target"),
    [
        ("numbers", "Salaire 4000 MAD.", "Pay 400 MAD.", "en"),
        ("numbers", "Salaire 4000 MAD.", "Pay.", "en"),
        ("numbers", "Deux ans d'expérience", "2 years of experience", "en"),
        ("numbers", "3 postes", "3 jobs, 3 jobs", "en"),
        ("unknown", "Un menuisier", "A <unk>", "en"),
        ("unknown", "Un menuisier", "A ⁇ carpenter", "en"),
        ("copied", "Nous cherchons un menuisier", "Nous cherchons un menuisier", "en"),
        ("repeats", "Nous cherchons un menuisier", "We seek seek seek seek seek", "en"),
        ("repeats", "Préparation du chantier", "pre-pre-pre-pre-pre", "en"),
        ("repeats", "Nous cherchons un menuisier", "the job of the job of the job of the job of", "en"),
        ("repeats", "Nous cherchons un menuisier pour poser des portes et des fenêtres",
         "a b a c a b b a c a b c c b a a b", "en"),
        ("too_long", "Menuisier", "A person who makes things of wood and who has long worked at it", "en"),
        ("too_short", "Nous cherchons un menuisier pour un chantier", "We seek", "en"),
        ("too_short", "Nous cherchons un menuisier", "", "en"),
        ("script", "Nous cherchons un menuisier", "نبحث عن نجار ماهر", "en"),
        ("script", "Nous cherchons un menuisier", "We seek a carpenter", "ar"),
    ],
)  # fmt: skip
def test_what_is_dropped(name, original, said, target):
    assert judged(original, said, target=target) == name


def test_facts_in_other_letters_do_not_count_against_the_script():
    original = "Écrivez à recrutement.menuiserie@bois-et-cie.example"
    assert judged(original, "راسل recrutement.menuiserie@bois-et-cie.example", target="ar") is None
