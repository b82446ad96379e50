"""Pages, words and boxes."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from contracts.documents.inspection import inspect_document
from contracts.documents.layout import COLUMNS, part_by_rows
from contracts.documents.pages import PAGE_SEPARATOR, Box, Page
from contracts.documents.reading import read_pages
from contracts.documents.sniffing import MediaType
from tests.contracts.document_files import LETTER, RULE, make_docx, make_pdf

HALF_POINT = 0.5
OUTSIDE = "outside"


def pages_of(path: Path) -> list[Page]:
    return list(read_pages(path, inspect_document(path).media_type))


def assert_consistent(pages: Sequence[Page]) -> None:
    """Every word is where it says, in its page and in the file, and inside its page."""
    whole = PAGE_SEPARATOR.join(page.text for page in pages)
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        assert whole[page.char_start : page.char_start + len(page.text)] == page.text
        assert [word.text for word in page.words] == page.text.split()
        for word in page.words:
            assert page.text[word.char_start : word.char_end] == word.text
            x0, y0, x1, y1 = word.box
            assert 0 <= x0 < x1 <= page.width + HALF_POINT
            assert 0 <= y0 < y1 <= page.height + HALF_POINT


def box_of(page: Page, text: str) -> Box:
    return next(word.box for word in page.words if word.text == text)


LINES = [
    "4.A.2  A pilot shall be sched-",
    "uled for no more than 30 hours — in any 7 days,",
    "and for no more than 100 hours in 672 consecutive hours.",
]


def test_boxes_of_a_pdf_agree_with_an_independent_reader(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf", [LINES, [RULE] * 40])

    pages = pages_of(path)

    assert_consistent(pages)
    with pdfplumber.open(path) as oracle:
        for page, expected in zip(pages, oracle.pages, strict=True):
            words = expected.extract_words(x_tolerance=1.5)
            assert [word.text for word in page.words] == [word["text"] for word in words]
            for word, other in zip(page.words, words, strict=True):
                x0, y0, x1, y1 = word.box
                assert (x0, x1) == pytest.approx((other["x0"], other["x1"]), abs=1.5)
                assert (y0 + y1) / 2 == pytest.approx((other["top"] + other["bottom"]) / 2, abs=1.5)


def test_a_hyphen_at_the_end_of_a_line_stays_with_its_line(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf", [LINES])

    (page,) = pages_of(path)

    assert "sched-\nuled" in page.text
    assert box_of(page, "sched-")[1] < box_of(page, "uled")[1]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_page_as_it_is_shown_when_rotated_and_cropped(tmp_path: Path, rotation: int) -> None:
    left, bottom, right, top = 50.0, 300.0, 500.0, 760.0
    path = make_pdf(tmp_path / "contract.pdf", [["Rest"]], rotation=rotation, crop=(left, bottom, right, top))

    (page,) = pages_of(path)

    x0, y0, x1, y1 = box_of(page, "Rest")
    wide, high = right - left, top - bottom
    across, down = 72 - left, top - 720  # the start of the baseline, from the upright page's top left
    starts = {
        0: (x0, y1, across, down),
        90: (x0, y0, high - down, across),
        180: (x1, y0, wide - across, high - down),
        270: (x1, y1, down, wide - across),
    }
    found_x, found_y, expected_x, expected_y = starts[rotation]
    assert (page.width, page.height) == ((wide, high) if rotation in {0, 180} else (high, wide))
    assert (found_x, found_y) == pytest.approx((expected_x, expected_y), abs=3.5)  # boxes reach below the baseline
    assert_consistent([page])


def test_text_outside_the_shown_page_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "contract.pdf"
    canvas = Canvas(str(path), pagesize=LETTER)
    canvas.drawString(72, 700, "inside")
    canvas.drawString(900, 700, OUTSIDE)
    canvas.drawString(590, 600, "halfway")
    canvas.save()

    (page,) = pages_of(path)

    assert [word.text for word in page.words] == ["inside", "halfway"]
    assert OUTSIDE not in page.text
    assert box_of(page, "halfway")[2] == page.width


def test_text_set_upright_along_the_margin_has_tall_boxes(tmp_path: Path) -> None:
    path = tmp_path / "contract.pdf"
    canvas = Canvas(str(path), pagesize=LETTER)
    canvas.translate(100, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Cascadia")
    canvas.save()

    (page,) = pages_of(path)

    x0, y0, x1, y1 = box_of(page, "Cascadia")
    assert y1 - y0 > 2 * (x1 - x0)
    assert y1 == pytest.approx(792 - 300, abs=1)


TEXTS = {
    "line feeds": "4.A Rest\n\n  A pilot shall rest 10 hours.\n",
    "carriage returns": "4.A Rest\r\n\r\nA pilot\tshall rest\r\n",
    "lone carriage returns": "4.A Rest\r\rA pilot shall rest",
    "form feeds": "cover\n\fpage two\r\n\f\fpage four",
    "form feed at the end": "page one\n\fpage two\n\f",
    "beyond the basic plane": "✈ 30 hours 🛫 and 🛬 in 7 days\f🛬10 hours",
    "long lines": "A pilot shall rest. " * 40 + "\n" + "x" * 300 + "\nend",
    "many lines": "".join(f"{number}. A pilot shall rest.\r\n" for number in range(200)),
    "many paragraphs": "".join(f"{number}. A pilot\nshall rest\nten hours.\n\n" for number in range(100)),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_offsets_in_a_text_are_those_of_the_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "contract.txt"
    path.write_bytes(TEXTS[kind].encode())

    pages = pages_of(path)

    decoded = path.read_bytes().decode()
    assert_consistent(pages)
    assert [word.text for page in pages for word in page.words] == decoded.split()
    for page in pages:
        assert decoded[page.char_start : page.char_start + len(page.text)] == page.text


@given(st.text(st.sampled_from("a \t\r\n\u00a0é🛫"), max_size=2_000), st.integers(1, 12))
def test_parting_by_rows_loses_nothing_but_the_line_end_at_which_it_parts(text: str, columns: int) -> None:
    spans = list(part_by_rows(text, columns))

    starts = [start for start, _ in spans]
    ends = [end for _, end in spans]
    assert (starts[0], ends[-1]) == (0, len(text))
    assert all(text[end : end + 1] in {"\n", "\r"} for end in ends[:-1])
    assert starts[1:] == [end + 1 for end in ends[:-1]]


def test_form_feeds_part_a_text_and_the_last_one_opens_no_page(tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(TEXTS["form feeds"] + "\f" + "\n")

    pages = pages_of(path)

    assert [page.text.strip() for page in pages] == ["cover", "page two", "", "page four"]


def test_a_long_text_without_form_feeds_is_parted_between_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(TEXTS["many paragraphs"])

    pages = pages_of(path)

    assert len(pages) == 7
    assert all(page.text.rstrip().endswith("hours.") for page in pages)
    assert all(page.height == 792 for page in pages)


def test_words_of_a_text_never_overlap(tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_text(TEXTS["long lines"])

    (page,) = pages_of(path)

    boxes = [word.box for word in page.words]
    assert len({(x0, y0) for x0, y0, _, _ in boxes}) == len(boxes)
    assert all(first[1] < second[1] or first[2] <= second[0] for first, second in pairwise(boxes))
    assert page.width > 300 * 6
    assert COLUMNS == 90


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "contract.txt"
    path.write_bytes("Rest — 10 hours".encode("utf-8-sig"))

    (page,) = read_pages(path, MediaType.TEXT)

    assert page.text == "Rest — 10 hours"
    assert page.words[0].char_start == 0


def test_a_word_file_is_read_page_by_page(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "contract.docx", [["4.A Rest", RULE], ["4.B Duty", RULE * 5]])

    pages = pages_of(path)

    assert [page.text.splitlines()[0] for page in pages] == ["4.A Rest", "4.B Duty"]
    assert_consistent(pages)
