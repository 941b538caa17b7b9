"""Tables of the domain."""

from zhize.domains.cases.models.case import Assignment, Case, CaseLink, Tick, Watching

__all__ = ["Assignment", "Case", "CaseLink", "Tick", "Watching"]
