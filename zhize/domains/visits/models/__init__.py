"""Callbacks 回访 with their attempts, survey links, opinions heard; sampling plans with the homes drawn."""

from zhize.domains.visits.models.callbacks import (
    Attempt,
    AttemptOutcome,
    Callback,
    CallbackKind,
    Opinion,
    SurveyLink,
)
from zhize.domains.visits.models.sampling import HomeState, SampledHome, SamplePlan, VisitMeans

__all__ = [
    "Attempt",
    "AttemptOutcome",
    "Callback",
    "CallbackKind",
    "HomeState",
    "Opinion",
    "SamplePlan",
    "SampledHome",
    "SurveyLink",
    "VisitMeans",
]
