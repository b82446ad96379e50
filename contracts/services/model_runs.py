"""The end of readings by language models whose worker died. Apart, so that nothing that speaks HTTP is loaded for it."""

from django.utils import timezone

from contracts.models import ExtractionRun, ModelOutcome

INTERRUPTED = "interrupted"


def model_runs_close(*, run: ExtractionRun) -> None:
    """End what no worker of `run` is on any more. What it had set aside may have been spent, and stays set aside."""
    run.model_runs.filter(outcome=ModelOutcome.RUNNING).update(
        outcome=ModelOutcome.FAILED, fault_code=INTERRUPTED, finished_at=timezone.now()
    )
