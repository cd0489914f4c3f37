"""The chat for everybody: WCAG 2.2 AA, by axe and by measure."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.script import FOLDER
from tests.browser.conftest import bubbles, shot, start, write

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "node/node_modules/axe-core/axe.min.js"
RULES = [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
]  # fmt: skip
RUN = """async (tags) => (await axe.run(document, {runOnly: {type: "tag", values: tags}}))
    .violations.map((one) => [one.id, one.impact, one.nodes.map((node) => node.target.join(" "))])
"""
ASKED = {"en": "offers", "fr": "je cherche un stage", "ar": "أبحث عن معرض توظيف"}
WORDS = {"en": "Options", "fr": "Options", "ar": "خيارات"}


def violations(page):
    """What axe finds wrong; a missing axe is an error (`npm ci` in tests/node)."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text("utf-8") + ";0")
    return page.evaluate(RUN, RULES)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_axe_finds_nothing_in_any_state(open_page, site, connections, dialogue, language, width):
    page = open_page(
        language,
        width,
        640 if width == 320 else 800,
        init=connections.script,
        url=site.url(lang=language),
        agree=False,
    )
    found = {"launcher": violations(page)}
    page.locator("tawjih-chat .launcher").click()
    found["consent"] = violations(page)
    page.locator("tawjih-chat .main").click()
    page.locator("tawjih-chat .quick button").first.wait_for()
    found["greeting"] = violations(page)
    write(page, ASKED[language])
    page.locator("tawjih-chat .cards .card").first.wait_for()
    found["cards"] = violations(page)
    shot(page, f"{language}-{width}-embedded-cards")
    page.get_by_role("button", name=WORDS[language]).click()
    found["options"] = violations(page)
    shot(page, f"{language}-{width}-options")
    page.keyboard.press("Escape")
    dialogue.stall()
    write(page, "salut")
    page.locator("tawjih-chat .dots").wait_for()
    found["typing"] = violations(page)
    shot(page, f"{language}-{width}-typing")
    connections.cut(page)
    expect(page.locator("tawjih-chat .note")).not_to_be_empty()
    write(page, "salut")
    found["offline"] = violations(page)
    shot(page, f"{language}-{width}-embedded-offline")
    dialogue.go_on()
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", ["/", "/embed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_our_own_pages(open_page, address, path, scheme):
    page = open_page("fr", url=address + path, color_scheme=scheme, agree=False)
    assert violations(page) == []
    start(page)
    assert violations(page) == []
    shot(page, f"fr-1280-own{path.replace('/', '-')}-{scheme}")


@pytest.mark.parametrize(
    "colours",
    [
        {"accent": "#ffeb3b"},
        {"accent": "#ffffff", "scheme": "light"},
        {"accent": "#000", "scheme": "dark"},
        {"accent": "#777777", "background": "#808080"},
    ],
    ids=["yellow", "white", "black", "grey"],
)
def test_any_colours_of_a_page_can_be_read(open_page, site, colours):
    page = open_page("fr", 400, 800, url=site.url(lang="fr", **colours))
    write(page, ASKED["fr"])
    page.locator("tawjih-chat .cards .card").first.wait_for()
    assert violations(page) == []
    shot(page, f"fr-400-colours-{colours['accent'][1:]}")


def test_contrast_is_kept_for_every_colour(open_page, address):
    page = open_page("en", url=address, agree=False)
    page.evaluate(AXE.read_text("utf-8") + ";0")
    least = page.evaluate(f"() => {{ {(FOLDER / 'colours.js').read_text('utf-8')} {MEASURE} }}")
    assert least["colours"] > 5000
    assert least["text"] >= 4.5
    assert least["edge"] >= 3


