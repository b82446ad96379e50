"""Pictures of pages, on which the words' boxes lie where the words are."""

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from contracts.documents.pages import DEFAULT_DOTS_PER_INCH, Page
from contracts.documents.sniffing import MediaType

MAX_PIXELS = 16_000_000
MAX_SIDE_PIXELS = 10_000

_POINTS_PER_INCH = 72
_WHITE, _BLACK = 255, 0
_FONT_SHARE = 0.75  # of a row's height: the size of the letters
_FAST_COMPRESSION = 4  # of 9; halves the time for a tenth more bytes


def render_page(path: Path, media_type: MediaType, number: int, *, dots_per_inch: int = DEFAULT_DOTS_PER_INCH) -> bytes:
    """Page `number`, from 1, as PNG; a very large page gets fewer dots per inch.

    Raises:
        IndexError: there is no such page.
        DocumentFault: the file cannot be read.
    """
    if number < 1:
        raise IndexError(number)
    match media_type:  # each reader is imported where it is needed, as a child needs one only
        case MediaType.PDF:
            image = _render_pdf(path, number, dots_per_inch)
        case MediaType.DOCX:
            from contracts.documents.docx import read_docx_pages

            image = _draw_first(read_docx_pages(path, first=number), number, dots_per_inch)
        case MediaType.TEXT:
            from contracts.documents.text import read_text_pages

            image = _draw_first(read_text_pages(path, first=number), number, dots_per_inch)
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=_FAST_COMPRESSION)
    return png.getvalue()


def _render_pdf(path: Path, number: int, dots_per_inch: int) -> Image.Image:
    from contracts.documents.pdf import open_page, open_pdf

    with open_pdf(path) as document:
        if number > len(document):
            raise IndexError(number)
        with open_page(document, number) as page:
            width, height = page.get_size()
            bitmap = page.render(scale=_scale(width, height, dots_per_inch))
            image: Image.Image = bitmap.to_pil().convert("RGB")
            bitmap.close()
    return image


def _draw_first(pages: Iterator[Page], number: int, dots_per_inch: int) -> Image.Image:
    page = next(pages, None)
    if page is None:
        raise IndexError(number)
    return _draw_page(page, dots_per_inch)


def _draw_page(page: Page, dots_per_inch: int) -> Image.Image:
    """The words in the one font that Pillow carries, each stretched to its box as that font is not monospaced."""
    scale = _scale(page.width, page.height, dots_per_inch)
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    image = Image.new("L", size, _WHITE)
    for word in page.words:
        left, top, right, bottom = (round(side * scale) for side in word.box)
        if right > left and bottom > top:
            ink = _word_ink(word.text, right - left, bottom - top)
            image.paste(_BLACK, (left, top), ink)
    return image


@lru_cache(maxsize=4096)
def _word_ink(text: str, width: int, height: int) -> Image.Image:
    """A mask of the word that fills `width` pixels."""
    font = _font(max(1, round(height * _FONT_SHARE)))
    natural_width = max(1, round(font.getlength(text)))
    mask = Image.new("L", (natural_width, height), 0)
    ImageDraw.Draw(mask).text((0, height * _FONT_SHARE), text, fill=255, font=font, anchor="ls")
    return mask.resize((width, height), Image.Resampling.BILINEAR)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _scale(width: float, height: float, dots_per_inch: int) -> float:
    """Pixels for each point, within the ceilings on a picture's size."""
    scale = dots_per_inch / _POINTS_PER_INCH
    widest = max(width, height, 1.0)
    area = max(width * height, 1.0)
    return float(min(scale, MAX_SIDE_PIXELS / widest, (MAX_PIXELS / area) ** 0.5))
