"""Acts on who a customer is: confidential fields, numbers, contacts, household, places, standing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import (
    Contact,
    ContactRole,
    EmailAddress,
    HouseholdMember,
    Occupancy,
    Phone,
)
from zhize.domains.customers.selectors import identity, record
from zhize.domains.customers.web import act_forms as forms
from zhize.domains.customers.web.acting import CustomerAct, PartAct
from zhize.kernel import access
from zhize.kernel.org import selectors as org


class Unmask(CustomerAct):
    """Open masked fields for a reason; the answer stands where the question stood."""

    capability = caps.UNMASK
    form_class = forms.UnmaskForm
    title = _("查看保密资料")
    submit = _("查看")
    submit_icon = "eye"
    drafts = False

    def form_kwargs(self) -> dict[str, Any]:
        return {"has_id_number": bool(self.customer.id_number_digest)}

    def initial(self) -> dict[str, Any]:
        return {self.request.GET.get("fields", "phones"): True}

    def perform(self, form: Any) -> Any:
        return services.unmask(
            actor=self.actor, customer=self.customer, fields=form.wanted(), reason=form.cleaned_data["reason"]
        )

    def succeed(self, result: Any, location: str) -> HttpResponse:
        if result is None:
            return super().succeed(result, location)
        page = record.reach(self.customer)
        numbers = dict(result.phones)
        contact_numbers = dict(result.contact_phones)
        values = {
            "title": self.title,
            "customer": self.customer,
            "phones": [(phone, numbers[phone.pk]) for phone in page.phones if phone.pk in numbers],
            "contacts": [
                (one, contact_numbers[one.pk]) for one in page.contacts if one.pk in contact_numbers
            ],
            "id_number": result.id_number,
            "reason": self.request.POST.get("reason", ""),
        }
        return ui.render(self.request, "customers/unmasked.html", values)


class Confirm(CustomerAct):
    """Go through the data with the customer on the phone, then confirm."""

    capability = caps.CONFIRM
    form_class = forms.OptionalNoteForm
    title = _("核对资料")
    submit = _("已确认")
    submit_icon = "check"
    done_message = _("已记下确认日期。")
    template = "customers/confirm.html"

    def context(self) -> dict[str, Any]:
        return {"customer": self.customer, "caller": identity.describe([self.customer])[0]}

    def perform(self, form: Any) -> Any:
        return services.confirm_data(actor=self.actor, customer=self.customer, note=form.cleaned_data["note"])


class GradeCustomer(CustomerAct):
    capability = caps.GRADE
    form_class = forms.ReasonedGradeForm
    title = _("评定等级")
    submit = _("评定")

    def initial(self) -> dict[str, Any]:
        return {"grade": self.customer.grade_code}

    def perform(self, form: Any) -> Any:
        return services.grade_customer(actor=self.actor, customer=self.customer, **form.cleaned_data)


class ReportArrears(CustomerAct):
    capability = caps.ARREARS
    form_class = forms.ArrearsForm
    title = _("登记欠费")
    submit = _("登记")

    def initial(self) -> dict[str, Any]:
        return {"amount": self.customer.arrears_amount, "as_of": org.local_day(self.customer.unit)}

    def perform(self, form: Any) -> Any:
        return services.report_arrears(actor=self.actor, customer=self.customer, **form.cleaned_data)


class Close(CustomerAct):
    capability = caps.CLOSE
    form_class = forms.NoteForm
    title = _("销户")
    submit = _("销户")
    danger = True
    intro = _("销户后资料保留、不再修改，需要时可以恢复。")
    done_message = _("已销户。")

    def perform(self, form: Any) -> Any:
        return services.close_customer(
            actor=self.actor, customer=self.customer, note=form.cleaned_data["note"]
        )


class Reopen(CustomerAct):
    capability = caps.CLOSE
    form_class = forms.NoteForm
    title = _("恢复客户档案")
    submit = _("恢复")
    done_message = _("已恢复。")

    def perform(self, form: Any) -> Any:
        return services.reopen_customer(
            actor=self.actor, customer=self.customer, note=form.cleaned_data["note"]
        )


class AddPhone(CustomerAct):
    capability = caps.EDIT
    form_class = forms.PhoneForm
    title = _("登记电话")

    def perform(self, form: Any) -> Any:
        return services.add_phone(actor=self.actor, customer=self.customer, **form.cleaned_data)


@ui.page(capability=caps.VIEW_FULL, methods=("POST",))
def show_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's whole number; the look is recorded."""
    phone = access.fetch(request.actor, Phone, pk, caps.VIEW_FULL)
    return ui.unmasked(request, services.full_number(actor=request.actor, of=phone))


@ui.page(capability=caps.VIEW_FULL, methods=("POST",))
def show_contact_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact's whole number; the look is recorded."""
    contact = access.fetch(request.actor, Contact, pk, caps.VIEW_FULL)
    return ui.unmasked(request, services.full_number(actor=request.actor, of=contact))


