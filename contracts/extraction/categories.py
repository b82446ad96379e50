"""Which subject a rule belongs to, from its own words and the headings it stands under."""

import re
from collections.abc import Sequence

from contracts.vocabulary import Category

# In the order in which equal scores are settled: the special subject before the general one.
_WORDS: tuple[tuple[Category, str], ...] = (
    (Category.DEADHEAD_PAY, r"deadhead(?:ing|s)? (?:pay|pch|credit|block)"),
    (
        Category.TRAINING_PAY,
        r"training (?:pay|pch|credit)|home study (?:training )?pay|(?:paid|credited)[^.]{0,60}\btraining\b|"
        r"pch per (?:brief|day of training)",
    ),
    (
        Category.RESERVE_PAY,
        r"reserve (?:pay|pch|credit|guarantee)|(?:paid|credited|receive)[^.]{0,60}\b(?:reserve|R-\d)\b",
    ),
    (
        Category.PAY_RIG,
        r"\brigs?\b|time away from (?:domicile|base)|tafd|minimum (?:duty period|daily) (?:pay|pch|credit)|"
        r"for every [^.]{0,30}hours|taxi",
    ),
    (
        Category.PAY_GUARANTEE,
        r"(?:monthly|daily|minimum|line|pay) (?:pay )?guarantee|\bMPG\b|\bDPG\b|\bMMG\b|guaranteed (?:pay|hours)",
    ),
    (
        Category.PREMIUM_PAY,
        r"premiums?\b|override|overtime|junior (?:assignment|man)|\bJA\b|holiday pay|hazard|hostile|(?:one|"
        r"two|three) hundred [\w ]*percent[^.]{0,40}(?:rate|pay)|time and (?:a|one)[ -]half|double time",
    ),
    (
        Category.PAY_RATE,
        r"hourly (?:pay )?rates?|pay rates?|rates? of pay|longevity|paychecks?|payroll|pay dates?|pay error|"
        r"compensation|pay stub",
    ),
    (Category.SICK_LEAVE, r"sick (?:leave|days?|bank|call|time)|\bSLB\b|illness|fatigue call"),
    (Category.VACATION, r"vacations?|paid time off|\bPTO\b"),
    (
        Category.LEAVE_OF_ABSENCE,
        r"leaves? of absence|military leave|medical leave|bereavement|jury duty|parental|maternity|family leave|FMLA",
    ),
    (Category.MOVING, r"moving|relocation|paid move|household goods"),
    (Category.LODGING, r"lodging|hotels?|rooms?|accommodations?"),
    (Category.EXPENSES, r"expenses?|per diem|meals?|reimburse(?:d|ment)?|mileage|parking|allowance"),
    (Category.UNIFORMS, r"uniforms?"),
    (Category.DEADHEAD, r"deadhead(?:ing|s|ed)?|surface (?:transportation|travel)|checked bags"),
    (Category.FLIGHT_TIME, r"flight time|block (?:time|hours)|hours of flying"),
    (Category.DAYS_OFF, r"days? off|golden days?|days? free of duty"),
    (Category.REST, r"\brest\b|rest periods?|layovers?|free from (?:all )?duty|crew rest"),
    (Category.RESERVE, r"reserves?\b|\bRAPs?\b|short call|long call|standby|on[- ]call"),
    (Category.DUTY, r"duty periods?|\bduty\b|\bFDP\b|report time|hours of service|landings"),
    (Category.TRAINING, r"training|simulator|checkride|ground school|proficiency|instructors?|check airm[ae]n"),
    (
        Category.SCHEDULING,
        r"schedul(?:e|es|ing)|bid (?:period|package)|lines?\b|pairings?|open time|trip trades?|reassign\w*|"
        r"draft\w*|reroute",
    ),
    (Category.SENIORITY, r"seniority"),
    (Category.VACANCIES, r"vacanc(?:y|ies)|displacements?|permanent bid|position award|bid awards?"),
    (Category.FURLOUGH, r"furloughs?|recall"),
    (Category.PROBATION, r"probation(?:ary)?"),
    (Category.GRIEVANCE, r"grievances?|system board|arbitrat\w+|adjustment board|appeals?"),
    (Category.DISCIPLINE, r"disciplin\w+|investigat\w+|discharge|suspension|hearings?"),
    (Category.RETIREMENT, r"retirement|401\(?k\)?|pension"),
    (Category.INSURANCE, r"insurance|medical plan|dental|disability|premium contributions?|health"),
    (
        Category.PHYSICAL_STANDARDS,
        r"physical (?:standards|examination)|medical (?:examination|certificate)|drug|alcohol",
    ),
    (Category.UNION, r"\bunion\b|association|dues|check-off|negotiat\w+|committee"),
    (Category.SCOPE, r"\bscope\b|successor|merger|code ?share|subcontract\w*"),
)
_PATTERNS = tuple((category, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for category, words in _WORDS)

IN_CLAUSE = 3.0
IN_SENTENCE = 1.0
OF_METRIC = 4.5
LONGEST_SEARCHED = 1_500
IN_NEAREST_TITLE = 4.0
IN_OUTER_TITLE = 2.0


def category_of(clause: str, around: str, titles: Sequence[str], measured: Category) -> tuple[Category, bool]:
    """The subject with the most evidence, and whether there was any.

    `around` is the sentence with its lead-ins, `titles` are the headings in force, nearest first, and `measured` is the
    subject of the rule's metric.
    """
    best, best_score = Category.GENERAL, 0.0
    text = around[:LONGEST_SEARCHED]
    for category, pattern in _PATTERNS:
        score = IN_CLAUSE * (pattern.search(clause) is not None) + IN_SENTENCE * (pattern.search(text) is not None)
        score += OF_METRIC * (category is measured)
        for distance, title in enumerate(titles):
            if pattern.search(title):
                score += IN_NEAREST_TITLE if distance == 0 else IN_OUTER_TITLE
        if score > best_score:
            best, best_score = category, score
    return best, best_score > 0
