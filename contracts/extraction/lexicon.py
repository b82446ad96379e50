"""Words that any contract uses, for telling a broken word from two whole ones; the document's own words add to them."""

NUMBER_WORDS: dict[str, int] = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}

SCALE_WORDS: dict[str, int] = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
)

_COMMON = """
a about above accordance additional after agreement aircraft airport all also an and any applicable appropriate are as
assigned assignment at available award awarded based basis be been before begin beginning between bid block both but by
calendar call called cancelled captain case change check commercial company compensated compensation completed
completion consecutive contact continuous credit credited crew current date day days deadhead deadheading demand domicile
during duty each effective elect eligible employee end ending equal event every exceed exceeds except expenses extended
fewer filed final first flight following for from full given good greater greatest ground guarantee had has have he her
his hotel hour hourly hours if in including increase increased initial into involuntarily is it its junior last least
leave less lesser line lines local longer loss make management may maximum minimum minute minutes month monthly months
more must next night no normal not notice notify notified number of off officer on once one only open operations or order
original other out over own paid pairing part pay payment per percent percentage period periods person pilot pilots
portion position prior provide provided provision pursuant rate receive received recall release released relieved report
request require required reserve rest return rolling schedule scheduled scheduling section segment segments seniority
separate service shall she should sick so such system than that the their them then there these they this those time
times to total training transportation travel trip trips two under union unless until up upon use used vacancy vacation
voluntary was week weekly weeks when where whether which while who will with within without work workday workdays written
year yearly years
"""

COMMON_WORDS: frozenset[str] = frozenset(_COMMON.split()) | NUMBER_WORDS.keys() | SCALE_WORDS.keys()