@ui.page(capability=caps.EDIT, methods=("POST",))
def prefer_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a number the first to call."""
    phone = access.fetch(request.actor, Phone, pk, caps.EDIT)
    services.prefer_phone(actor=request.actor, phone=phone)
    return ui.done(request, _("已设为首选。"), to=_page(phone.customer_id))


@ui.page(capability=caps.EDIT, methods=("POST",))
def remove_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a number off the record."""
    phone = access.fetch(request.actor, Phone, pk, caps.EDIT)
    services.remove_phone(actor=request.actor, phone=phone)
    return ui.done(request, _("已删去。"), to=_page(phone.customer_id))


class AddEmail(CustomerAct):
    capability = caps.EDIT
    form_class = forms.EmailForm
    title = _("登记邮箱")

    def perform(self, form: Any) -> Any:
        return services.add_email(actor=self.actor, customer=self.customer, **form.cleaned_data)


@ui.page(capability=caps.EDIT, methods=("POST",))
def remove_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mail address off the record."""
    email = access.fetch(request.actor, EmailAddress, pk, caps.EDIT)
    services.remove_email(actor=request.actor, email=email)
    return ui.done(request, _("已删去。"), to=_page(email.customer_id))


class AddContact(CustomerAct):
    capability = caps.EDIT
    form_class = forms.ContactForm
    title = _("登记联系人")

    def perform(self, form: Any) -> Any:
        return services.add_contact(actor=self.actor, customer=self.customer, **form.cleaned_data)


class EditContact(PartAct):
    capability = caps.EDIT
    model = Contact
    form_class = forms.EditContactForm
    title = _("修改联系人")

    def initial(self) -> dict[str, Any]:
        row: Any = self.row
        return {name: getattr(row, name) for name in ("name", "title", "phone", "email", "active")}

    def perform(self, form: Any) -> Any:
        return services.update_contact(actor=self.actor, contact=self.row, **form.cleaned_data)


class GrantRole(PartAct):
    capability = caps.EDIT
    model = Contact
    form_class = forms.RoleForm
    title = _("授权")
    intro = _("写明这位联系人负责什么、能不能签字确认、依据是什么。")

    def perform(self, form: Any) -> Any:
        return services.grant_role(actor=self.actor, contact=self.row, **form.cleaned_data)


@ui.page(capability=caps.EDIT, methods=("POST",))
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End what a contact is there for, today."""
    role = access.fetch(request.actor, ContactRole, pk, caps.EDIT)
    services.end_role(actor=request.actor, role=role)
    return ui.done(request, _("授权已结束。"), to=_page(role.contact.customer_id))


class Sign(PartAct):
    """Record a confirmation slip the contact signed; refused when he may not (CUS-04)."""

    capability = caps.RECORD
    model = Contact
    form_class = forms.SignForm
    title = _("登记签字确认")
    submit = _("登记")

    def perform(self, form: Any) -> Any:
        return services.record_confirmation(actor=self.actor, contact=self.row, **form.cleaned_data)


class AddMember(CustomerAct):
    capability = caps.EDIT
    form_class = forms.MemberForm
    takes_actor = True
    title = _("登记家庭成员")

    def perform(self, form: Any) -> Any:
        return services.add_member(actor=self.actor, household=self.customer, **form.cleaned_data)


@ui.page(capability=caps.EDIT, methods=("POST",))
def remove_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person out of the household."""
    member = access.fetch(request.actor, HouseholdMember, pk, caps.EDIT)
    services.remove_member(actor=request.actor, member=member)
    return ui.done(request, _("已移出。"), to=_page(member.household_id))


class Occupy(CustomerAct):
    capability = caps.PREMISES_EDIT
    form_class = forms.OccupyForm
    takes_actor = True
    title = _("登记房产")

    def perform(self, form: Any) -> Any:
        return services.occupy(actor=self.actor, customer=self.customer, **form.cleaned_data)


class Vacate(PartAct):
    capability = caps.PREMISES_EDIT
    model = Occupancy
    form_class = forms.VacateForm
    title = _("结束入住关系")
    submit = _("结束")
    done_message = _("已结束。")

    def initial(self) -> dict[str, Any]:
        row: Any = self.row
        return {"last_day": org.local_day(row.premises.unit)}

    def perform(self, form: Any) -> Any:
        return services.vacate(actor=self.actor, occupancy=self.row, **form.cleaned_data)


@ui.page(capability=caps.PREMISES_EDIT, methods=("POST",))
def toggle_living(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that an owner moved in or lets the room stand or be let."""
    row = access.fetch(request.actor, Occupancy, pk, caps.PREMISES_EDIT)
    services.set_living(actor=request.actor, occupancy=row, living=not row.living)
    return ui.done(request, _("已更新。"), to=_page(row.customer_id))


def _page(customer_id: int) -> str:
    return reverse("customers:detail", args=[customer_id])
