"""Gzip that is put together: whatever prepared it, it unpacks."""

import gzip

import pytest

from contracts.publication.compression import GzipEnd, array_gzip, array_inside, is_laid_out, stored


@pytest.mark.parametrize("array", ["[]", "[1]", '[{"a":"é"}]', "[" + ",".join(str(n) for n in range(30_000)) + "]"])
def test_insides_are_lifted_out_and_joined(array: str) -> None:
    prepared = array_gzip(array)
    rest = b'","rules":[' + array[1:-1].encode() + b"]}"

    end = GzipEnd(rest, stored(b'","rules":[') + array_inside(prepared) + stored(b"]}"))

    assert gzip.decompress(prepared).decode() == array
    assert gzip.decompress(end.with_beginning(b'{"pilot":"P')) == b'{"pilot":"P' + rest


@pytest.mark.parametrize("array", ["[]", "[1,2]", "[" + "1," * 5000 + "1]"])
def test_what_was_prepared_otherwise_is_told_apart(array: str) -> None:
    assert is_laid_out(array_gzip(array))
    assert not is_laid_out(gzip.compress(array.encode()))
