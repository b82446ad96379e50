"""A second, deliberately slow judge of Part 117, written from legality.md alone, for the tests to hold the engine against.

Instants are whole minutes since 1970-01-01T00:00Z. Valid documents only.
"""

from tests.regulations.far117.naive.judgement import judge

__all__ = ["judge"]
