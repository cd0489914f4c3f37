import pytest
import yaml

from errors import DataError
from languages.profile import get_profile
from languages.replies import FOLDER, Replies, get_replies

FSI, LRI, PDI = "\u2068", "\u2066", "\u2069"
BUTTONS = {
    "more": {"en": "More", "fr": "Plus", "ar": "المزيد", "payload": "/show_more"},
    "city": {"en": "City", "fr": "Ville", "ar": "مدينة", "payload": '/inform{"field":"place"}'},
    "again": {"en": "Again", "fr": "Encore", "ar": "أيضاً", "payload": "/show_more"},
}
FOUND = {
    "en": {"one": "{count} job", "other": "{count} jobs"},
    "fr": {"one": "{count} offre", "many": "{count} d'offres", "other": "{count} offres"},
    "ar": {
        "zero": "zero", "one": "one", "two": "two", "few": "{count} few", "many": "{count} many",
        "other": "{count} other",
    },
    "buttons": ["more", "city"],
}  # fmt: skip
OTHERS = {
    "about": {
        "en": "About {what} in {where}",
        "fr": "À propos de {what} à {where}",
        "ar": "عن {what} في {where}\n",
    },
    "link": {"en": "See {url}", "fr": "Voir {url}", "ar": "انظر {url}"},
    "call": {"en": "Call {phone}", "fr": "Appelez {phone}", "ar": "اتصل {phone} {hours}"},
    "sparse": {"en": "x", "fr": "x", "ar": {"one": "وظيفة", "other": "وظائف"}},
}


def write(folder, **files):
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8"
        )
    return folder


@pytest.fixture
def replies(tmp_path):
    profile = get_profile().model_copy(
        update={"phone": "+212 5 22-33.44", "hours": {"en": "h", "fr": "h", "ar": "من 8:30"}}
    )
    write(tmp_path, buttons=BUTTONS, found={"found": FOUND}, others=OTHERS)
    return Replies(tmp_path, profile)


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", {0: "0 jobs", 1: "1 job", 2: "2 jobs", 101: "101 jobs"}),
        ("fr", {0: "0 offre", 1: "1 offre", 2: "2 offres", 1_000_000: "1000000 d'offres"}),
        (
            "ar",
            {
                0: "zero", 1: "one", 2: "two", 3: "3 few", 10: "10 few", 11: "11 many",
                99: "99 many", 100: "100 other", 102: "102 other", 103: "103 few", 111: "111 many",
            },
        ),
    ],
)  # fmt: skip
def test_the_plural_is_the_languages_own(replies, language, counts):
    assert {n: replies.text("found", language, count=n) for n in counts} == counts


def test_a_category_that_is_not_written_is_other(replies):
    assert replies.text("sparse", "ar", count=1) == "وظيفة"
    assert replies.text("sparse", "ar", count=2) == "وظائف"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_inserted_words_cannot_turn_the_sentence_around(replies, language):
    text = replies.text("about", language, what="développeur", where="الرباط")
    assert f"{FSI}développeur{PDI}" in text
    assert f"{FSI}الرباط{PDI}" in text
    assert text == text.strip()


@pytest.mark.parametrize("url", ["https://emploi.example/1?a=b", "http://emploi.example"])
def test_a_link_stays_bare(replies, url):
    assert replies.text("link", "ar", url=url) == f"انظر {url}"


def test_braces_that_somebody_typed_are_only_braces(replies):
    text = replies.text("about", "en", what="{phone}", where="{0.__class__}")
    assert text == f"About {FSI}{{phone}}{PDI} in {FSI}{{0.__class__}}{PDI}"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_telephone_number_keeps_its_order(replies, language):
    assert f"{LRI}+212 5 22-33.44{PDI}" in replies.text("call", language)


def test_a_time_of_day_is_no_telephone_number(replies):
    assert replies.text("call", "ar").endswith("من 8:30")


@pytest.mark.parametrize("language", [None, "", "de", "AR", "fr-MA"])
def test_an_unknown_language_is_the_profiles(replies, language):
    assert get_profile().default_language == "fr"
    assert replies.text("call", language) == replies.text("call", "fr")
    assert replies.button("more", language)["title"] == "Plus"


def test_a_reply_comes_with_its_buttons(replies):
    reply = replies.render("found", "ar", count=3)
    assert reply.text == "3 few"
    assert reply.buttons == [
        {"title": "المزيد", "payload": "/show_more"},
        {"title": "مدينة", "payload": '/inform{"field":"place"}'},
    ]
    assert replies.render("call", "ar").buttons == []


def test_a_button_may_send_something_of_the_moment(replies):
    assert replies.button("more", "en", "/x") == {"title": "More", "payload": "/x"}


def test_the_button_for_a_payload(replies):
    assert replies.button_for('/inform{"field":"place"}', "fr")["title"] == "Ville"
    assert replies.button_for("/show_more", "ar")["title"] == "المزيد"  # the first of two
    assert replies.button_for("/inform", "fr") is None


@pytest.mark.parametrize("key", ["nothing", "buttons"])
def test_a_key_that_is_not_there_is_missed(replies, key):
    with pytest.raises(KeyError, match=key):
        replies.text(key, "fr")


def test_a_word_that_is_not_given_is_missed(replies):
    with pytest.raises(KeyError, match="where"):
        replies.text("about", "fr", what="x")
    with pytest.raises(KeyError, match="count"):
        replies.text("found", "fr")


def test_a_key_in_two_files_names_both(tmp_path):
    write(tmp_path, a={"greet": {"fr": "Salut"}}, b={"greet": {"fr": "Bonjour"}})
    with pytest.raises(DataError, match=r"b\.yml: greet stands in a\.yml too"):
        Replies(tmp_path, get_profile())


def test_a_reply_may_be_called_like_a_button(tmp_path):
    write(tmp_path, buttons=BUTTONS, a={"more": {"fr": "Encore ?", "en": "x", "ar": "x"}})
    assert Replies(tmp_path, get_profile()).text("more", "fr") == "Encore ?"


def test_an_empty_file_is_no_reply(tmp_path):
    (tmp_path / "a.yml").write_text("# nothing yet\n")
    with pytest.raises(KeyError):
        Replies(tmp_path, get_profile()).text("greet", "fr")


@pytest.mark.parametrize("content", ["- a\n- b\n", "a: [\n", "words\n"])
def test_a_file_that_is_no_mapping_is_named(tmp_path, content):
    (tmp_path / "a.yml").write_text(content)
    with pytest.raises(DataError, match=r"a\.yml"):
        Replies(tmp_path, get_profile())


def test_every_text_of_ours_can_be_said():
    ours = get_replies()
    files = (path for path in FOLDER.glob("*.yml") if path.stem != "buttons")
    keys = [key for path in files for key in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(keys) > 100
    words = dict.fromkeys(
        ("what", "where", "place", "title", "organisation", "url", "text", "country", "label",
         "value", "wish", "facts", "band", "percent", "days", "jobs", "amount", "skills", "since",
         "open", "address", "link", "number", "name", "position", "time", "day", "code", "city",
         "begin", "end", "first", "last", "megabytes"), "x",
    ) | {"count": 2}  # fmt: skip
    for key in keys:
        for language in ("en", "fr", "ar"):
            reply = ours.render(key, language, **words)
            assert reply.text
            assert "{" not in reply.text
