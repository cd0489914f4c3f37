"""What tells who wrote a message gives way to a mark; what it is about stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.redaction import MARKS, redact

TABLE = [
    # names
    ("je m'appelle Amina Benali et je cherche un stage", "je m'appelle ‹name› et je cherche un stage"),
    ("jmappel karim j'ai 19 ans", "jmappel ‹name› j'ai 19 ans"),
    ("je mapelle fatou diop, 22 ans", "je mapelle ‹name›, 22 ans"),
    ("Je m’appelle Jean D'Almeida.", "Je m’appelle ‹name›."),
    ("mon nom est Traoré Moussa je suis plombier", "mon nom est ‹name› je suis plombier"),
    ("nom: Diallo prénom: Aïssatou", "nom: ‹name› prénom: ‹name›"),
    ("mon fils s'appelle Ilyas il a 17 ans", "mon fils s'appelle ‹name› il a 17 ans"),
    ("My name is John Smith and I want a job", "My name is ‹name› and I want a job"),
    ("my name's Awa", "my name's ‹name›"),
    ("اسمي أحمد بن علي أبحث عن عمل", "اسمي ‹name› أبحث عن عمل"),
    ("إسمي هو فاطمة الزهراء وأبحث عن تدريب", "إسمي هو ‹name› وأبحث عن تدريب"),
    ("سميتي كريم وعندي 20 عام", "سميتي ‹name› وعندي 20 عام"),
    ("smiti yassine bghit nkhdem", "smiti ‹name› bghit nkhdem"),
    ("smiyti hia khadija o 3andi bac", "smiyti hia ‹name› o 3andi bac"),
    ("smitha sara w 3andha 25", "smitha ‹name› w 3andha 25"),
    ("ismi Mohamed ould Ahmed, bghit stage", "ismi ‹name›, bghit stage"),
    # addresses on the net
    ("amina.benali@gmail.com c'est mon mail", "‹email› c'est mon mail"),
    ("amina @ gmail . com", "‹email›"),
    ("amina (at) gmail.com", "‹email›"),
    ("amina arobase gmail point com", "‹email›"),
    ("suivez moi @amina_92", "suivez moi ‹email›"),
    ("voir https://emploi.example/xx et www.offre.com/abc", "voir ‹link› et ‹link›"),
    ("wa.me/212612345678", "‹link›"),
    # numbers
    ("appelez moi au 06 12 34 56 78", "appelez moi au ‹phone›"),
    ("06.12.34.56.78/07.11.22.33.44", "‹phone›"),
    ("my number +212 612-345678 thanks", "my number ‹phone› thanks"),
    ("call 00 216 20 123 456", "call ‹phone›"),
    ("٠٦١٢٣٤٥٦٧٨ رقمي", "‹phone› رقمي"),
    ("نمرتي ۰۶۱۲۳۴۵۶۷۸", "نمرتي ‹phone›"),
    ("06\u200f12\u202c345678", "‹phone›"),
    ("رقم البطاقة 12345678", "رقم البطاقة ‹number›"),
    ("mon cin est BK123456", "mon cin est ‹number›"),
    ("passeport J 1234567", "passeport ‹number›"),
    ("12AB34567", "‹number›"),
    ("IBAN MA64 0011 1111 2222 3333 4444 5555 merci", "IBAN ‹number› merci"),
    ("fr7630006000011234567890189", "‹number›"),
    ("né le 12/03/2003", "né le ‹date›"),
    ("2003-03-12", "‹date›"),
    ("mon mot de passe est azerty12", "mon mot de passe est ‹secret›"),
    ("le code est 482913", "le code est ‹secret›"),
    ("الرمز هو ٤٨٢٩", "الرمز هو ‹secret›"),
]  # fmt: skip
KEPT = [
    "je cherche un travail à Casablanca, 3 ans d'expérience",
    "je veux un salaire de 15 000 dh par mois",
    "1 500 000 FCFA",
    "le 12 mars 2026 à 10h",
    "formation excel 2016 et bac 2020",
    "je suis développeur node.js, asp.net et C++",
    "infirmier 24h/24, 7j/7, CDI 35h, 2e année",
    "comment s'appelle la formation ?",
    "quel est le nom du programme",
    "le nom de l'entreprise est SOTRAM",
    "what is the name of the course",
    "je m'appelle",
    "moi je m'appelle pas comme ça",
    "ما اسم البرنامج؟",
    "عمري ٢٣ سنة وعندي ٣ سنوات خبرة",
    "bghit nkhdem f casa, 3andi 19 3am",
    "",
]
DIGITS = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])


@pytest.mark.parametrize(("written", "left"), TABLE, ids=[written for written, _ in TABLE])
def test_what_tells_who_wrote_it_is_taken_out(written, left):
    assert redact(written) == left


@pytest.mark.parametrize("text", KEPT)
def test_what_it_is_about_stays(text):
    assert redact(text) == text


@pytest.mark.parametrize("text", [left for _, left in TABLE])
def test_twice_is_as_once(text):
    assert redact(text) == text


@given(
    before=st.text("abé ,.؟سع\n", max_size=20),
    number=st.text("0123456789", min_size=8, max_size=15),
    gap=st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", "/"]),
    digits=DIGITS,
)
def test_no_long_number_is_left_however_it_is_grouped(before, number, gap, digits):
    written = gap.join(number[at : at + 2] for at in range(0, len(number), 2))
    left = redact(f"{before} {written.translate(str.maketrans('0123456789', digits))} merci")
    assert not any(sign.isdecimal() for sign in left)
    assert left.endswith("› merci")


@given(
    name=st.from_regex(r"[a-z][a-z0-9._-]{0,15}", fullmatch=True),
    host=st.from_regex(r"[a-z]{2,10}\.(com|fr|ma)", fullmatch=True),
)
def test_no_address_is_left(name, host):
    assert redact(f"ecrivez a {name}@{host} svp") == "ecrivez a ‹email› svp"


def test_a_long_message_is_read_in_one_go():
    """Patterns that look back and forth would take minutes for these."""
    for letter in ("x", "1 ", "a.", "@", "+", "je m'appelle "):
        assert len(redact(letter * 20_000)) <= len(letter) * 20_000


def test_marks_are_no_word_of_anybody():
    assert all(mark[0] == "‹" and mark[-1] == "›" for mark in MARKS)
