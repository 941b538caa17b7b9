"""Lists of customers: the archive, and whom to turn to next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Contact, Customer, Need
from zhize.domains.customers.selectors import care, listing, record
from zhize.domains.customers.web import act_forms as forms
from zhize.domains.customers.web import cells
from zhize.domains.customers.web.filters import AccessFilters, CustomerFilters, NeedFilters
from zhize.kernel.history import Entry
from zhize.lib import clock
from zhize.ui import paging

PHONE = ui.columns.Phone("phone", _("电话"), value=cells.phone)
PLACE = ui.columns.Column("place", _("房产"), value=cells.place, css="col-nowrap")
KIND = ui.columns.Column(
    "kind", _("类别"), value="kind_label", sort="kind_code", phone="state", css="col-nowrap"
)
KEEPER = ui.columns.Person("keeper", pgettext_lazy("of a customer", "负责人"), sort="keeper__name")


class PlainName(ui.columns.Html):
    """A name with flags on screen, the name alone in an export."""

    def plain(self, row: Any) -> Any:
        return row.name


NAME = PlainName(
    "name", _("姓名"), value=cells.name_and_flags, sort="name", phone="title", css="customer-name"
)


def _grade(*, actor: Any, row: Customer, grade: str) -> Any:
    return services.grade_customer(actor=actor, customer=row, grade=grade)


def _keep(*, actor: Any, row: Customer, keeper: Any) -> Any:
    return services.update_customer(actor=actor, customer=row, keeper=keeper)


def _tag(*, actor: Any, row: Customer, tags: list[str]) -> Any:
    return services.update_customer(actor=actor, customer=row, tags=[*row.tags, *tags])


def _confirm(*, actor: Any, row: Customer) -> Any:
    return services.confirm_data(actor=actor, customer=row)


class CustomerList(ui.ListPage):
    """The customer archive."""

    capability = caps.VIEW
    title = _("客户档案")
    filters = CustomerFilters
    search_hint = _("姓名、电话、房号或证件号")
    columns = (
        NAME,
        KIND,
        PHONE,
        PLACE,
        ui.columns.Column("area", _("责任区域"), value=cells.area, hidden=True),
        ui.columns.Column("grade", _("等级"), value="grade_label", sort="grade_code", css="col-nowrap"),
        ui.columns.Tags("tags", _("标签")),
        ui.columns.Money("owed", _("欠费"), value=cells.owed, sort="arrears_amount"),
        KEEPER,
        ui.columns.When("last_touch_at", _("最近联系"), sort=True, ago=True),
        ui.columns.When("confirmed_at", _("资料确认"), sort=True, style="date", hidden=True),
        ui.columns.Code("number", _("档案号"), sort="pk", hidden=True),
        ui.columns.Column("unit", _("单位"), sort="unit__path", hidden=True),
        ui.columns.When("created_at", _("建档"), sort=True, style="date", hidden=True),
    )
    chips = (
        ui.Chip("mine", _("我负责的"), lambda page: Q(keeper=page.actor.person_id)),
        ui.Chip("owing", _("有欠费"), lambda page: Q(arrears_amount__gt=0), tone="amber"),
        ui.Chip("watched", _("重点关注"), lambda page: Q(is_watched=True), tone="amber"),
        ui.Chip("vip", _("重要客户"), lambda page: Q(vip=True)),
        ui.Chip("unkept", _("没有负责人"), lambda page: Q(keeper__isnull=True, state="active")),
        ui.Chip("closed", _("已销户"), lambda page: Q(state="closed")),
    )
    bulk = (
        ui.BulkAction("keeper", _("指定负责人…"), _keep, caps.EDIT, form=forms.KeeperForm, icon="user-check"),
        ui.BulkAction("grade", _("评定等级…"), _grade, caps.GRADE, form=forms.GradeForm, icon="award"),
        ui.BulkAction("tag", _("加标签…"), _tag, caps.EDIT, form=forms.TagForm, icon="tag"),
    )
    export = caps.EXPORT
    default_sort = "-number"
    empty = ui.Empty(_("还没有客户"), _("新建一位，或者导入已有的业主名单。"), "users")

    def rows(self) -> QuerySet[Customer]:
        return listing.customers(self.actor)

    def acts(self) -> list[ui.Act]:
        found = []
        if self.actor.may(caps.IMPORT):
            found.append(ui.Act(_("导入名单"), reverse("customers:import"), icon="file-import"))
        if self.actor.may(caps.CREATE):
            found.append(ui.Act(_("新建客户"), reverse("customers:new"), icon="plus", primary=True, key="n"))
        return found


class _Days(ui.ListPage):
    """A list that asks "for more than how many days?"."""

    days: ClassVar[int] = 90
    spans: ClassVar[tuple[int, ...]] = (30, 90, 180, 365)
    template = "customers/days.html"

    @property
    def chosen(self) -> int:
        return paging.whole(self.params.get("days"), self.days, 1, 3650)

    def extra(self) -> dict[str, Any]:
        spans = sorted({*self.spans, self.chosen})
        choices = [
            {"days": days, "url": self.url(days=days, page=None), "current": days == self.chosen}
            for days in spans
        ]
        return {"spans": choices, "tabs": self.tabs()}

    def tabs(self) -> list[dict[str, Any]]:
        return []


class UnconfirmedList(_Days):
    """Whose data were not gone through for a long time: the list to call from (CUS-11)."""

    capability = caps.CONFIRM
    title = _("资料待确认")
    intro = _("太久没有与客户核对的资料。打一通电话，核对后点“已确认”。")
    columns = (
        NAME,
        PHONE,
        PLACE,
        ui.columns.When("confirmed_at", _("上次确认"), sort=True, style="date"),
        ui.columns.When("created_at", _("建档"), sort=True, style="date"),
        KEEPER,
    )
    bulk = (ui.BulkAction("confirm", _("标为已确认"), _confirm, caps.CONFIRM, icon="check"),)
    export = caps.EXPORT
    default_sort = "confirmed_at"
    empty = ui.Empty(_("资料都在期限内确认过"), _("超过所选天数没有确认的客户会列在这里。"), "circle-check")

    def rows(self) -> QuerySet[Customer]:
        return care.unconfirmed(self.actor, days=self.chosen)

    def ordering(self) -> list[str]:
        # Nobody ever confirmed these: they come first, whatever the way of sorting.
        return ["confirmed_at", "pk"] if self.sorting == "confirmed_at" else super().ordering()

    def ordered(self) -> QuerySet[Customer]:
        return self.found if self.sorting == "confirmed_at" else super().ordered()

    def row_acts(self, row: Customer) -> list[ui.Act]:
        return [ui.Act(_("核对"), reverse("customers:confirm", args=[row.pk]), icon="phone", drawer=True)]


class UntouchedList(_Days):
    """Customers nobody was in touch with (CUS-31)."""

    capability = caps.RECORD
    title = _("久未联系")
    intro = _("维系客户关系网络：很久没有任何联系的客户和联系人。")
    columns = (
        NAME,
        PHONE,
        PLACE,
        ui.columns.When("untouched_since", _("最近联系或建档"), sort=True, style="date"),
        ui.columns.Column("days", _("已隔"), value=lambda row: cells.days_since(row.untouched_since)),
        KEEPER,
    )
    export = caps.EXPORT
    default_sort = "untouched_since"
    empty = ui.Empty(_("都联系过了"), _("超过所选天数没有联系的客户会列在这里。"), "circle-check")

    def rows(self) -> QuerySet[Customer]:
        return care.untouched(self.actor, days=self.chosen)

    def tabs(self) -> list[dict[str, Any]]:
        return _tabs("customers")

    def row_acts(self, row: Customer) -> list[ui.Act]:
        return [ui.Act(_("记录联系"), reverse("customers:touch", args=[row.pk]), icon="phone", drawer=True)]


class UntouchedContactList(_Days):
    """Contacts nobody was in touch with (CUS-31)."""

    capability = caps.RECORD
    title = _("久未联系")
    intro = UntouchedList.intro
    columns = (
        ui.columns.Column("name", _("联系人"), sort=True, phone="title", css="col-nowrap"),
        ui.columns.Column("title", _("职务或关系")),
        ui.columns.Column("roles", _("负责事项"), value=cells.roles),
        ui.columns.Html("customer", _("客户"), value=cells.customer_link, sort="customer__name"),
        ui.columns.Phone("phone", _("电话")),
        ui.columns.When("untouched_since", _("最近联系或登记"), sort=True, style="date"),
        ui.columns.Column("days", _("已隔"), value=lambda row: cells.days_since(row.untouched_since)),
    )
    default_sort = "untouched_since"
    empty = ui.Empty(_("都联系过了"), _("超过所选天数没有联系的联系人会列在这里。"), "circle-check")

    def rows(self) -> QuerySet[Contact]:
        return care.untouched_contacts(self.actor, days=self.chosen)

    def tabs(self) -> list[dict[str, Any]]:
        return _tabs("contacts")

    def row_acts(self, row: Contact) -> list[ui.Act]:
        url = f"{reverse('customers:touch', args=[row.customer_id])}?contact={row.pk}"
        return [ui.Act(_("记录联系"), url, icon="phone", drawer=True)]


def _tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": _("客户"), "url": reverse("customers:untouched"), "current": current == "customers"},
        {
            "label": _("联系人"),
            "url": reverse("customers:untouched_contacts"),
            "current": current == "contacts",
        },
        {"label": _("等级走访"), "url": reverse("customers:due_visits"), "current": current == "visits"},
    ]


class DueVisitList(ui.ListPage):
    """Visits that grades demand soon (CUS-08)."""

    capability = caps.RECORD
    title = _("等级走访")
    intro = _("按客户等级，未来 30 天内要走访的客户。")
    template = "customers/days.html"
    columns = (
        NAME,
        PHONE,
        PLACE,
        ui.columns.Html(
            "next_visit_on", _("下次走访"), value=lambda row: cells.due_day(row.next_visit_on), sort=True
        ),
        KEEPER,
    )
    default_sort = "next_visit_on"
    empty = ui.Empty(
        _("近期没有要走访的客户"), _("给客户评定有走访周期的等级后，到期的走访会列在这里。"), "walk"
    )

    def rows(self) -> QuerySet[Customer]:
        return care.due_visits(self.actor, until=clock.today() + timedelta(days=30))

    def extra(self) -> dict[str, Any]:
        return {"tabs": _tabs("visits")}

    def row_acts(self, row: Customer) -> list[ui.Act]:
        url = f"{reverse('customers:touch', args=[row.pk])}?channel=visit"
        return [ui.Act(_("记录走访"), url, icon="walk", drawer=True)]


class NeedList(ui.ListPage):
    """What customers want, by product and state (CUS-30)."""

    capability = caps.RECORD
    title = _("客户需求")
    filters = NeedFilters
    columns = (
        ui.columns.Html(
            "customer",
            _("客户"),
            value=cells.customer_link,
            sort="customer__name",
            phone="title",
            css="col-nowrap",
        ),
        ui.columns.Column("product", _("产品或服务"), sort=True, css="col-nowrap"),
        ui.columns.Text("text", _("需求"), lines=2),
        ui.columns.Text("parent", _("属于"), lines=1, hidden=True),
        ui.columns.State("state", _("状态"), value="state_label", sort="state"),
        ui.columns.Money("amount", _("预计金额"), sort=True),
        ui.columns.When("wanted_on", _("期望日期"), sort=True, style="date"),
        ui.columns.Person("owner", _("跟进人"), sort="owner__name"),
        ui.columns.When("recorded_at", _("登记"), sort=True, style="date"),
    )
    chips = (
        ui.Chip("open", _("未结"), lambda page: Q(category__in=["new", "working"])),
        ui.Chip("mine", _("我跟进的"), lambda page: Q(owner=page.actor.person_id)),
        ui.Chip("met", _("已满足"), lambda page: Q(state="met")),
    )
    export = caps.EXPORT
    default_sort = "-recorded_at"
    empty = ui.Empty(
        _("还没有记录需求"), _("在客户页面记下客户想要什么，就能在这里按产品和状态查看。"), "bulb"
    )

    def rows(self) -> QuerySet[Need]:
        return care.needs(self.actor)

    def row_acts(self, row: Need) -> list[ui.Act]:
        if row.category not in {"new", "working"}:
            return []
        return [ui.Act(_("已满足"), reverse("customers:move_need", args=[row.pk, "meet"]), drawer=True)]


class AccessLog(ui.ListPage):
    """Who opened confidential fields, when and why (CUS-10)."""

    capability = caps.ACCESS_LOG
    title = _("查阅记录")
    intro = _("谁在什么时候、因为什么查看了客户的保密资料。")
    filters = AccessFilters
    columns = (
        ui.columns.When("at", _("时间"), sort="pk", style="full"),
        ui.columns.Person("person", _("查阅人"), value=lambda row: row.person or row.actor_label),
        ui.columns.Column("position", _("岗位"), css="col-nowrap"),
        ui.columns.Html("customer", _("客户"), value=cells.subject_link, phone="title"),
        ui.columns.Column("what", _("内容"), value=cells.opened_fields),
        ui.columns.Text("note", _("事由"), lines=2),
    )
    default_sort = "-at"
    empty = ui.Empty(_("还没有查阅记录"), _("查看完整电话或证件号码会自动记在这里。"), "shield-lock")

    def rows(self) -> QuerySet[Entry]:
        return record.access_log(self.actor)
