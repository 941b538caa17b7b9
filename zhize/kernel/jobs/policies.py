"""Background jobs belong to no unit: who may see one may see all."""

from __future__ import annotations

from zhize.kernel import access
from zhize.kernel.jobs import capabilities
from zhize.kernel.jobs.models import Job


@access.policy
class JobPolicy(access.Policy[Job]):
    model = Job
    view = capabilities.VIEW
