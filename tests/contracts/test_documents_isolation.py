"""The child process: the same answers as in one's own, and nothing worse than a fault from hostile files."""

import multiprocessing
import os
import random
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.inspection import inspect_document
from contracts.documents.isolation import Limits, inspect_in_child, read_pages_in_child, render_page_in_child
from contracts.documents.pictures import render_page
from contracts.documents.reading import read_pages
from contracts.documents.sniffing import MediaType
from tests.contracts.document_files import (
    RULE,
    make_docx,
    make_docx_of_xml,
    make_drawing_pdf,
    make_encrypted_pdf,
    make_pdf,
    make_raw_pdf,
)

PROJECT_ROOT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024**2
RANDOM = random.Random(4)  # noqa: S311 -- filling that does not pack


def make_text(path: Path) -> Path:
    path.write_text(f"{RULE} 🛫\r\n\f{RULE}")
    return path


KINDS: dict[MediaType, Callable[[Path], Path]] = {
    MediaType.PDF: lambda path: make_pdf(path, [[RULE], [RULE * 2]]),
    MediaType.DOCX: lambda path: make_docx(path, [[RULE], [RULE * 2]]),
    MediaType.TEXT: make_text,
}


@pytest.mark.parametrize("media_type", KINDS)
def test_a_child_answers_as_one_would_oneself(tmp_path: Path, media_type: MediaType) -> None:
    path = KINDS[media_type](tmp_path / "contract; $(touch x).pdf")
    before = path.read_bytes()

    inspection = inspect_in_child(path)
    pages = list(read_pages_in_child(path, media_type))
    picture = render_page_in_child(path, media_type, 2)

    assert inspection == inspect_document(path)
    assert pages == list(read_pages(path, media_type))
    assert picture == render_page(path, media_type, 2)
    assert path.read_bytes() == before


def test_a_fault_found_by_the_child_reaches_the_caller_with_its_message(tmp_path: Path) -> None:
    path = make_encrypted_pdf(tmp_path / "contract.pdf", user_password="secret")

    with pytest.raises(DocumentFault, match="without one") as caught:
        inspect_in_child(path)

    assert caught.value.code is DocumentFaultCode.ENCRYPTED


def test_a_page_that_is_not_there_is_told_by_the_child(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf")

    with pytest.raises(IndexError):
        render_page_in_child(path, MediaType.PDF, 2)


def deep_arrays(path: Path) -> Path:
    return make_raw_pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * 2_000_000 + b"]" * 2_000_000])


def ring_of_pages(path: Path) -> Path:
    ring = b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 1500 /Parent 2 0 R >>"
    return make_raw_pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", ring])


def million_objects(path: Path) -> Path:
    return make_raw_pdf(path, [b"<< /Type /Catalog /Pages 3 0 R >>", *([b"1"] * 1_000_000)])


def deep_graphics(path: Path) -> Path:
    return make_drawing_pdf(path, b"q " * 1_000_000 + b"<< /A " * 500_000)


def packed_stream(path: Path) -> Path:
    content = zlib.compress(b"0 0 m 9 9 l S " * 20_000_000, 9)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 600] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(content), content)
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return make_raw_pdf(path, [b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream])


def much_xml(path: Path) -> Path:
    return make_docx_of_xml(path, "<w:p><w:r/></w:p>" * 2_000_000 + f"<!--{RANDOM.randbytes(250_000).hex()}-->")


def one_endless_page(path: Path) -> Path:
    path.write_bytes(b"\f" + b"a " * (20 * MEBIBYTE))
    return path


@pytest.mark.parametrize(
    "make", [deep_arrays, ring_of_pages, million_objects, deep_graphics, packed_stream, much_xml, one_endless_page]
)
def test_a_hostile_file_ends_in_a_fault_and_nothing_worse(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path / "hostile.pdf")
    limits = Limits(memory_bytes=512 * MEBIBYTE, cpu_seconds=5, wall_seconds=20)

    with pytest.raises(DocumentFault) as caught:
        for _ in read_pages_in_child(path, inspect_in_child(path, limits=limits).media_type, limits=limits):
            pass

    assert isinstance(caught.value.code, DocumentFaultCode)