MEASURE = """
    const { Color, getContrast } = axe.commons.color;
    const seen = (text) => { const colour = new Color(); colour.parseHexString(text); return colour; };
    const between = (one, other) => getContrast(seen(one), seen(other));
    const least = { text: 21, edge: 21, colours: 0 };
    const steps = (count) => Array.from({ length: count }, (_, at) => at * 255 / (count - 1));
    const grid = (count) => steps(count).flatMap((r) => steps(count).flatMap((g) => steps(count).map((b) => hex([r, g, b]))));
    const check = (accent, ground, dark) => {
        const all = palette(accent, ground, dark);
        least.colours++;
        const texts = [[all["on-accent"], accent], [all["on-notice"], all.notice]];
        for (const name of ["surface", "log", "theirs"]) texts.push([all.link, all[name]]);
        for (const name of ["surface", "log", "theirs"]) texts.push([all.ink, all[name]], [all.soft, all[name]]);
        for (const [one, other] of texts) least.text = Math.min(least.text, between(one, other));
        for (const name of ["surface", "log"]) least.edge = Math.min(least.edge, between(all.edge, all[name]));
        least.edge = Math.min(least.edge, between(all.border, all.surface));
    };
    for (const accent of grid(9)) for (const dark of [false, true]) check(accent, null, dark);
    for (const ground of grid(8)) for (const accent of grid(2)) check(accent, ground, false);
    return least;
"""


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)], ids=["200", "400"])
def test_zoomed_everything_is_within_reach(open_page, site, width, height):
    # A window of 1280 points by 800 (1024), zoomed to 200 (400) per cent.
    page = open_page("fr", width, height, url=site.url(lang="fr"), agree=False)
    page.locator("tawjih-chat .launcher").click()
    page.locator("tawjih-chat .main").click()
    page.locator("tawjih-chat .quick button").first.wait_for()
    write(page, ASKED["fr"])
    page.locator("tawjih-chat .cards .card").first.wait_for()
    shot(page, f"fr-{width}-zoomed")
    assert page.locator("tawjih-chat .chat").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert page.locator("tawjih-chat .log").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    for name in ("Envoyer", "Options", "Fermer la conversation"):
        box = page.get_by_role("button", name=name).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    page.get_by_role("button", name="Options").click()
    forget = page.get_by_role("button", name="Effacer la conversation")
    forget.scroll_into_view_if_needed()
    expect(forget).to_be_in_viewport()


def test_larger_letters_of_the_browser_make_the_chat_larger(browser, open_page, site):
    page = open_page("fr", url=site.url(lang="fr"))
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    size = "e => getComputedStyle(e).fontSize"
    assert page.locator("tawjih-chat .bubble").first.evaluate(size) == "32px"
    assert page.locator("tawjih-chat .chat").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    shot(page, "fr-1280-large-letters")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_target_is_large_enough_to_touch(open_page, site, language):
    page = open_page(language, 320, 640, url=site.url(lang=language), agree=False)
    seen = 0
    for step in (".launcher", ".main", ".options"):
        seen += _all_large(page)
        page.locator(f"tawjih-chat {step}").click()
    page.locator("tawjih-chat .quick button").first.wait_for()
    seen += _all_large(page)
    page.keyboard.press("Escape")
    write(page, ASKED[language])
    page.locator("tawjih-chat .cards .card").first.wait_for()
    assert seen + _all_large(page) > 20


def _all_large(page):
    visible = page.locator(
        "tawjih-chat :is(button, textarea, label, .card a, .sheet a, .menu a):visible"
    ).all()
    for target in visible:
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44, target.inner_text()
    return len(visible)


def test_what_is_new_is_read_out_and_what_is_old_is_not(open_page, site):
    page = open_page("en", url=site.url(), init=LIVE)
    log = page.get_by_role("log", name="Conversation")
    page.evaluate("live.length = 0")
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    assert set(page.evaluate("live")) == {"polite"}
    page.reload()
    expect(bubbles(page, "echo salut")).to_be_visible()
    assert page.evaluate("live") == ["off", "off"]
    expect(log).to_have_attribute("aria-live", "polite")
    expect(page.locator("tawjih-chat .note")).to_have_attribute("role", "status")


# How loud the log is each time that something joins it.
LIVE = """
    window.live = [];
    const append = Element.prototype.append;
    Element.prototype.append = function (...nodes) {
        if (nodes.length && this.getAttribute("role") === "log") window.live.push(this.getAttribute("aria-live"));
        return append.apply(this, nodes);
    };
"""


def test_nothing_moves_where_no_movement_is_wanted(open_page, site, dialogue):
    dialogue.stall()
    page = open_page("en", url=site.url(), reduced_motion="reduce")
    write(page, "salut")
    dot = page.locator("tawjih-chat .dots i").first
    assert dot.evaluate("e => getComputedStyle(e).animationName") == "none"
    chat = page.locator("tawjih-chat .chat")
    assert chat.evaluate("e => getComputedStyle(e).animationName") == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert dot.evaluate("e => getComputedStyle(e).animationName") == "fade"
    dialogue.go_on()


def test_in_forced_colours_bubbles_have_edges(open_page, site):
    page = open_page("en", url=site.url(), forced_colors="active")
    write(page, "salut")
    expect(bubbles(page, "echo salut")).to_be_visible()
    edge = bubbles(page, "echo salut").evaluate("e => getComputedStyle(e).borderTopColor")
    assert edge != "rgba(0, 0, 0, 0)"
    shot(page, "en-1280-forced-colours")
