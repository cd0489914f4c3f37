"""A file from the chat of a web site to the console and one back, in Chromium."""

import pytest
from playwright.sync_api import expect

from bot.desk.permissions import Role
from tests.bot.attachments import files
from tests.browser.conftest import bubbles, start, write
from tests.browser.desk.conftest import shot, violations
from tests.browser.desk.test_conversations import WIDTHS, at, live, settled

pytestmark = pytest.mark.browser

CHECKED = 60_000
"""Milliseconds: each file is looked into by a process of its own, slow on a busy machine."""

CV = {"name": "CV Amal.pdf", "mimeType": "application/pdf", "buffer": files.pdf()}
PHOTO = {"name": "diplome.jpg", "mimeType": "image/jpeg", "buffer": files.photo_with_place()}
PAGE = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"<script>alert(1)</script>"}


@pytest.fixture
def visitor(browser, served_desk):
    """Somebody on the web site, in Arabic, on a telephone."""
    context = browser.new_context(
        locale="ar", reduced_motion="reduce", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(served_desk.address)
    start(page)
    yield page
    context.close()


def give(page, *chosen):
    page.locator("tawjih-chat input[type=file]").set_input_files(list(chosen))


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_cv_reaches_the_desk_and_an_answer_comes_back(
    open_desk, served_desk, visitor, tmp_path, language
):
    words = served_desk.desk.pages.words
    open_desk.allowed.append("422")  # what was refused
    clip = visitor.locator("tawjih-chat .attach")
    expect(clip).to_be_hidden()
    write(visitor, "distress")
    expect(clip).to_be_visible()
    page = live(open_desk(language, Role.COUNSELLOR, "/inbox", name="Salma"))
    page.locator(".thread").click()
    page.get_by_role("button", name=words.text("act_take", language), exact=True).click()
    live(page)

    give(visitor, CV, PHOTO, PAGE)
    expect(bubbles(visitor, "CV Amal.pdf")).to_be_visible()
    expect(page.locator(".file.kept")).to_have_count(2, timeout=CHECKED)
    expect(page.locator(".file.refused")).to_have_count(1, timeout=CHECKED)
    page.wait_for_function("document.querySelector('.file img').naturalWidth > 0")
    expect(bubbles(visitor, "PDF")).not_to_have_count(
        0, timeout=CHECKED
    )  # what would work, in Arabic
    for width in WIDTHS:
        at(page, width)
        settled(page, language, "files", width)
    shot(visitor, f"files-widget-{language}")
    at(page, "desk")
    with page.expect_download() as saved:
        page.locator(".file.kept p a").first.click()
    assert saved.value.suggested_filename == "CV Amal.pdf"
    saved.value.save_as(tmp_path / "cv.pdf")
    assert (tmp_path / "cv.pdf").read_bytes() == files.pdf()

    page.locator("[data-file]").set_input_files(
        {"name": "دليل.pdf", "mimeType": "application/pdf", "buffer": files.pdf()}
    )
    link = visitor.locator("tawjih-chat .bubble a", has_text="دليل.pdf")
    expect(link).to_be_visible(timeout=CHECKED)
    shot(visitor, f"files-widget-back-{language}")
    with visitor.expect_download() as back, visitor.expect_popup():
        link.click()
    assert back.value.suggested_filename == "دليل.pdf"

    page.locator("[data-file]").set_input_files(PAGE)
    expect(page.locator("#say-error")).to_be_visible(timeout=CHECKED)
    settled(page, language, "files-refused", "desk")
    address = page.url.partition("?")[0]
    page.goto(f"{address}/print")
    settled(page, language, "files-print", "desk")
    assert violations(page) == []
    visitor.reload()
    expect(bubbles(visitor, "CV Amal.pdf")).to_be_visible()


def test_without_a_counsellor_a_dropped_file_is_told_who_takes_it(visitor):
    visitor.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "cv.pdf"));
            const chat = document.querySelector("tawjih-chat").shadowRoot.querySelector(".chat");
            chat.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    expect(bubbles(visitor, "المستشار يستطيع")).to_be_visible()
