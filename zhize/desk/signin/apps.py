from __future__ import annotations

from zhize.kernel.db import config


class SigninConfig(config.ZhizeAppConfig):
    name = "zhize.desk.signin"