def make_slow_page(path: Path) -> Path:
    """A page of 900,000 letters, each drawn by itself."""
    return make_drawing_pdf(path, b"BT /F 1 Tf " + b"(a) Tj " * 900_000 + b"ET")


def test_processor_time_runs_out_as_too_slow(tmp_path: Path) -> None:
    path = make_slow_page(tmp_path / "slow.pdf")

    with pytest.raises(DocumentFault) as caught:
        list(read_pages_in_child(path, MediaType.PDF, limits=Limits(cpu_seconds=1)))

    assert caught.value.code is DocumentFaultCode.TOO_SLOW


def test_waiting_time_runs_out_as_too_slow(tmp_path: Path) -> None:
    path = make_slow_page(tmp_path / "slow.pdf")

    with pytest.raises(DocumentFault) as caught:
        list(read_pages_in_child(path, MediaType.PDF, limits=Limits(wall_seconds=0.3)))

    assert caught.value.code is DocumentFaultCode.TOO_SLOW


def test_the_callers_own_time_does_not_count(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf", [[RULE]] * 3)
    numbers = []

    for page in read_pages_in_child(path, MediaType.PDF, limits=Limits(wall_seconds=3)):
        time.sleep(1.1)
        numbers.append(page.number)

    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("text", ["a " * 601_000, "one " * 60_000 + "\f two"])
def test_more_text_than_any_agreement_has_is_refused(text: str, tmp_path: Path) -> None:
    """Too many words in all; too many on one page."""
    path = tmp_path / "endless.txt"
    path.write_text(text)

    with pytest.raises(DocumentFault) as caught:
        list(read_pages_in_child(path, inspect_in_child(path).media_type))

    assert caught.value.code is DocumentFaultCode.TOO_MUCH_TEXT


def test_memory_runs_out_as_too_much_memory(tmp_path: Path) -> None:
    path = much_xml(tmp_path / "large")

    with pytest.raises(DocumentFault) as caught:
        list(read_pages_in_child(path, MediaType.DOCX, limits=Limits(memory_bytes=256 * MEBIBYTE)))

    assert caught.value.code is DocumentFaultCode.TOO_MUCH_MEMORY


def reading_children() -> list[str]:
    """The command lines of this process's children that read documents, dead ones that nobody has waited for too."""
    lines = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            line = stat.with_name("cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == os.getpid() and ("contracts.documents" in line or not line):
            lines.append(line)
    return lines


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to look into")
def test_closing_the_pages_early_ends_the_child(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf", [[RULE] * 50] * 300)
    before = len(reading_children())
    pages = read_pages_in_child(path, MediaType.PDF)

    first = next(pages)
    during = len(reading_children())
    pages.close()  # type: ignore[attr-defined] # it is a generator

    assert first.number == 1
    assert (during, len(reading_children())) == (before + 1, before)


def inspect_there(path: Path, answers: "multiprocessing.Queue[int]") -> None:
    answers.put(inspect_in_child(path).page_count)


def test_works_inside_a_daemonic_process_as_celerys_are(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf")
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[int] = context.Queue()
    process = context.Process(target=inspect_there, args=(path, answers), daemon=True)

    process.start()

    assert answers.get(timeout=60) == 1
    process.join()


def test_a_child_ends_when_its_caller_is_gone(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "contract.pdf", [[RULE] * 50] * 300)
    command = [
        sys.executable,
        "-m",
        "contracts.documents.child",
        str(512 * MEBIBYTE),
        "60",
        "read",
        str(path),
        MediaType.PDF,
    ]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT_ROOT) as child:
        assert child.stdin is not None
        child.stdin.close()  # while the child waits for its output to be read
        status = child.wait(timeout=60)

    assert status == 1


def test_the_child_loads_no_django() -> None:
    program = "import sys, contracts.documents.child, contracts.documents.pictures; print('django' in sys.modules)"

    output = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, check=True)

    assert output.stdout.strip() == b"False"
