import base64
import re
from html.parser import HTMLParser

import pytest

from tawjih.report import page
from tawjih.report.diversity import Diversity
from tawjih.report.page import BEGIN, END, Inputs, gaps, percent, write_page, write_table


@pytest.fixture
def inputs(measured):
    unseen = [
        measured(variety=name, marked=[("place", "Fès")], found=[("place", "Fès")])
        for name in ("en", "fr", "msa", "darija", "arabizi", "mixed")
    ]
    unseen.append(measured("greet", ("faq/women", 0.6), text="<b>أهلا</b> & salut"))
    return Inputs(
        unseen=unseen,
        across=[measured(), measured("out_of_scope", ("greet", 0.3), acted="nlu_fallback")],
        diversity={"fr": Diversity(10, 2, 0.5, 0.9, 0.4, 0.01, 0.2)},
        counts={"greet": {"en": 40, "fr": 40, "msa": 40, "darija": 40, "arabizi": 10}},
        threshold=0.2,
        ambiguity=0.02,
        when="2030-03-04",
        how="10 examples, 3 folds",
        curves={"fr": {50: (0.7, 0.01), 100: (0.8, 0.0)}},
    )


class Balanced(HTMLParser):
    """Collects the pictures and fails on a name that is not closed where it must be."""

    def __init__(self):
        super().__init__()
        self.pictures, self.open, self.headings = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.pictures.append(dict(attrs))
        elif tag in {"div", "table", "details", "html"}:
            self.open.append(tag)
        elif tag == "h2":
            self.headings.append(tag)

    def handle_endtag(self, tag):
        if tag in {"div", "table", "details", "html"}:
            assert self.open.pop() == tag


def test_the_page_needs_nothing_else(inputs, tmp_path):
    path = tmp_path / "deep" / "report.html"
    write_page(inputs, path)
    text = path.read_text(encoding="utf-8")
    parsed = Balanced()
    parsed.feed(text)
    assert parsed.open == []
    assert "http" not in re.sub(r'src="data:[^"]*"', "", text)
    assert all(picture["alt"] for picture in parsed.pictures)
    for picture in parsed.pictures:
        kind, _, content = picture["src"].partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(content).startswith(b"\x89PNG")
    # two sections with a matrix and a reliability curve each, and a learning curve
    assert len(parsed.pictures) == 5


def test_what_people_wrote_is_shown_as_they_wrote_it(inputs, tmp_path):
    write_page(inputs, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;أهلا&lt;/b&gt; &amp; salut" in text
    assert "<b>" not in text


def test_the_chosen_threshold_is_marked(inputs, tmp_path):
    write_page(inputs, tmp_path / "report.html")
    marked = re.findall(
        r'<tr class="chosen"><td class="n">([\d.]+)', (tmp_path / "report.html").read_text()
    )
    assert marked == ["0.2"]


def test_without_curves_and_entities_their_chapters_are_away(measured, inputs, tmp_path):
    bare = Inputs(
        unseen=[measured()],
        across=[measured()],
        diversity=inputs.diversity,
        counts=inputs.counts,
        threshold=0.2,
        ambiguity=0.02,
        when="2030-03-04",
        how="nothing",
    )
    write_page(bare, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "What more data would bring" not in text
    assert "<h3>Entities" not in text


def test_a_variety_that_lags_is_a_gap():
    found = gaps({"greet": {"en": 40, "fr": 40, "msa": 40, "darija": 19}})
    assert [name for name, lags in found["greet"].items() if lags] == ["darija", "arabizi"]


def test_what_was_not_measured_is_a_dash():
    assert (percent(0.5), percent(float("nan")), percent(0.12345, 2)) == ("50.0", "–", "12.35")


def test_the_table_of_the_docs_is_exchanged_between_its_marks(inputs, tmp_path):
    path = tmp_path / "evaluation.md"
    path.write_text(f"before\n{BEGIN}\nformer\n{END}\nafter\n", encoding="utf-8")
    write_table(inputs, path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "former" not in text
    assert "2030-03-04" in text
    assert "| fr | 2 | 50.0 |" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows}) == 1
    write_table(inputs, path)
    assert path.read_text(encoding="utf-8") == text


def test_a_page_without_marks_is_not_touched(inputs, tmp_path):
    path = tmp_path / "evaluation.md"
    path.write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="marks"):
        write_table(inputs, path)
    assert path.read_text(encoding="utf-8") == "nothing"


def test_the_docs_have_the_marks():
    from tawjih.report.command import DOCS  # noqa: PLC0415

    text = DOCS.read_text(encoding="utf-8")
    assert text.index(page.BEGIN) < text.index(page.END)
