"""Two hundred files that somebody might send to hurt us, made from seeds: damaged, endless, nested, huge, disguised."""

import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.contracts.document_files import (
    OLE_START,
    RULE,
    make_docx,
    make_docx_of_xml,
    make_drawing_pdf,
    make_pdf,
    make_raw_pdf,
    make_zip,
)

Maker = Callable[[Path, Random], Path]
RIGHT_TO_LEFT = "\u202eevil\u202c \u2066x\u2069 \u200f\u061c"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def truncated(make: Callable[[Path], Path]) -> Maker:
    def damage(path: Path, chance: Random) -> Path:
        content = make(path).read_bytes()
        path.write_bytes(content[: chance.randrange(1, len(content))])
        return path

    return damage


def flipped(make: Callable[[Path], Path]) -> Maker:
    def damage(path: Path, chance: Random) -> Path:
        content = bytearray(make(path).read_bytes())
        for _ in range(chance.choice([1, 10, 200])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        return path

    return damage


def shuffled(make: Callable[[Path], Path]) -> Maker:
    def damage(path: Path, chance: Random) -> Path:
        content = make(path).read_bytes()
        size = max(1, len(content) // 7)
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        chance.shuffle(parts)
        path.write_bytes(b"".join(parts))
        return path

    return damage


def recursive_pages(path: Path, chance: Random) -> Path:
    """Pages that are their own parents and children."""
    kids = b" ".join(b"%d 0 R" % chance.choice([2, 3]) for _ in range(chance.randrange(1, 50)))
    nodes = [b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, chance.choice([1, 50, 2**31 - 1])) for _ in range(2)]
    return make_raw_pdf(path, [CATALOGUE, *nodes])


def recursive_form(path: Path, chance: Random) -> Path:
    """A form that draws itself, several times each time."""
    draw = b"/X Do " * chance.randrange(1, 12)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 600] /Resources << /XObject << /X 5 0 R >> >> /Length %d >>"
    )
    return make_raw_pdf(
        path,
        [
            CATALOGUE,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(draw), draw),
            (form + b"\nstream\n%b\nendstream") % (len(draw), draw),
        ],
    )


def huge_page(path: Path, chance: Random) -> Path:
    content = b"BT /F 12 Tf 72 72 Td (%b) Tj ET" % RULE.encode()
    return make_drawing_pdf(path, content, side=chance.choice([0, 1, 14_400, 10**6, 2**31 - 1]))


