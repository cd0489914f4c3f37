"""Takes out of a message what tells who wrote it, before anybody else reads it.

E-mail addresses, links, numbers of telephones, papers and accounts, dates in figures, passwords,
and the name after "je m'appelle", "my name is", "اسمي", "smiti" give way to marks such as ‹name›.
What has no form of its own, such as an address in words or a name in mid-sentence, stays: a person
looks at each message as well.
"""

import re
from collections.abc import Iterator

NAME, EMAIL, LINK, PHONE = "‹name›", "‹email›", "‹link›", "‹phone›"
NUMBER, DATE, SECRET = "‹number›", "‹date›", "‹secret›"
MARKS = (NAME, EMAIL, LINK, PHONE, NUMBER, DATE, SECRET)

_DIGITS_AT_LEAST = 8  # fewer are a wage or a year
_MOST_NAMES = 2

# Signs that no eye sees may stand between digits that were copied from somewhere.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GAP = r"[\s.\-_/()\\·•,،*]"

_LINK = re.compile(r"(?:https?|ftp)://\S+|\bwww\.\S+", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\s?\.\s?\w+)+"
    r"|(?<![\w.+%-])[\w.+%-]+\s?\b(?:arobase?|آت)\b\s?[\w-]+(?:\s(?:point|dot|نقطة)\s\w+|\.\w+)*"
    r"|(?<![\w.+%-])[\w.+%-]+@[\w-]+"
    r"|(?<!\w)@\w[\w.]{2,}",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?<![\w.])(?!(?:asp|vb|ado)\.net\b|socket\.io\b)(?:[\w-]+\.)+"
    r"(?:com|net|org|info|me|io|ly|app|ma|dz|tn|fr|sn|ci|eg|bf|ml|ne|uk)\b(?:/\S*)?",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b"
    r"|\b[a-z]{2}\d{2}(?=[a-z0-9]*\d{8})[a-z0-9]{11,30}\b"
)
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}|\d{4}-\d{2}-\d{2})(?![./-]?\d)"
)
_PASSWORD = re.compile(
    r"(\b(?:mot de passe|mdp|password|passwd|pin|otp|code)\b|كلمة (?:السر|المرور)|الرمز|كود)"
    r"((?:\s*(?:c'est|est|is|:|=|هو|هي|dyali|ديالي)\s*)+)(\S*\d\S*|\S+(?=\s*$))",
    re.IGNORECASE,
)
# Cards and passports: a few letters, then digits ("BK 123456", "J 1234567", "12AB34567").
_PAPER = re.compile(r"\b(?:[A-Za-z]{1,3}[\s-]?\d{6,9}[A-Za-z]{0,2}|\d{2}[A-Za-z]{2}\d{5})\b")
_DIGITS = re.compile(rf"(?:\+\s?|\b)\(?\d(?:{_GAP}{{0,3}}\d)+")
_FORMS = ((_LINK, LINK), (_EMAIL, EMAIL), (_SITE, LINK), (_IBAN, NUMBER), (_DATE, DATE))

_CALLED = re.compile(
    r"(?<!\w)(?:j[e']?\s?m['’ ]?\s?app?ell?e?s?|jmapell?e?|s['’]appelle"
    r"|(?:mon|son) (?:nom|pr[ée]nom)"
    r"|(?:nom|pr[ée]nom)(?=\s*[:=])|my name['’]s|(?:my|his|her) name|i(?: am|['’]m) called"
    r"|(?:[اأإ]نا )?[اأإ]سم(?:ي|ه|ها)|سمي(?:تي|تو|تها|تك)|لقبي|كنيتي|[اأ]دعى"
    r"|[ie]smi|smi+y?ti|sm?it[ie]|smi?y?to|smi?y?tha|la9abi|konyti)(?!\w)"
    r"(?:\s*(?::|=|-|c['’]est|est|is|are|هو|هي|hya|hia|hiya|howa|houwa|huwa)(?!\w))?\s*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ELIDED = re.compile(r"(?:[jldcts]|qu)['’]")  # j'ai; but N'Diaye and D'Almeida are names
# Said within a name without counting as one.
_PARTICLES = """
ben bin ibn bent bint ould ait el al abd abdel abou abu bou di van
بن ابن بنت ابو أبو عبد آل ولد آيت ايت
""".split()  # noqa: SIM905 - a word list reads best as words
# With these a name is over.
_ENDS = """
a ai ans et depuis dans de des donc du elle en est il j jai je jsuis mais nom ou où par pour
prenom prénom que qui suis sur un une vis viens avec bac cherche habite jhabite chui sis
age aged am and as at but by for from have i im in is it live looking my on or the to want we
with work years you 3andi 3ndi andi w3andi ana wana o w u f fi mn men baghi bagha bghit b9it
kan9eleb kan9elleb kanqelleb nheb n7eb n7ewes nhawes nlawej
من في على عن الى إلى انا أنا وأنا وانا كان عندي وعندي عمري ابحث أبحث اريد أريد بغيت نبغي نحب
نحوس نلوج كنقلب باغي باغية ساكن ساكنة طالب طالبة حاصل حاصلة خريج خريجة متخرج
""".split()  # noqa: SIM905
# What follows "s'appelle" or "my name" where no name does.
_NO_NAME = """
comment quoi le la les ce cette pas how what not ça ca complet entier first last
شنو شنوا واش ما لا كيف
""".split()  # noqa: SIM905


def redact(text: str) -> str:
    """The message with marks in the place of what tells who wrote it."""
    text = _UNSEEN.sub("", text)
    for pattern, mark in _FORMS:
        text = pattern.sub(mark, text)
    text = _PASSWORD.sub(rf"\1\2{SECRET}", text)
    text = _PAPER.sub(NUMBER, text)
    return _without_names(_DIGITS.sub(_number, text))


def _number(found: re.Match[str]) -> str:
    written = found.group()
    digits = [int(sign) for sign in written if sign.isdecimal()]
    if len(digits) < _DIGITS_AT_LEAST:
        return written
    return PHONE if written[0] == "+" or digits[0] == 0 else NUMBER


def _without_names(text: str) -> str:
    kept, after = [], 0
    for cue in _CALLED.finditer(text):
        end = _name_end(text, cue.end())
        if cue.start() >= after and end > cue.end():
            kept += [text[after : cue.end()], NAME]
            after = end
    return "".join([*kept, text[after:]])


def _name_end(text: str, start: int) -> int:
    """Where the name that begins at `start` ends; `start` itself when none does."""
    end, names = start, 0
    for word in _words(text, start):
        known = word.group().casefold()
        if names == _MOST_NAMES or known in _ENDS or _ELIDED.match(word.group()):
            break
        if names == 0 and known in _NO_NAME:
            break
        end = word.end()
        names += known not in _PARTICLES
    return end


def _words(text: str, start: int) -> Iterator[re.Match[str]]:
    """The words from `start` on, up to the first sign that is no space."""
    while word := _WORD.match(text, start):
        yield word
        start = word.end()
        while start < len(text) and text[start].isspace():
            start += 1
