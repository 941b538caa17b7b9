"""The domain's filters as the kit shows them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers.filters import CustomerFilter, NeedFilter, RoomFilter
from zhize.domains.customers.selectors import care
from zhize.ui import widgets


class CustomerFilters(ui.Filters, CustomerFilter):
    first: ClassVar[tuple[str, ...]] = ("kind", "grade", "community")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["keeper"].extra["widget"] = widgets.Combobox()
        self.filters["premises"].extra["widget"] = widgets.forms.HiddenInput()
        self.filters["created_at"].extra["widget"] = widgets.DateRange()
        for name in ("vip", "owing", "watched"):
            self.filters[name].extra["widget"] = widgets.forms.CheckboxInput()


class RoomFilters(ui.Filters, RoomFilter):
    first: ClassVar[tuple[str, ...]] = ("community", "area", "kind")


class NeedFilters(ui.Filters, NeedFilter):
    first: ClassVar[tuple[str, ...]] = ("product", "state")
    product = ui.filters.Choice(label=_("产品或服务"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = care.need_products(self.actor) if self.actor is not None else []
        self.filters["product"].extra["choices"] = [(product, product) for product in products]
        self.filters["wanted_on"].extra["widget"] = widgets.DateRange()


class AccessFilters(ui.Filters):
    """What the access log can be narrowed by."""

    first: ClassVar[tuple[str, ...]] = ("verb",)
    q = ui.filters.Search(fields=("subject_label", "actor_label", "note"))
    verb = ui.filters.Choice(
        label=_("查阅方式"),
        choices=[("customer.unmasked", _("逐项查看")), ("customer.read_in_full", _("查看完整号码"))],
    )
    at = ui.filters.Period(label=_("日期"))
