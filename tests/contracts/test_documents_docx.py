"""Word files: what of their text is read, in what order, with the numbers that Word shows."""

from pathlib import Path

import pytest
from docx import Document

from contracts.documents.reading import read_pages
from contracts.documents.sniffing import MediaType
from tests.contracts.document_files import make_docx_of_xml

LETTERED = (
    '<w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>'
    "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def numbered(text: str, level: int, number: int = 1) -> str:
    return paragraph(run(text), f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{paragraph(run(cell))}</w:tc>' for cell in cells)}</w:tr>"


def texts_of(path: Path) -> list[str]:
    return [page.text for page in read_pages(path, MediaType.DOCX)]


def test_automatic_numbers_are_written_out(tmp_path: Path) -> None:
    body = (
        numbered("Rest", 0)
        + numbered("Minimum", 1)
        + numbered("ten hours", 2)
        + numbered("eight asleep", 2)
        + numbered("at the hotel", 3)
        + numbered("Reserve", 1)
        + numbered("Duty", 0)
        + numbered("Limits", 1)
        + numbered("Training", 0, number=2)
        + paragraph(run("Not numbered"))
    )
    path = make_docx_of_xml(tmp_path / "contract.docx", body, numbering=LETTERED)

    (text,) = texts_of(path)

    assert text.splitlines() == [
        "4. Rest",
        "4.A Minimum",
        "(i) ten hours",
        "(ii) eight asleep",
        "• at the hotel",
        "4.B Reserve",
        "5. Duty",
        "5.A Limits",
        "9. Training",
        "Not numbered",
    ]


def test_numbers_come_from_the_paragraphs_style_too(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Rest", style="List Number")
    document.add_paragraph("Duty", style="List Number")
    document.save(str(tmp_path / "contract.docx"))

    (text,) = texts_of(tmp_path / "contract.docx")

    assert text.splitlines() == ["1. Rest", "2. Duty"]


def test_tables_are_read_by_row(tmp_path: Path) -> None:
    table = f"<w:tbl>{row('Report', 'Two segments')}{row('0500-0559', '12 hours')}</w:tbl>"
    path = make_docx_of_xml(tmp_path / "contract.docx", paragraph(run("Table B")) + table + paragraph(run("Notes")))

    (text,) = texts_of(path)

    assert text.splitlines() == ["Table B", "Report\tTwo segments", "0500-0559\t12 hours", "Notes"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (run("rest of ") + f"<w:ins>{run('10 hours')}</w:ins>", "rest of 10 hours"),
        (run("rest") + "<w:del><w:r><w:delText> of 8 hours</w:delText></w:r></w:del>", "rest"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('chosen')}</w:sdtContent></w:sdt>", "chosen"),
        (f'<w:hyperlink w:anchor="a">{run("Section 4")}</w:hyperlink>', "Section 4"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/></w:r>", "a\tb\nc-"),
        ('<w:r><w:sym w:font="Symbol" w:char="00A7"/><w:t>4</w:t></w:r>', "§4"),
    ],
)
def test_all_that_a_reader_sees_is_read_and_nothing_deleted(tmp_path: Path, content: str, expected: str) -> None:
    path = make_docx_of_xml(tmp_path / "contract.docx", paragraph(content))

    (text,) = texts_of(path)

    assert text == expected


def test_a_paragraph_stays_on_the_page_where_word_starts_it(tmp_path: Path) -> None:
    rendered = "<w:r><w:lastRenderedPageBreak/></w:r>"
    body = (
        paragraph(run("A pilot shall ") + rendered + run("rest."))
        + paragraph(run("Duty."))
        + paragraph(rendered + run("Reserve."))
        + paragraph(run("Training."), "<w:pageBreakBefore/>")
    )
    path = make_docx_of_xml(tmp_path / "contract.docx", body)

    texts = texts_of(path)

    assert texts == ["A pilot shall rest.", "Duty.", "Reserve.", "Training."]


def test_a_section_ends_its_page_unless_it_is_continuous(tmp_path: Path) -> None:
    body = (
        paragraph(run("one"), "<w:sectPr/>")
        + paragraph(run("two"), '<w:sectPr><w:type w:val="continuous"/></w:sectPr>')
        + paragraph(run("still two"))
    )
    path = make_docx_of_xml(tmp_path / "contract.docx", body)

    texts = texts_of(path)

    assert texts == ["one", "two\nstill two"]


def test_a_long_file_that_word_never_laid_out_is_parted_by_rows(tmp_path: Path) -> None:
    body = "".join(paragraph(run(f"{number}. " + "A pilot shall rest for ten hours. " * 6)) for number in range(100))
    path = make_docx_of_xml(tmp_path / "contract.docx", body)

    pages = list(read_pages(path, MediaType.DOCX))

    assert len(pages) == 5
    assert all((page.width, page.height) == (612, 792) for page in pages)
    assert [word.text for page in pages for word in page.words].count("rest") == 600
