"""Telephone numbers that people write, alone and in a sentence."""

import pytest

from people import telephone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 12 34 56 78", "0612345678"),
        ("+212 (6) 12-34-56-78", "+212612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "0612345678"),
        ("0612", ""),
        ("1234567890123456789", ""),
        ("appelez le 0612345678", None),
        ("03/12/2026", None),
        ("2026-12-03", None),
        ("demain", None),
        ("", None),
    ],
)
def test_what_is_a_telephone_number(text, number):
    assert telephone.number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("appelez-moi au 06 12 34 56 78 svp", "0612345678"),
        ("رقمي هو +212 612-345-678 شكراً", "+212612345678"),
        ("رقمي ٠٦١٢٣٤٥٦٧٨", "0612345678"),
        ("bac 2019 2020", None),
        ("le 03/12/2026 à 10:00", None),
        ("06 12 34 56 78 ou 06 12 34 56 79", None),
        ("dossier 3301234567890123456", None),
        ("demain", None),
    ],
)
def test_a_number_in_a_sentence(text, number):
    assert telephone.within(text) == number
