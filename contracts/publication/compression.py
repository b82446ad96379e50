"""Gzip that is prepared once and put together without compressing again (RFC 1951, RFC 1952).

The gzip of a JSON array is laid out so that its inside can be lifted out and joined with others' insides: what stands before
and after it in the deflate stream is always the same, ends on a whole byte, and nothing refers back across it. An answer is
then written as its changing beginning, uncompressed, followed by the prepared rest. The checksum of the whole follows from
those of the parts, because CRC-32 is linear.
"""

import struct
import zlib
from collections.abc import Sequence

HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
LEVEL = 9
# At the end of a deflate stream: a last block without anything in it.
_LAST = b"\x03\x00"
_STORED_MAXIMUM = 0xFFFF


def _deflated(parts: Sequence[bytes]) -> list[bytes]:
    """The parts of one deflate stream, none of which refers to another; the last one ends the stream."""
    stream = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    found = [stream.compress(part) + stream.flush(zlib.Z_FULL_FLUSH) for part in parts[:-1]]
    return [*found, stream.compress(parts[-1]) + stream.flush()]


_OPENING, _, _CLOSING = _deflated([b"[", b"", b"]"])


def array_gzip(array: str) -> bytes:
    """The gzip of a JSON array's text, its inside liftable."""
    data = array.encode()
    return b"".join([HEADER, *_deflated([b"[", data[1:-1], b"]"]), struct.pack("<II", zlib.crc32(data), len(data))])


def is_laid_out(gzip: bytes) -> bool:
    """Whether `array_gzip` wrote it as it writes here: another zlib may have prepared it."""
    return gzip.startswith(HEADER + _OPENING) and gzip[:-8].endswith(_CLOSING)


def array_inside(gzip: bytes) -> bytes:
    """The deflated inside of an array: what `array_gzip` wrote between the brackets, without an end of its own."""
    return gzip[len(HEADER) + len(_OPENING) : -(len(_CLOSING) + 8)]


def stored(data: bytes) -> bytes:
    """`data` as blocks of a deflate stream that are not compressed."""
    pieces = [data[start : start + _STORED_MAXIMUM] for start in range(0, len(data), _STORED_MAXIMUM)]
    return b"".join(struct.pack("<BHH", 0, len(piece), len(piece) ^ _STORED_MAXIMUM) + piece for piece in pieces)


class GzipEnd:
    """The prepared rest of gzipped answers: `with_beginning` puts a beginning in front of it in a few microseconds."""

    def __init__(self, data: bytes, deflated: bytes) -> None:
        """`data` is what `deflated`, a stream without an end, unpacks to."""
        self._deflated = deflated + _LAST
        self._crc = zlib.crc32(data)
        self._size = len(data)
        self._shifts = _crc_shifts(len(data))
        self.size = len(self._deflated)

    def with_beginning(self, beginning: bytes) -> bytes:
        """The gzip of `beginning` followed by the rest. `beginning` is at most 65,535 bytes."""
        crc, low_bits = self._crc, zlib.crc32(beginning)
        for shift in self._shifts:
            crc ^= shift[low_bits & 0xFF]
            low_bits >>= 8
        size = len(beginning)
        head = b"%b\x00%b%b" % (HEADER, struct.pack("<HH", size, size ^ _STORED_MAXIMUM), beginning)
        return b"%b%b%b" % (head, self._deflated, struct.pack("<II", crc, (size + self._size) & 0xFFFFFFFF))


def _crc_shifts(length: int) -> list[list[int]]:
    """What `length` further bytes make of a CRC-32, as four tables by its bytes, the lowest first.

    The CRC of a followed by b is the CRC of b, xor what as many zero bytes as b has make of a's: a linear map over 32 bits.
    It is raised to the power of `length` by squaring, then written out by bytes.
    """
    shift = _power(_one_zero_byte(), length)
    return [_table(shift[place : place + 8]) for place in (0, 8, 16, 24)]


def _table(images: Sequence[int]) -> list[int]:
    """By value of one byte, the images of its bits together."""
    table = [0]
    for image in images:
        table += [known ^ image for known in table]
    return table


def _one_zero_byte() -> list[int]:
    """By bit, what one zero byte makes of a CRC register without its inversions."""
    polynomial = 0xEDB88320
    images = []
    for bit in range(32):
        register = 1 << bit
        for _ in range(8):
            register = (register >> 1) ^ (polynomial if register & 1 else 0)
        images.append(register)
    return images


def _power(matrix: list[int], exponent: int) -> list[int]:
    result = [1 << bit for bit in range(32)]
    while exponent:
        if exponent & 1:
            result = [_applied(matrix, column) for column in result]
        matrix = [_applied(matrix, column) for column in matrix]
        exponent >>= 1
    return result


def _applied(matrix: list[int], vector: int) -> int:
    image = 0
    for bit in range(32):
        if vector >> bit & 1:
            image ^= matrix[bit]
    return image
