"""Who sees which imports: one's own, and those of the units a grant reaches."""

from __future__ import annotations

from zhize.kernel import access
from zhize.kernel.documents.models import ImportRun


@access.policy
class ImportRunPolicy(access.Policy[ImportRun]):
    model = ImportRun
    view = "import.view"
    unit = "unit"
    people = ("created_by",)
