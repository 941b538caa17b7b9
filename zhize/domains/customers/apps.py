from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class CustomersConfig(ZhizeAppConfig):
    name = "zhize.domains.customers"
