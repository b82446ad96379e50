"""The verbs that give a figure its force: "shall", and the plain present in which some contracts speak throughout."""

import re

# What contracts do in the present tense: "the Company matches", "bids close", "a pilot returns a call".
_PRESENT = (
    r"accrues?|adds|allows?|applies|bears|begins?|carries|closes?|consists? of|contains?|contributes?|costs|credits|earns?|ends?|equals?|"
    r"expires?|furnish(?:es)?|gets?|gives?|grants?|has|have|holds|keeps?|lapses|lasts?|loses?|matches|opens?|pays|provides?|"
    r"reaches|receives?|reimburses?|remains?|reports|requires?|rests|retains?|returns|runs|starts|takes?|vests?|works"
)
_NORMATIVE = re.compile(
    r"\b(?:shall|must|will|may|cannot|should|need not|is entitled|are entitled|is authorized|are authorized|is required|are required|"
    r"agrees?|is limited|are limited|means?|entitled|considered|minimum|maximum|limits?|limitations?|rig|is|are|counts?)\b|="
    rf"|\b(?:{_PRESENT})\b",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:shall|must|will|may)\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:was|were|had|did|withdrew|employed|agreed|expired|entered)\b", re.IGNORECASE)
STATES = re.compile(rf"\b(?:is|are|counts? as|need not|{_PRESENT})\b", re.IGNORECASE)
_SETS_VALUE = re.compile(
    r"\b(?:be|is|are|received|credited|provided|granted|allowed|entitled|given|"
    r"scheduled|paid|increased?|bid|report|closed|opened|posted|published|charged|awarded|reduced|added|deducted|reimbursed|"
    rf"available|contribute|limited|advance|notice|prior|before|after|{_PRESENT})\b",
    re.IGNORECASE,
)
# "Leave of five days is granted", "one day accrues for each month".
_SET_BEHIND = re.compile(
    r"^[^,;:.]{0,80}?\b(?:(?:is|are|shall be|will be) "
    r"(?:granted|paid|credited|allowed|provided|given|available|added|deducted|accrued)|accrues?)\b",
    re.IGNORECASE,
)
# "Bereavement: three days with pay": what stands behind a label, or opens an item, needs no verb.
_LABELLED = re.compile(
    r"^(?:\W*|[A-Z][\w ,'()/&-]{0,60}: ?)"
    r"(?:(?:at least|up to|within|a (?:maximum|minimum) of|(?:no|not) (?:less|more|fewer|later|earlier) than) )?$",
    re.IGNORECASE,
)


def binds(text: str) -> bool:
    """Whether the words say how something is to be, and do not tell what was."""
    return _NORMATIVE.search(text) is not None and (
        _PAST.search(text) is None or re.search(r"\b(?:shall|must|will|may)\b", text) is not None
    )


def sets_value(before: str) -> bool:
    """Whether a verb among the words before a figure gives it to somebody or something: "shall be paid"."""
    return _SETS_VALUE.search(before) is not None


def set_behind(behind: str) -> bool:
    """Whether the words right behind a figure say that it is given."""
    return _SET_BEHIND.match(behind) is not None


def opens_item(before: str) -> bool:
    """Whether nothing, or a label and its colon, stands before a figure."""
    return _LABELLED.match(before) is not None
