"""What a rule tests, in one place: validation judges by it and rule packs are written from it, so they cannot disagree. No Django."""

from contracts.predicates.conditions import PilotFacts, Reach
from contracts.predicates.limits import Limit, Standing
from contracts.predicates.rules import JudgedRule, judged_rules

__all__ = ["JudgedRule", "Limit", "PilotFacts", "Reach", "Standing", "judged_rules"]
