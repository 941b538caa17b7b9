from __future__ import annotations

from zhize.kernel.db import config


class CustomersConfig(config.ZhizeAppConfig):
    name = "zhize.domains.customers"
