"""How long reading an agreement takes and what it holds: `python -m bench.extraction`.

The demo agreement's pages, over and over, as one PDF: read in a child process as an upload is, and searched for rules. Each
length is a process of its own, in turn; the longest is what the product makes promises about. Growth is the cost of a page
against that in the shortest file: 1.0 throughout is linear.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2

import contracts
from contracts.documents.isolation import inspect_in_child, read_pages_in_child
from contracts.extraction import extract_proposals

AGREEMENT = Path(contracts.__file__).parent / "demo" / "documents" / "cascadia-cba-2026.pdf"
LENGTHS = (50, 100, 200, 400)
PROMISED_SECONDS, PROMISED_MEGABYTES = 20.0, 300.0
KILOBYTES_A_MEGABYTE = 1024


def write_pdf(path: Path, pages: int) -> None:
    """The demo agreement's pages, from the first again and again."""
    with pypdfium2.PdfDocument(AGREEMENT) as source, pypdfium2.PdfDocument.new() as made:
        while len(made) < pages:
            made.import_pages(source, list(range(min(len(source), pages - len(made)))))
        made.save(path)


def measure_here(path: Path) -> dict[str, float]:
    """Read and search one file in this process: seconds, and the most megabytes held here and by the child."""
    start = time.perf_counter()
    pages = list(read_pages_in_child(path, inspect_in_child(path).media_type))
    read = time.perf_counter()
    proposals = extract_proposals(pages).proposals
    end = time.perf_counter()
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "read_seconds": read - start,
        "search_seconds": end - read,
        "megabytes": own / KILOBYTES_A_MEGABYTE,
        "child_megabytes": children / KILOBYTES_A_MEGABYTE,
        "proposals": len(proposals),
    }


def measure(path: Path) -> dict[str, float]:
    """As `measure_here`, in a fresh process."""
    command = [sys.executable, "-m", "bench.extraction", "--file", str(path)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 # ourselves
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, help="Only this file, in this process, as JSON.")
    options = parser.parse_args()
    if options.file is not None:
        print(json.dumps(measure_here(options.file)))
        return
    a_page = None
    with tempfile.TemporaryDirectory() as folder:
        for pages in LENGTHS:
            path = Path(folder) / f"{pages}.pdf"
            write_pdf(path, pages)
            found = measure(path)
            seconds = found["read_seconds"] + found["search_seconds"]
            a_page = a_page or seconds / pages
            print(
                f"{pages:4} pages  {seconds:6.2f} s  (read {found['read_seconds']:.2f}, search {found['search_seconds']:.2f})  "
                f"growth {seconds / pages / a_page:.2f}  {found['megabytes']:.0f} MB, child {found['child_megabytes']:.0f} MB  "
                f"{found['proposals']:.0f} proposals"
            )
    print(f"promised for {LENGTHS[-1]} pages: {PROMISED_SECONDS:.0f} s, {PROMISED_MEGABYTES:.0f} MB")


if __name__ == "__main__":
    main()
