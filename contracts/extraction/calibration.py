"""Weights of the confidence, fitted to proposals that people have judged: a logistic regression drawn to the weights before it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PASSES = 200
DRAW = 1.0
"""How strongly a weight is drawn back to what it was: one judged proposal's worth of evidence moves it about that little."""
BASE = "base"
SETTLED = 1e-6


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal's features, and whether a person found its limit right."""

    features: frozenset[str]
    is_right: bool


def probability(weights: Mapping[str, float], features: frozenset[str]) -> float:
    """The logistic of the sum of the weights of the features that hold, with the `base`."""
    return 1 / (1 + math.exp(-(weights[BASE] + sum(weights[name] for name in features))))


def fit(judged: Sequence[Judged], prior: Mapping[str, float], *, draw: float = DRAW) -> dict[str, float]:
    """The weights of `prior`, among them `base`, that make `judged` most likely while they stay near `prior`.

    The penalty is `draw / 2` times the squared distance of each weight from its prior one, so a feature that was never
    seen keeps its weight. The function is convex: coordinate-wise Newton steps reach its only minimum.

    Raises:
        KeyError: a judged proposal has a feature without a prior weight.
    """
    weights = dict(prior)
    rows = {name: [row for row in judged if name == BASE or name in row.features] for name in weights}
    sums = {id(row): weights[BASE] + sum(weights[name] for name in row.features) for row in judged}
    for _ in range(PASSES):
        furthest = 0.0
        for name, held in rows.items():
            if not held:
                continue
            step = _step(held, sums, draw, weights[name] - prior[name])
            weights[name] += step
            for row in held:
                sums[id(row)] += step
            furthest = max(furthest, abs(step))
        if furthest < SETTLED:
            break
    return weights


def _step(held: Sequence[Judged], sums: Mapping[int, float], draw: float, away: float) -> float:
    slope, bend = draw * away, draw
    for row in held:
        chance = 1 / (1 + math.exp(-sums[id(row)]))
        slope += chance - row.is_right
        bend += chance * (1 - chance)
    return -slope / bend


def loss(judged: Sequence[Judged], weights: Mapping[str, float]) -> float:
    """The mean of minus the logarithm of the probability given to what was found; 0 is perfect."""
    chances = [(probability(weights, row.features), row.is_right) for row in judged]
    return -sum(math.log(chance if right else 1 - chance) for chance, right in chances) / len(chances)
