"""受理: the phone rings or a visitor stands there; recorded in under thirty seconds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhize import ui
from zhize.domains.cases.kinds import Channel
from zhize.domains.cases.models import Case
from zhize.domains.cases.selectors import lists
from zhize.domains.channels import capabilities as caps
from zhize.domains.channels.models import Call, Visitor
from zhize.domains.channels.selectors import callers
from zhize.domains.channels.services import desk
from zhize.domains.channels.web.forms import IntakeForm, chosen_type
from zhize.domains.customers.models import Premises
from zhize.kernel import access
from zhize.ui import words


class Intake(ui.FormPage):
    """The one intake form, for every channel a person registers by hand."""

    capability = "case.open"
    form_class = IntakeForm
    title = _("受理")
    submit = _("受理")
    template = "channels/intake.html"
    size = "wide"

    def begin(self, request: HttpRequest) -> None:
        super().begin(request)
        asked = request.POST or request.GET
        self.spec = chosen_type(asked.get("type", ""))
        self.call = self._asked_for(Call, caps.CALL_RECORD, asked.get("call", ""))
        self.visitor = self._asked_for(Visitor, caps.VISITOR_RECEIVE, asked.get("visitor", ""))

    def _asked_for(self, model: Any, capability: str, key: str) -> Any:
        """The call or visitor that the matter comes from."""
        return (
            access.fetch(self.actor, model, int(key), capability) if key.isdigit() and len(key) < 19 else None
        )

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "spec": self.spec}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        first = {"channel": asked.get("channel", "phone"), "type": self.spec.code if self.spec else ""}
        if self.spec:
            first["severity"] = self.spec.severity
        first["contact_phone"] = asked.get("phone", "")
        if self.call is not None:
            first |= {"contact_phone": self.call.number, "contact_name": self.call.caller_name}
        elif self.visitor is not None:
            first |= {"contact_phone": self.visitor.phone, "contact_name": self.visitor.name}
            first |= {"channel": Channel.COUNTER.value, "title": self.visitor.wish[:120]}
        return first

    def draft_key(self) -> str:
        """What is typed during one call must not turn up in the next."""
        source = (
            f"call{self.call.pk}" if self.call else f"visitor{self.visitor.pk}" if self.visitor else "new"
        )
        return f"channels.intake:{source}"

    def context(self) -> dict[str, Any]:
        asked = self.request.POST or self.request.GET
        source = self.call or self.visitor
        typed = asked.get("phone", "") or (
            self.call.number if self.call else self.visitor.phone if self.visitor else ""
        )
        values: dict[str, Any] = {"spec": self.spec, "wide": True, "lookup": typed}
        values |= {"call": self.call, "visitor": self.visitor, "may_answer": self.actor.may(caps.CALL_VIEW)}
        customer = asked.get("customer", "")
        known = source.customer if source is not None and "customer" not in asked else None
        if known is not None and access.allowed(self.actor, "customer.view", known):
            customer = str(known.pk)
        values |= who(self.actor, customer, asked.get("premises", ""))
        if not values.get("caller") and typed:
            values["found"] = callers.find(self.actor, typed)
        return values

    def perform(self, form: Any) -> Case:
        said = form.cleaned_data
        return desk.take_in(
            actor=self.actor,
            customer_id=said["customer"],
            premises_id=said["premises"],
            contact_name=said["contact_name"],
            contact_phone=said["contact_phone"],
            solution=said.get("solution", ""),
            call=self.call,
            visitor=self.visitor,
            scans=said["scans"],
            type=said["type"],
            title=said["title"],
            description=said["description"],
            channel=said["channel"],
            subtype=said["subtype"],
            severity=said["severity"],
            consent=said.get("consent"),
            object_code=said.get("object_code", ""),
            answers=said["answers"],
        )

    def message(self, result: Case) -> str:
        holder = str(result.owner) if result.owner else ""
        if result.is_ended:
            return words.in_language(_("%(number)s 已当场办结。") % {"number": result.number})
        if holder:
            return words.in_language(
                _("%(number)s 已受理，派给 %(holder)s。") % {"number": result.number, "holder": holder}
            )
        return words.in_language(_("%(number)s 已受理，暂无可派的人。") % {"number": result.number})

    def success_url(self, result: Case) -> str:
        return reverse("cases:detail", args=[result.number])


def who(actor: Any, customer: str, premises: str) -> dict[str, Any]:
    """The chosen customer and room, with their open cases."""
    found: dict[str, Any] = {}
    if customer.isdigit():
        chosen = callers.caller(actor, int(customer))
        places = [row.premises for row in chosen.places]
        wanted = next((place for place in places if str(place.pk) == premises), places[0] if places else None)
        found = {"caller": chosen, "place": wanted}
        found["open_cases"] = lists.similar_open(actor, customer=chosen.customer, premises=wanted)
    elif premises.isdigit():
        place = access.fetch(actor, Premises, int(premises))
        found = {"place": place, "open_cases": lists.similar_open(actor, premises=place)}
    return found


@ui.page(capability="case.open")
def lookup(request: HttpRequest) -> HttpResponse:
    """Customers, rooms and cases for what was typed so far."""
    found = callers.find(request.actor, request.GET.get("lookup", ""))
    return ui.fragment(request, "channels/parts/found.html", {"found": found})


@ui.page(capability="case.open")
def chosen(request: HttpRequest) -> HttpResponse:
    """The chosen customer's panel with the hidden inputs of the form."""
    values = who(request.actor, request.GET.get("customer", ""), request.GET.get("premises", ""))
    return ui.fragment(request, "channels/parts/who.html", values)


@ui.page(capability="case.open")
def type_fields(request: HttpRequest) -> HttpResponse:
    """The fields that depend on the type, with what was said of a solution for another one."""
    asked = request.GET
    spec = chosen_type(asked.get("type", ""))
    first = {"severity": spec.severity if spec else ""}
    first |= {name: asked[name] for name in ("on_contact", "solution") if name in asked}
    form = IntakeForm(initial=first, actor=request.actor, spec=spec)
    return ui.fragment(request, "channels/parts/type_fields.html", {"form": form, "spec": spec})


@ui.page(capability="case.open")
def preview(request: HttpRequest) -> HttpResponse:
    """Who would get it, why, and until when it is due."""
    asked = request.GET
    shown = desk.preview(
        actor=request.actor,
        type=asked.get("type", ""),
        severity=asked.get("severity", ""),
        subtype=asked.get("subtype", ""),
        channel=asked.get("channel", "phone"),
        customer_id=int(asked["customer"]) if asked.get("customer", "").isdigit() else None,
        premises_id=int(asked["premises"]) if asked.get("premises", "").isdigit() else None,
    )
    values = {"preview": shown, "may_check": request.actor.may(caps.IDENTITY_CHECK)}
    return ui.fragment(request, "channels/parts/preview.html", values)
