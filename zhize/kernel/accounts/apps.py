from __future__ import annotations

from zhize.kernel.db import config


class AccountsConfig(config.ZhizeAppConfig):
    name = "zhize.kernel.accounts"
