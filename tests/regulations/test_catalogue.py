"""The data files, and what becomes of files with faults."""

import copy
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulations.far117.catalogue_page import catalogue_page
from regulations.far117.checks import CHECKS
from regulations.far117.loading import CatalogueError, build_catalogue, catalogue

PAGE = Path(__file__).resolve().parents[2] / "docs" / "far117" / "catalogue.md"
SECTIONS = ["1", "3", "5", "7", "9", "11", "13", "15", "17", "19", "21", "23", "25", "27", "29"]


@pytest.fixture
def data() -> dict[str, Any]:
    """The three files' contents, free to be spoilt."""
    folder = files("regulations.far117").joinpath("data")
    names = {"rules": "part117", "sections": "sections", "tables": "tables"}
    return {key: yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text("utf-8")) for key, name in names.items()}


def test_every_section_of_the_part_is_there_with_its_rules() -> None:
    law = catalogue()

    assert [section.number for section in law.sections] == [f"117.{number}" for number in SECTIONS]
    assert len(law.rules) == 43
    assert sum(rule.computed for rule in law.rules) == 30


def test_rules_cite_the_paragraphs_under_which_the_sections_list_them() -> None:
    law = catalogue()

    first_marks = {
        rule_id: paragraph.mark
        for section in reversed(law.sections)
        for paragraph in reversed(section.paragraphs)
        for rule_id in paragraph.rule_ids
    }

    for rule in law.rules:
        cited = rule.citation.removeprefix(f"14 CFR {rule.section}").split(", Table")[0]
        assert not cited or cited[:3] == first_marks[rule.rule_id][:3], rule.rule_id


@pytest.mark.parametrize(
    ("rule_id", "words"),
    [
        ("FAR117_FLIGHT_TIME_3_PILOT", "at most 13 hours"),
        ("FAR117_FLIGHT_TIME_4_PILOT", "at most 17 hours"),
        ("FAR117_FLIGHT_TIME_EXCEEDANCE", "at most 10 days"),
        ("FAR117_AUGMENTED_LANDING_REST", "at least 2 hours"),
        ("FAR117_AUGMENTED_MONITORING_REST", "at least 90 minutes"),
        ("FAR117_AUGMENTED_SEGMENTS", "at most 3 segments"),
        ("FAR117_EXTENSION_BEFORE_TAKEOFF", "at most 2 hours"),
        ("FAR117_SHORT_CALL_RAP", "at most 14 hours"),
        ("FAR117_SHORT_CALL_REST", "at least 10 hours"),
        ("FAR117_LONG_CALL_WOCL_NOTICE", "at least 12 hours"),
        ("FAR117_RESERVE_SHIFT", "at least 10 hours"),
        ("FAR117_FLIGHT_TIME_672H", "at most 100 hours in 672 hours"),
        ("FAR117_FLIGHT_TIME_365D", "at most 1,000 hours in 365 days"),
        ("FAR117_FDP_168H", "at most 60 hours in 168 hours"),
        ("FAR117_FDP_672H", "at most 190 hours in 672 hours"),
        ("FAR117_REST_30_IN_168", "at least 30 hours in 168 hours"),
        ("FAR117_REST_10H", "at least 10 hours"),
        ("FAR117_SLEEP_OPPORTUNITY", "at least 8 hours"),
    ],
)
def test_rules_of_one_number_say_it_as_a_predicate(rule_id: str, words: str) -> None:
    predicate = catalogue().rule(rule_id).predicate

    assert predicate is not None
    assert predicate.words == words


def test_rules_without_one_number_have_no_predicate() -> None:
    with_predicate = sum(rule.predicate is not None for rule in catalogue().rules)

    assert with_predicate == 18


def test_the_two_statements_of_the_sleep_opportunity_agree() -> None:
    law = catalogue()

    hours = law.rule("FAR117_REST_10H").number("sleep_hours")

    assert hours * 60 == law.rule("FAR117_SLEEP_OPPORTUNITY").number("minutes")


def test_a_parameter_that_is_no_number_is_refused_as_one() -> None:
    with pytest.raises(KeyError):
        catalogue().rule("FAR117_FDP_UNAUGMENTED").number("table")


def test_every_computed_rule_has_exactly_one_check_and_no_other_has_one() -> None:
    computed = sorted(rule.rule_id for rule in catalogue().rules if rule.computed)

    assert sorted(check.rule_id for check in CHECKS) == computed


def test_every_paragraph_is_listed() -> None:
    listed = {section.number: [paragraph.mark for paragraph in section.paragraphs] for section in catalogue().sections}

    assert listed == {
        "117.1": ["(a)", "(b)", "(c)", "(d)"],
        "117.3": [""],
        "117.5": ["(a)", "(b)", "(c)", "(d)"],
        "117.7": ["(a)", "(b)"],
        "117.9": ["(a)", "(b)", "(c)"],
        "117.11": ["(a)(1)", "(a)(2)", "(a)(3)", "(b)", "(c)"],
        "117.13": ["(a)", "(b)"],
        "117.15": ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"],
        "117.17": ["(a)", "(b)", "(c)(1)", "(c)(2)", "(d)", "(e)"],
        "117.19": ["(a)(1)", "(a)(2)", "(a)(3)", "(a)(4)", "(a)(5)", "(b)(1)", "(b)(2)", "(b)(3)", "(b)(4)"],
        "117.21": ["(a)", "(b)", "(c)(1)", "(c)(2)", "(c)(3)", "(c)(4)", "(d)", "(e)"],
        "117.23": ["(a)", "(b)(1)", "(b)(2)", "(c)(1)", "(c)(2)"],
        "117.25": ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"],
        "117.27": [""],
        "117.29": ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)", "(g)"],
    }


