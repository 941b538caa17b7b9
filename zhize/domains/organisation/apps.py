from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class OrganisationConfig(ZhizeAppConfig):
    name = "zhize.domains.organisation"
