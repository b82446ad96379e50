"""Fitting the weights of the confidence to proposals that people have judged."""

import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import contracts
from contracts.extraction.calibration import BASE, Judged, fit, loss, probability
from contracts.extraction.scoring import expected_calibration_error

DEMO = Path(contracts.__file__).parent / "demo"
TRUE = {BASE: -0.5, "comparing": 1.5, "listed": -1.0}
UNKNOWN = dict.fromkeys(TRUE, 0.0)


def judged_by(weights: dict[str, float], count: int, seed: int) -> list[Judged]:
    """Proposals with random features, right as often as `weights` say."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable sample, no secret
    drawn = (frozenset(name for name in weights if name != BASE and chance.random() < 0.5) for _ in range(count))
    return [Judged(features, chance.random() < probability(weights, features)) for features in drawn]


def test_weights_that_made_the_judgements_are_found_again() -> None:
    judged = judged_by(TRUE, 4_000, seed=1)

    fitted = fit(judged, UNKNOWN)

    assert fitted == pytest.approx(TRUE, abs=0.2)


def test_fitted_weights_are_calibrated_on_judgements_that_they_have_not_seen() -> None:
    fitted = fit(judged_by(TRUE, 4_000, seed=1), UNKNOWN)
    unseen = judged_by(TRUE, 4_000, seed=2)

    error = expected_calibration_error([(probability(fitted, row.features), row.is_right) for row in unseen])

    assert error is not None
    assert error < 0.03


def test_no_weights_near_the_fitted_ones_are_likelier() -> None:
    judged = judged_by(TRUE, 300, seed=3)
    fitted = fit(judged, UNKNOWN, draw=1e-9)

    nearby = [loss(judged, {**fitted, name: fitted[name] + by}) for name in fitted for by in (-0.05, 0.05)]

    assert min(nearby) > loss(judged, fitted)


def test_a_feature_never_seen_keeps_its_weight_and_few_judgements_move_little() -> None:
    prior = {BASE: 0.0, "comparing": 1.0, "unseen": 0.7}

    fitted = fit([Judged(frozenset({"comparing"}), is_right=False)], prior)

    assert fitted["unseen"] == 0.7
    assert 0.3 < fitted["comparing"] < 1.0


def test_nothing_judged_leaves_the_weights_alone() -> None:
    assert fit([], TRUE) == TRUE


def test_command_prints_every_weight_and_the_error_of_each_document(capsys: pytest.CaptureFixture[str]) -> None:
    letters = [DEMO / "documents" / f"cascadia-loa-{number}.pdf" for number in (1, 2)]

    call_command("fit_confidence", letters[0], DEMO / "labels.yaml", letters[1], DEMO / "labels.yaml")

    printed = capsys.readouterr().out
    assert "cascadia-loa-1.pdf: " in printed
    assert "cascadia-loa-2.pdf: " in printed
    assert '"comparing_words": ' in printed


def test_command_refuses_a_document_without_labels() -> None:
    with pytest.raises(CommandError, match="Each document needs its file of labels"):
        call_command("fit_confidence", DEMO / "labels.yaml")
