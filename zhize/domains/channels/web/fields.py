"""Fields that several forms of the desks share: colleagues, departments, customers, cases, pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import details
from zhize.domains.channels.selectors import desk
from zhize.domains.channels.services.documents import Page
from zhize.domains.customers.selectors import listing
from zhize.kernel.access import Actor
from zhize.kernel.db import DomainError
from zhize.ui import widgets
from zhize.ui.forms import Form


def text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PersonField(forms.ModelChoiceField):
    """A colleague of the actor, filled by `ActorForm`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Combobox())
        super().__init__(queryset=None, **options)


class UnitField(forms.ModelChoiceField):
    """A department near the actor, filled by `ActorForm`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Combobox())
        super().__init__(queryset=None, **options)


class CustomerField(forms.ModelChoiceField):
    """A customer that the actor may see, searched while typing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("客户"))
        options.setdefault(
            "widget", widgets.Combobox(source="customers:options", placeholder=_("输入姓名或电话"), minimum=1)
        )
        super().__init__(queryset=None, **options)


class CaseField(forms.CharField):
    """A case by its number; `ActorForm` turns it into the case the actor may see."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("工单号"))
        super().__init__(max_length=40, **options)


class PagesField(forms.FileField):
    """Any number of files; the value is a list of (file, name) as the services take them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", widgets.Upload(multiple=True, camera=True))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Page]:
        given = data if isinstance(data, list | tuple) else [data]
        found = [super(PagesField, self).clean(each, initial) for each in given or [None]]
        return [(upload, upload.name) for upload in found if upload]


class ActorForm(Form):
    """A form whose choices depend on who fills it in."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for field in self.fields.values():
            if isinstance(field, PersonField):
                field.queryset = desk.colleagues(actor)
            elif isinstance(field, UnitField):
                field.queryset = desk.departments(actor)
            elif isinstance(field, CustomerField):
                field.queryset = listing.customers(actor)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, CaseField) and name in said:
                said[name] = self._case(name, said[name])
        return said

    def _case(self, name: str, number: str) -> Case | None:
        """The case of that number, or an error beside the field."""
        if not number.strip():
            return None
        try:
            return details.by_number(self.actor, number.strip().upper(), "case.view")
        except DomainError:
            self.add_error(name, _("没有找到这个编号的工单。"))
            return None