def many_objects(path: Path, chance: Random) -> Path:
    """A million objects, or nearly, that nothing asks for."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] >>"
    extra = [b"<< /N %d >>" % number for number in range(chance.choice([200_000, 1_000_000]))]
    return make_raw_pdf(path, [CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, *extra])


def many_pages(path: Path, chance: Random) -> Path:
    count = chance.choice([2_001, 10_000])
    kids = b" ".join(b"3 0 R" for _ in range(count))
    pages = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)
    return make_raw_pdf(path, [CATALOGUE, pages, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] >>"])


def packed_stream(path: Path, chance: Random) -> Path:
    """A content stream that unpacks to hundreds of megabytes, packed more than once."""
    content = b"BT (x) Tj ET " * chance.choice([1_000_000, 20_000_000])
    filters = chance.choice([1, 2, 3])
    for _ in range(filters):
        content = zlib.compress(content, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R >>"
    head = b"<< /Length %d /Filter [%b] >>" % (len(content), b"/FlateDecode " * filters)
    return make_raw_pdf(
        path,
        [
            CATALOGUE,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            head + b"\nstream\n" + content + b"\nendstream",
        ],
    )


def deep_arrays(path: Path, chance: Random) -> Path:
    depth = chance.choice([500, 100_000])
    return make_raw_pdf(path, [b"<< /Type /Catalog /Pages 2 0 R /X %b%b >>" % (b"[" * depth, b"]" * depth)])


def zip_bomb(path: Path, chance: Random) -> Path:
    """A Word file, more or less, that unpacks to gigabytes."""
    zeros = b"\0" * (64 * 1024**2)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for number in range(chance.choice([1, 4, 12])):
            archive.writestr(f"word/document{number or ''}.xml", zeros)
    return path


def entity_bomb(path: Path, chance: Random) -> Path:
    names = [f"e{number}" for number in range(chance.choice([9, 30]))]
    entities = ['<!ENTITY e0 "lol">'] + [f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)]
    doctype = f"<!DOCTYPE w [{''.join(entities)}]>"
    return make_docx_of_xml(path, f"<w:p><w:r><w:t>&{names[-1]};</w:t></w:r></w:p>", before_root=doctype)


def outside_entity(path: Path, chance: Random) -> Path:
    target = chance.choice(["file:///etc/passwd", "http://127.0.0.1:9/x"])
    doctype = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{target}">]>'
    return make_docx_of_xml(path, "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", before_root=doctype)


def deep_xml(path: Path, chance: Random) -> Path:
    depth = chance.choice([300, 20_000])
    return make_docx_of_xml(path, "<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth)


def many_paragraphs(path: Path, chance: Random) -> Path:
    return make_docx_of_xml(path, "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * chance.choice([50_000, 400_000]))


def disguised(path: Path, chance: Random) -> Path:
    """Something else under the name or the first bytes of what we take."""
    start = chance.choice(
        [b"%PDF-1.7\n", b"PK\x03\x04", OLE_START, b"\x7fELF", b"MZ", b"GIF89a", b"{\\rtf1", b"<html>"]
    )
    path.write_bytes(start + chance.randbytes(chance.choice([0, 10, 5_000, 200_000])))
    return path


def plain_archive(path: Path, chance: Random) -> Path:
    names = ["../../etc/cron.d/x", "word/document.xml", "a" * 60_000, "\u202excod.exe", "word/document.xml/"]
    return make_zip(path, {name: chance.randbytes(100) for name in chance.sample(names, 3)})


def odd_text(path: Path, chance: Random) -> Path:
    """Text that turns around, rings bells, or never ends a line."""
    pieces = [
        RIGHT_TO_LEFT,
        "\x1b[2J",
        "\x07",
        "\x7f",
        "\ufeff",
        "\U000e0041",
        "e\u0301" * 50,
        "\f" * 50,
        RULE,
        "§" * 99,
    ]
    text = "".join(chance.choice(pieces) * chance.choice([1, 50]) for _ in range(chance.choice([10, 3_000])))
    path.write_bytes(text.encode(chance.choice(["utf-8", "utf-16", "utf-32"]), errors="replace"))
    return path


def endless_line(path: Path, chance: Random) -> Path:
    path.write_text(chance.choice(["a", "1 ", "( ", "- ", "A. "]) * chance.choice([100_000, 3_000_000]))
    return path


def odd_drawing(path: Path, chance: Random) -> Path:
    """Text drawn ten thousand times, far away, tiny, or out of control characters."""
    draw = chance.choice(
        [
            b"BT /F 0.001 Tf (x) Tj ET ",
            b"BT /F 9 Tf 1e30 0 0 1e30 0 0 Tm (far) Tj ET ",
            b"BT /F 9 Tf (\\001\\002\\377) Tj ET ",
            b"q ",
            b"BT " * 20,
        ]
    )
    return make_drawing_pdf(path, draw * chance.choice([100, 20_000]))


FAMILIES: dict[str, tuple[int, Maker]] = {
    "truncated pdf": (20, truncated(make_pdf)),
    "truncated docx": (12, truncated(make_docx)),
    "flipped pdf": (24, flipped(make_pdf)),
    "flipped docx": (16, flipped(make_docx)),
    "shuffled pdf": (8, shuffled(make_pdf)),
    "shuffled docx": (6, shuffled(make_docx)),
    "recursive pages": (8, recursive_pages),
    "recursive form": (8, recursive_form),
    "huge page": (6, huge_page),
    "many objects": (2, many_objects),
    "many pages": (2, many_pages),
    "packed stream": (6, packed_stream),
    "deep arrays": (4, deep_arrays),
    "zip bomb": (4, zip_bomb),
    "entity bomb": (4, entity_bomb),
    "outside entity": (4, outside_entity),
    "deep xml": (4, deep_xml),
    "many paragraphs": (2, many_paragraphs),
    "disguised": (20, disguised),
    "plain archive": (8, plain_archive),
    "odd text": (16, odd_text),
    "endless line": (8, endless_line),
    "odd drawing": (8, odd_drawing),
}
