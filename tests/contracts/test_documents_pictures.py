"""Pictures of pages: the ink lies in the words' boxes."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from contracts.documents.pages import Page
from contracts.documents.pictures import MAX_PIXELS, render_page
from contracts.documents.reading import read_pages
from contracts.documents.sniffing import MediaType
from tests.contracts.document_files import RULE, make_docx, make_drawing_pdf, make_pdf

LINES = [RULE, "", "4.A.2  Rest of 10 hours, of which 8 are for sleep"]


def make_text(path: Path) -> Path:
    path.write_text("\n".join([*LINES, "wide " * 30 + "x" * 120]))
    return path


KINDS: dict[MediaType, Callable[[Path], Path]] = {
    MediaType.PDF: lambda path: make_pdf(path, [["cover"], LINES], rotation=90, crop=(36, 36, 600, 780)),
    MediaType.DOCX: lambda path: make_docx(path, [["cover"], LINES]),
    MediaType.TEXT: make_text,
}


def open_picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def outside_of_words(picture: Image.Image, page: Page, margin: float) -> Image.Image:
    """The picture with every word's box whitened, and as much around it."""
    scale = picture.width / page.width
    draw = ImageDraw.Draw(picture)
    for word in page.words:
        x0, y0, x1, y1 = word.box
        sides = (x0 - margin, y0 - margin, x1 + margin, y1 + margin)
        draw.rectangle([side * scale for side in sides], fill=255)
    return picture


@pytest.mark.parametrize("media_type", KINDS)
def test_all_ink_is_in_the_words_boxes_and_every_box_holds_ink(tmp_path: Path, media_type: MediaType) -> None:
    path = KINDS[media_type](tmp_path / "contract")
    page = list(read_pages(path, media_type))[-1]

    picture = open_picture(render_page(path, media_type, page.number, dots_per_inch=144))

    assert picture.size == pytest.approx((page.width * 2, page.height * 2), abs=2)
    for word in page.words:
        x0, y0, x1, y1 = (round(side * 2) for side in word.box)
        assert min(picture.crop((x0, y0, x1, y1)).tobytes()) < 128, word
    rest = outside_of_words(picture, page, margin=1.5)
    assert ImageChops.invert(rest).getbbox() is None


def test_a_picture_has_the_dots_that_were_asked_for(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf")

    picture = open_picture(render_page(path, MediaType.PDF, 1, dots_per_inch=72))

    assert picture.size == (612, 792)


def test_a_huge_page_is_drawn_small(tmp_path: Path) -> None:
    path = make_drawing_pdf(tmp_path / "poster.pdf", b"BT /F 900 Tf 100 100 Td (Rest) Tj ET", side=14_400)

    picture = open_picture(render_page(path, MediaType.PDF, 1, dots_per_inch=300))

    assert picture.width * picture.height <= MAX_PIXELS * 1.01


@pytest.mark.parametrize("number", [0, -1, 3])
@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.DOCX])
def test_there_is_no_picture_of_a_page_that_is_not_there(tmp_path: Path, media_type: MediaType, number: int) -> None:
    path = KINDS[media_type](tmp_path / "contract")

    with pytest.raises(IndexError):
        render_page(path, media_type, number)
