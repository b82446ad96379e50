"""Tables of contents, which name every rule and state none."""

import re

_LEADER = re.compile(r"(?:\.[ ]?){4,}[ ]*[\dA-Z.-]{0,8}[ ]*$|_{5,}[ ]*\d{1,4}[ ]*$")
_TITLE = re.compile(r"^[ ]*(?:TABLE OF CONTENTS|Table of Contents|CONTENTS|Contents|INDEX|Index)[ ]*$", re.MULTILINE)
_ENDS_IN_NUMBER = re.compile(r"\S[ ]+(?:\d{1,2}-)?\d{1,4}[ ]*$")

LONGEST_LEADER = 200
LEADERS_OF_A_CONTENTS_PAGE = 5
SHARE_OF_A_CONTENTS_PAGE = 0.5


def is_contents_line(line: str) -> bool:
    """Whether a line runs in dots to a page number."""
    return _LEADER.search(line[-LONGEST_LEADER:]) is not None


def is_contents_page(text: str) -> bool:
    """Whether a page is a table of contents or an index, so that its short lines too say nothing."""
    lines = [line for line in text.split("\n") if line.strip()]
    leaders = sum(is_contents_line(line) for line in lines)
    if leaders >= LEADERS_OF_A_CONTENTS_PAGE:
        return True
    numbered = sum(_ENDS_IN_NUMBER.search(line[-LONGEST_LEADER:]) is not None for line in lines)
    return _TITLE.search(text) is not None and numbered + leaders > SHARE_OF_A_CONTENTS_PAGE * len(lines)
