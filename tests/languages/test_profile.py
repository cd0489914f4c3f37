import pytest
import yaml

from errors import SettingsError
from languages.profile import get_profile, read_profile
from settings import ROOT

OURS = yaml.safe_load((ROOT / "profile.yml").read_text(encoding="utf-8"))
TEXTS = ("service_name", "address", "hours", "help_line", "help_line_hours")


@pytest.fixture
def read(tmp_path):
    def write(content):
        path = tmp_path / "other.yml"
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        path.write_text(text, encoding="utf-8")
        return read_profile(path)

    return write


def test_ours_can_be_read():
    assert get_profile().country == "MA"
    assert get_profile().demo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "Morocco"),
        ("country", "ma"),
        ("country", ""),
        ("region", "sahel"),
        ("timezone", "Africa/Nowhere"),
        ("timezone", ""),
        ("timezone", "../../etc/passwd"),
        ("default_language", "de"),
        ("accent_colour", "green"),
        ("accent_colour", "#fff"),
        ("demo", "perhaps"),
        ("phone", 212),
        ("phone", None),
        ("email", ["a@b"]),
        ("service_name", "only one"),
        ("colour", "unknown field"),
        ("whatsapp_templates", {"alert": {"de": {"name": "a", "code": "de"}}}),
        ("whatsapp_templates", {"alert": {"fr": {"name": "With spaces", "code": "fr"}}}),
        ("whatsapp_templates", {"alert": {"fr": {"name": "a", "code": "French"}}}),
        ("whatsapp_templates", {"reminder": {"fr": {"name": "a", "code": "fr"}}}),
    ],
)
def test_a_wrong_value_names_its_field_and_the_file(read, name, value):
    with pytest.raises(SettingsError, match=rf"other\.yml(.|\n)*{name}"):
        read(OURS | {name: value})


OPTIONAL = {"demo", "desk", "whatsapp_templates"}


@pytest.mark.parametrize("name", sorted(set(OURS) - OPTIONAL))
def test_a_missing_field_is_named(read, name):
    with pytest.raises(SettingsError, match=rf"{name}\n.*[Ff]ield required"):
        read({key: value for key, value in OURS.items() if key != name})


def test_a_profile_is_no_demonstration_unless_it_says_so(read):
    assert not read({key: value for key, value in OURS.items() if key != "demo"}).demo


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_missing_language_is_named(read, name, language):
    words = {code: text for code, text in OURS[name].items() if code != language}
    with pytest.raises(SettingsError, match=rf"{name}\n.*no text in {language}"):
        read(OURS | {name: words})


@pytest.mark.parametrize(
    "content", ["", "just words", "- a\n- b", "a: [", "a: !!python/object:x.y {}"]
)
def test_a_file_that_is_no_profile_is_named(read, content):
    with pytest.raises(SettingsError, match=r"other\.yml"):
        read(content)


def test_a_file_that_is_away_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"PROFILE: .*nowhere\.yml is not there"):
        read_profile(tmp_path / "nowhere.yml")


def test_a_folder_is_no_profile(tmp_path):
    with pytest.raises(SettingsError, match="PROFILE"):
        read_profile(tmp_path)


def test_a_file_of_another_encoding_is_named(tmp_path):
    path = tmp_path / "latin.yml"
    path.write_bytes("phone: é".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"latin\.yml"):
        read_profile(path)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_its_words_in_one_language(language):
    words = get_profile().words(language)
    assert words["hours"] == OURS["hours"][language]
    assert words["phone"] == OURS["phone"]
    assert all(isinstance(value, str) for value in words.values())


def test_a_template_is_found_by_purpose_and_language(read):
    profile = read(OURS)
    template = profile.whatsapp_template("alert", "ar")
    assert template
    assert template.code == "ar"
    assert profile.whatsapp_template("alert", "xx") is None
    assert profile.whatsapp_template("answer", "ar") is None
    assert "whatsapp_templates" not in profile.words("fr")
