"""Saved views and the set-up of lists."""

from __future__ import annotations

import json
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db import Invalid
from zhize.ui import forms, rendering, routes, services, widgets
from zhize.ui.formpage import FormPage
from zhize.ui.models import SavedView


class ViewForm(forms.Form):
    columns = 1
    name = django_forms.CharField(label=_("名称"), max_length=60)
    shared = django_forms.ChoiceField(
        label=_("谁能用"), choices=SavedView.Shared.choices, widget=widgets.Segments
    )
    is_default = django_forms.BooleanField(label=_("打开这个列表时先用它"), required=False)
    page = django_forms.CharField(widget=django_forms.HiddenInput, max_length=80)
    query = django_forms.CharField(widget=django_forms.HiddenInput, required=False, max_length=2000)


class SaveView(FormPage):
    """Keep the present filters, sort and columns of a list under a name."""

    login = True
    form_class = ViewForm
    title = _("存为视图")
    done_message = _("视图已保存。")
    drafts = False

    def initial(self) -> dict[str, Any]:
        return {"shared": SavedView.Shared.PRIVATE}

    def make_form(self, **arguments: Any) -> Any:
        form = super().make_form(**arguments)
        if not access.allowed(self.actor, "ui.share_views"):
            field = form.fields["shared"]
            field.choices = [each for each in SavedView.Shared.choices if each[0] != SavedView.Shared.ALL]
        return form

    def perform(self, form: Any) -> SavedView:
        return services.save_view(actor=self.actor, **form.cleaned_data)


@routes.page(login=True, methods=("POST",))
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of one's own saved views."""
    services.delete_view(actor=request.actor, pk=pk)
    return rendering.done(request, _("视图已删除。"))


@routes.page(login=True, methods=("POST",))
def setup(request: HttpRequest) -> HttpResponse:
    """Keep the columns and the page size of a list."""
    try:
        sent = json.loads(request.body)
        page, columns, size = str(sent["page"]), list(sent.get("columns") or []), int(sent.get("size") or 0)
    except (ValueError, KeyError, TypeError):
        raise Invalid from None
    services.set_up_list(
        actor=request.actor, page=page, columns=[str(name) for name in columns], page_size=size
    )
    return HttpResponse(status=204)
