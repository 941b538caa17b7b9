from __future__ import annotations

from zhize.kernel.db import config


class OrganisationConfig(config.ZhizeAppConfig):
    name = "zhize.domains.organisation"