def test_rules_are_what_the_data_say_in_their_order(data: dict[str, Any]) -> None:
    built = build_catalogue(**data)

    for position, (rule, entry) in enumerate(zip(built.rules, data["rules"]["rules"], strict=True), start=1):
        assert (rule.rule_id, rule.position, rule.citation) == (entry["id"], position, entry["citation"])
        assert (rule.parameters, rule.applies_to) == (entry.get("parameters", {}), entry.get("applies_to", {}))
        assert (rule.title, rule.summary, rule.category) == (entry["title"], entry["summary"], entry["category"])
        assert (rule.predicate and rule.predicate.metric) == entry.get("predicate", {}).get("metric")


def test_the_catalogue_is_read_from_the_data_files(data: dict[str, Any]) -> None:
    assert catalogue.__wrapped__() == build_catalogue(**data)


def test_the_documentation_page_is_made_from_the_data(data: dict[str, Any]) -> None:
    made = catalogue_page(build_catalogue(**data))

    assert PAGE.read_text("utf-8") == made, "python -m regulations.far117.catalogue_page > docs/far117/catalogue.md"


def spoil_unknown_member(data: dict[str, Any]) -> None:
    data["rules"]["rules"][0]["titel"] = "x"


def spoil_missing_member(data: dict[str, Any]) -> None:
    del data["rules"]["rules"][0]["summary"]


def spoil_category(data: dict[str, Any]) -> None:
    data["rules"]["rules"][0]["category"] = "weather"


def spoil_citation(data: dict[str, Any]) -> None:
    data["rules"]["rules"][0]["citation"] = "14 CFR 121.1"


def spoil_twice(data: dict[str, Any]) -> None:
    data["rules"]["rules"].append(copy.deepcopy(data["rules"]["rules"][0]))


def spoil_unplaced(data: dict[str, Any]) -> None:
    data["sections"].pop()


def spoil_table_gap(data: dict[str, Any]) -> None:
    del data["tables"]["B"]["rows"][4]


def spoil_table_rule(data: dict[str, Any]) -> None:
    data["tables"]["C"]["rule"] = "FAR117_FDP_UNAUGMENTED"


def spoil_half_minutes(data: dict[str, Any]) -> None:
    data["tables"]["A"]["rows"][0][2] = 8.01


def spoil_reason(data: dict[str, Any]) -> None:
    data["sections"][0]["paragraphs"]["(a)"] = ["FAR117_APPLICABILITY"]


def spoil_needless_reason(data: dict[str, Any]) -> None:
    data["sections"][-2]["paragraphs"][""] = {"rules": ["FAR117_CONSECUTIVE_NIGHTS"], "why": "No reason."}


def spoil_predicate(data: dict[str, Any]) -> None:
    rule = next(rule for rule in data["rules"]["rules"] if "predicate" in rule)
    rule["predicate"]["value"] = "fortnights"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_unknown_member, "rule 1: members missing or unknown: ['titel']"),
        (spoil_missing_member, "rule 1: members missing or unknown: ['summary']"),
        (spoil_category, "'weather' is not a valid RuleCategory"),
        (spoil_citation, "FAR117_APPLICABILITY cites no section of Part 117"),
        (spoil_twice, "a rule id is given twice"),
        (spoil_unplaced, "sections.yaml and part117.yaml do not name the same rules in the same sections"),
        (spoil_table_gap, "Table B: a row begins at minute 720, not 420"),
        (spoil_table_rule, "tables.yaml and part117.yaml do not agree which rule each table serves"),
        (spoil_half_minutes, "8.01 hours are no whole minutes"),
        (spoil_reason, "117.1(a) says why it is not computed exactly where it is not"),
        (spoil_needless_reason, "117.27 says why it is not computed exactly where it is not"),
        (spoil_predicate, "'fortnights'"),
    ],
    ids=lambda spoil: getattr(spoil, "__name__", "").removeprefix("spoil_"),
)
def test_faulty_data_are_refused_with_the_fault(data: dict[str, Any], spoil: Any, words: str) -> None:
    spoil(data)

    with pytest.raises(CatalogueError) as refusal:
        build_catalogue(**data)

    said = str(refusal.value)
    assert said == words or (said.startswith("Part 117's data: ") and words in said.replace("\\'", "'"))


def test_the_catalogue_is_read_alike_each_time() -> None:
    assert catalogue.__wrapped__() == catalogue()


def test_a_parameter_that_is_no_number_is_named() -> None:
    rule = replace(catalogue().rule("FAR117_REST_10H"), parameters={"place": "home base"})

    with pytest.raises(KeyError, match="place"):
        rule.number("place")
