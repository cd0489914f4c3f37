import pytest

from errors import DataError
from languages.registry import Language, get_languages

FRENCH = "- {code: fr, name: F, rtl: false, default: true}"


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "languages.yml"
        path.write_text(text, encoding="utf-8")
        return path

    yield write
    get_languages.cache_clear()


def test_ours_in_the_order_of_the_file():
    languages = get_languages()
    assert list(languages) == ["fr", "en", "ar"]
    assert languages["ar"] == Language("ar", "العربية", rtl=True)
    assert [code for code, language in languages.items() if language.default] == ["fr"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {code: fr, name: Français}", "rtl"),
        ("- {code: fr, name: Français, rtl: false, default: true, colour: red}", "colour"),
        ("- fr", r"languages\.yml"),
        ("", r"languages\.yml"),
        ("5", r"languages\.yml"),
        ("- {code: fr, name: F, rtl: false}", "exactly one language"),
        (
            f"{FRENCH}\n- {{code: en, name: E, rtl: false, default: true}}",
            "exactly one language",
        ),
        ("[]", "exactly one language"),
        ("- {code: fr, name: [", r"languages\.yml"),
        (
            f"{FRENCH}\n- {{code: fr, name: G, rtl: false}}",
            "fr stands twice",
        ),
    ],
)
def test_a_bad_row_stops_the_start_and_says_why(file, text, told):
    with pytest.raises(DataError, match=told):
        get_languages(file(text))
