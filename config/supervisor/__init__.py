"""`python -m config.supervisor`, which is `make run`: the product, its servers and its demo in one terminal."""

from config.supervisor.plan import Plan, Program, Step
from config.supervisor.stream import Stream
from config.supervisor.supervision import Supervisor

__all__ = ["Plan", "Program", "Step", "Stream", "Supervisor"]
