"""What a learner will know on a day to come: days of study run ahead on the FSRS memory, and the settings that serve best."""

from quizapp.core.simulation.planning import (
    Forecast,
    Minutes,
    Settings,
    compare_minutes,
    find_settings,
    foresee,
    least_minutes,
)
from quizapp.core.simulation.running import DRAWS, FactMemory, Pace, Simulation, simulate

__all__ = [
    "DRAWS",
    "FactMemory",
    "Forecast",
    "Minutes",
    "Pace",
    "Settings",
    "Simulation",
    "compare_minutes",
    "find_settings",
    "foresee",
    "least_minutes",
    "simulate",
]
