"""What a service may say no with: a stable code for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An anticipated refusal. `code` is stable, `message` is shown to the person, `field` names the input.

    `status` is the HTTP status that both the pages and the API answer with.
    """

    code = "error"
    message: Any = _("这一步现在不能做。")
    status = 409
    field: str | None = None

    def __init__(self, message: Any = None, *, code: str | None = None, field: str | None = None) -> None:
        self.message = self.message if message is None else message
        self.code = self.code if code is None else code
        self.field = self.field if field is None else field
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """The row does not exist for this actor (whether or not it exists for somebody else)."""

    code = "not_found"
    message = _("没有找到，或者不在您的权限范围内。")
    status = 404


class Refused(DomainError):
    """The actor sees the row but may not do this to it."""

    code = "refused"
    message = _("您的岗位没有这项权限。")
    status = 403


class Outrun(DomainError):
    """Somebody else changed the row after it was read."""

    code = "outrun"
    message = _("这条记录刚被别人改动过，请看一眼最新内容再做。")
    status = 409


class Invalid(DomainError):
    """The input is not well-formed. `errors` maps a field name to its messages ("" for the whole)."""

    code = "invalid"
    message = _("有内容需要改正。")
    status = 422

    def __init__(self, errors: Mapping[str, Any] | None = None, *, code: str | None = None) -> None:
        self.errors: dict[str, list[Any]] = {
            name: list(texts) if isinstance(texts, (list, tuple)) else [texts]
            for name, texts in (errors or {}).items()
        }
        super().__init__(code=code, field=next(iter(self.errors), None))

    def __str__(self) -> str:
        said = [str(text) for texts in self.errors.values() for text in texts]
        return "；".join(said) or str(self.message)
