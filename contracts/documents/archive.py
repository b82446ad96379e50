"""The zip archive inside a Word file, opened only once it is known to unpack to something reasonable."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped] # ships no types

from contracts.documents.faults import DocumentFault, DocumentFaultCode

MAX_ENTRIES = 5_000
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_XML_BYTES = 40 * 1024 * 1024  # a contract of 500 pages takes about 10 MB; parsed, XML takes some ten times its size

# Word's own XML packs to a fiftieth at best; small entries may be anything.
MAX_RATIO = 200
_SMALL_BYTES = 1024 * 1024

_CONTENT_TYPES = "[Content_Types].xml"
_ENCRYPTED_FLAG = 0x1


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, judged by its directory before anything is unpacked.

    Reading never yields more than the directory declares, so a directory that lies makes the file broken.

    Raises:
        DocumentFault: zip bomb, encrypted, or broken.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _judge(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise DocumentFault(DocumentFaultCode.BROKEN) from error


def read_xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of one XML part, or None if there is no such part.

    Raises:
        DocumentFault: zip bomb (too much XML), or broken (not well-formed, too deep, with a document type).
        MemoryError: the part does not fit into this process.
    """
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.file_size > MAX_XML_BYTES:
        raise DocumentFault(DocumentFaultCode.ZIP_BOMB)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,  # keeps lxml's ceilings on depth and on the length of one text
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(archive.read(entry), parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise DocumentFault(DocumentFaultCode.BROKEN) from error
    if root.getroottree().docinfo.doctype:  # the format forbids one; its only use would be entities
        raise DocumentFault(DocumentFaultCode.BROKEN)
    return root


def content_types(archive: zipfile.ZipFile) -> dict[str, str]:
    """Each part's name, without the leading slash, with its content type; none if this is not an Office file."""
    root = read_xml(archive, _CONTENT_TYPES)
    if root is None:
        return {}
    return {
        override.get("PartName", "").lstrip("/"): override.get("ContentType", "")
        for override in root
        if etree.QName(override).localname == "Override"
    }


def _judge(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise DocumentFault(DocumentFaultCode.ZIP_BOMB)
    for entry in entries:
        if entry.file_size > _SMALL_BYTES and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise DocumentFault(DocumentFaultCode.ZIP_BOMB)
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise DocumentFault(DocumentFaultCode.ENCRYPTED)
