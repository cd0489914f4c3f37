import pytest

from tests.browser.conftest import shot

pytestmark = pytest.mark.browser

PHRASES = {"fr": "je cherche un stage en informatique", "ar": "أبحث عن معرض توظيف"}


def write(page, text):
    box = page.locator("tawjih-chat textarea")
    box.fill(text)
    box.press("Enter")


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_page_fits_every_width(open_page, language, width):
    page = open_page(language, width, {320: 640, 768: 1024, 1280: 800}[width])
    shot(page, f"{language}-{width}-first")
    write(page, PHRASES[language])
    page.locator("tawjih-chat .card").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    shot(page, f"{language}-{width}-cards")
