from __future__ import annotations

from zhize.kernel.db.apps import ZhizeAppConfig


class AccountsConfig(ZhizeAppConfig):
    name = "zhize.kernel.accounts"
