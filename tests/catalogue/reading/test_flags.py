import pytest

from catalogue.reading.flags import FLAGS, read_flags


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("Débutant(e) accepté(e), permis B.", "no_experience"),
        ("No prior experience required.", "no_experience"),
        ("لا تشترط الخبرة في هذا المنصب", "no_experience"),
        ("Poste ouvert aux jeunes diplômés.", "youth"),
        ("Fresh graduates are welcome to apply.", "youth"),
        ("الوظيفة مفتوحة لحديثي التخرج", "youth"),
        ("Programme for women returning to work.", "women_returning"),
        ("Retour à l'emploi après un congé parental.", "women_returning"),
        ("Installation de panneaux solaires.", "green"),
        ("مشاريع الطاقة الشمسية", "green"),
        ("Poste ouvert aux personnes en situation de handicap (RQTH).", "disability"),
        ("الوظيفة متاحة للأشخاص في وضعية إعاقة", "disability"),
        ("Télétravail possible deux jours.", "remote"),
        ("العمل عن بُعد", "remote"),
        ("Formation assurée par l'entreprise.", "training"),
        ("Training provided.", "training"),
    ],
)
def test_said(text, flag):
    assert read_flags(text) == [flag]


@pytest.mark.parametrize(
    "text",
    [
        "Débutant s'abstenir.",
        "Sans expérience s'abstenir",
        "Pas de télétravail.",
        "This is not remote.",
        "Expérience exigée de cinq ans.",
        "لا يمكن العمل عن بعد",
        "",
    ],
)
def test_denied_or_not_said(text):
    assert read_flags(text) == []


def test_flags_come_in_one_order():
    text = "Formation assurée, télétravail, débutant accepté"
    assert read_flags(text) == ["no_experience", "remote", "training"]
    assert sorted(FLAGS) == sorted(set(FLAGS))
