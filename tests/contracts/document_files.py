"""Makers of files as pilots upload them, good and bad."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
from docx import Document
from docx.enum.text import WD_BREAK
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LETTER = (612.0, 792.0)
RULE = "A pilot shall not be scheduled for more than 30 hours in any 7 days."
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def make_pdf(
    path: Path,
    pages: Sequence[Sequence[str]] = ((RULE,),),
    *,
    rotation: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    encryption: StandardEncryption | None = None,
) -> Path:
    """A PDF with these lines on its pages, in Times at 11 points, 14 apart, from one inch off the top left."""
    size = LETTER if rotation in {0, 180} else LETTER[::-1]  # which reportlab turns back on a rotated page
    canvas = Canvas(str(path), pagesize=size, encrypt=encryption, invariant=1)
    for lines in pages:
        if crop:
            canvas.setCropBox(crop)
        canvas.setPageRotation(rotation)
        canvas.setFont("Times-Roman", 11)
        for index, line in enumerate(lines):
            canvas.drawString(72, 720 - 14 * index, line)
        canvas.showPage()
    canvas.save()
    return path


def make_encrypted_pdf(path: Path, *, user_password: str) -> Path:
    """A PDF that opens with this password, and is otherwise closed to editing."""
    return make_pdf(path, encryption=StandardEncryption(user_password, ownerPassword="union-office", strength=128))


def make_scanned_pdf(path: Path, page_count: int) -> Path:
    """A PDF whose pages are pictures only."""
    canvas = Canvas(str(path), pagesize=LETTER)
    picture = ImageReader(Image.new("L", (40, 40), 200))
    for _ in range(page_count):
        canvas.drawImage(picture, 0, 0, *LETTER)
        canvas.showPage()
    canvas.save()
    return path


def make_raw_pdf(path: Path, objects: Sequence[bytes]) -> Path:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(data)
    return path


def make_drawing_pdf(path: Path, content: bytes, *, side: int = 600) -> Path:
    """A one-page PDF with this content stream, which may use the font /F."""
    return make_raw_pdf(
        path,
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R"
            b" /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>" % (side, side),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        ],
    )


def make_docx(path: Path, pages: Sequence[Sequence[str]] = ((RULE,),)) -> Path:
    """A Word file with these paragraphs, its pages parted by page breaks."""
    document = Document()
    for index, paragraphs in enumerate(pages):
        if index:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def make_docx_of_xml(path: Path, body: str, *, numbering: str = "", before_root: str = "") -> Path:
    """A Word file with this XML as the content of its body, and of its lists."""
    template = io.BytesIO()
    Document().save(template)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'{before_root}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/document.xml":
                data = document.encode()
            elif entry.filename == "word/numbering.xml" and numbering:
                data = f'<w:numbering xmlns:w="{namespace}">{numbering}</w:numbering>'.encode()
            target.writestr(entry, data)
    return path


def make_zip(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip archive with these entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def add_to_zip(path: Path, name: str, data: bytes) -> Path:
    """The archive with one more entry."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return path


def make_scan(path: Path, folder: Path, pages: Sequence[Sequence[str] | None]) -> Path:
    """A PDF of pictures of pages with these lines, as a scanner makes them; None is a page with a text layer."""
    canvas = Canvas(str(path), pagesize=LETTER, invariant=1)
    for number, lines in enumerate(pages):
        if lines is None:
            canvas.setFont("Times-Roman", 11)
            canvas.drawString(72, 720, RULE)
        else:
            printed = make_pdf(folder / f"printed-{number}.pdf", [lines])
            with pypdfium2.PdfDocument(printed) as document:
                picture = document[0].render(scale=200 / 72).to_pil().convert("L")
            canvas.drawImage(ImageReader(picture), 0, 0, *LETTER)
        canvas.showPage()
    canvas.save()
    return path
