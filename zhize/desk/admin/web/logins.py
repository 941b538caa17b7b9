"""Logins: open one for a person, one-time code for a new password, disable, sessions, tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from zhize import ui
from zhize.domains.organisation import capabilities as org_caps
from zhize.domains.organisation.selectors import people
from zhize.kernel import access, history
from zhize.kernel.accounts import capabilities as caps
from zhize.kernel.accounts import factors, selectors, services, sessions, tokens
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.org.models import Person
from zhize.ui import widgets


class LoginFilters(ui.Filters):
    q = ui.filters.Search(fields=("login", "person__name", "person__employee_no", "email", "person__email"))


def _state(row: User) -> Any:
    if not row.is_active:
        return _("已停用")
    return _("待改密码") if row.must_change_password else _("可登录")


def _category(row: User) -> str:
    return "void" if not row.is_active else "waiting" if row.must_change_password else "closed"


def _disable(*, actor: Any, row: User, note: str) -> Any:
    return services.set_active(actor=actor, user=row, active=False, note=note)


class NoteForm(ui.Form):
    note = forms.CharField(label=_("原因"), max_length=200)


class LoginList(ui.ListPage):
    """The logins one looks after."""

    capability = caps.VIEW
    title = pgettext_lazy("list", "登录账号")
    filters = LoginFilters
    search_hint = _("登录名、姓名、工号或邮箱")
    columns = (
        ui.columns.Link("login", _("登录名"), url="admin:login", sort=True),
        ui.columns.Person("person", _("员工"), sort="person__name"),
        ui.columns.Code("employee_no", _("工号"), value="person.employee_no", sort="person__employee_no"),
        ui.columns.State("state", _("状态"), value=_state, category=_category),
        ui.columns.When("last_login", _("上次登录"), sort=True, ago=True),
        ui.columns.When("created_at", _("开通"), sort=True, style="date"),
    )
    chips = (
        ui.Chip("active", _("启用"), lambda page: Q(is_active=True)),
        ui.Chip(
            "never", _("从未登录"), lambda page: Q(is_active=True, last_login__isnull=True), tone="amber"
        ),
        ui.Chip("off", _("已停用"), lambda page: Q(is_active=False)),
    )
    default_chip = "active"
    bulk = (
        ui.BulkAction("disable", _("停用…"), _disable, caps.MANAGE, form=NoteForm, icon="lock", danger=True),
    )
    default_sort = "login"
    empty = ui.Empty(_("没有账号"), _("在员工页里为他开通。"), "key")

    def rows(self) -> QuerySet[User]:
        return selectors.logins(self.actor)

    def acts(self) -> list[ui.Act]:
        if not self.actor.may(caps.MANAGE):
            return []
        return [
            ui.Act(_("开通账号"), reverse("admin:new_login"), icon="plus", drawer=True, primary=True, key="n")
        ]


@ui.page(capability=caps.VIEW, methods=("GET",))
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One login: state, sessions, tokens, what happened to it."""
    actor = request.actor
    user = access.fetch(actor, User, pk)
    manage = access.allowed(actor, caps.MANAGE, user)
    values = {
        "title": user.login,
        "login": user,
        "state": _state(user),
        "category": _category(user),
        "crumbs": [(_("登录账号"), reverse("admin:logins")), (user.login, "")],
        "facts": [
            (_("员工"), user.person),
            (_("邮箱"), user.email or (user.person.email if user.person else "")),
            (_("两步验证"), _("已启用") if factors.has(user) else _("未启用")),
            (_("上次登录"), user.last_login),
            (_("开通"), user.created_at),
        ],
        "sessions": sessions.listing(user, request.session.session_key or "") if manage else [],
        "tokens": selectors.tokens_of(user) if actor.may(caps.TOKEN_VIEW) else None,
        "may_revoke": actor.may(caps.TOKEN_ISSUE),
        "manage": manage,
        "entries": history.timeline(user)[:30],
    }
    return ui.render(request, "admin/login.html", values)


class NewLoginForm(ui.Form):
    sections = (ui.Section("", ("person", "login", "email")),)
    person: Any = forms.ModelChoiceField(
        label=_("员工"), queryset=None, widget=widgets.Combobox(source="organisation:person_options")
    )
    login = forms.CharField(label=_("登录名"), max_length=60, help_text=_("常用姓名拼音；不含空格。"))
    email = forms.EmailField(label=_("邮箱"), required=False, help_text=_("不填时用员工资料里的邮箱。"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people.find(actor, "")


class NewLogin(ui.FormPage):
    """Open a login for a person; a one-time code lets him set his password."""

    capability = caps.MANAGE
    form_class, title, submit = NewLoginForm, _("开通账号"), _("开通")
    intro = _("开通后在账号页生成一次性代码交给本人，由他自己设密码。")
    done_message = _("已开通。")

    def form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def perform(self, form: Any) -> User:
        given = form.cleaned_data
        person: Person = access.fetch(self.actor, Person, given["person"].pk, org_caps.PERSON_VIEW)
        return services.create(actor=self.actor, login=given["login"], person=person, email=given["email"])

    def success_url(self, result: User) -> str:
        return reverse("admin:login", args=[result.pk])

    def leave(self, result: User) -> bool:
        return True


class EditLoginForm(ui.Form):
    login = forms.CharField(label=_("登录名"), max_length=60)
    email = forms.EmailField(label=_("邮箱"), required=False)
    note = forms.CharField(label=_("原因"), max_length=200, required=False)
    wide: ClassVar[tuple[str, ...]] = ("note",)


class EditLogin(ui.FormPage):
    """Change login name or address."""

    capability = caps.MANAGE
    form_class, title = EditLoginForm, _("修改账号")
    row: User

    def fetch(self) -> User:
        return access.fetch(self.actor, User, self.kwargs["pk"], caps.MANAGE)

    def initial(self) -> dict[str, Any]:
        return {"login": self.row.login, "email": self.row.email}

    def perform(self, form: Any) -> User:
        return services.change(actor=self.actor, user=self.row, **form.cleaned_data)

    def success_url(self, result: User) -> str:
        return reverse("admin:login", args=[self.row.pk])


@ui.page(capability=caps.MANAGE, methods=("POST",))
@never_cache
def reset_code(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time code for a new password, shown once."""
    user = access.fetch(request.actor, User, pk, caps.MANAGE)
    code = services.make_code(actor=request.actor, user=user)
    values = {
        "title": _("一次性代码"),
        "login": user,
        "secret": code.secret,
        "expires_at": code.row.expires_at,
        "link": request.build_absolute_uri(reverse("accounts:reset")),
        "crumbs": [
            (_("登录账号"), reverse("admin:logins")),
            (user.login, reverse("admin:login", args=[pk])),
            (_("一次性代码"), ""),
        ],
    }
    return ui.render(request, "admin/code.html", values)


@ui.page(capability=caps.MANAGE, methods=("POST",))
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable a login, or enable it again."""
    user = access.fetch(request.actor, User, pk, caps.MANAGE)
    wanted = not user.is_active
    services.set_active(actor=request.actor, user=user, active=wanted)
    return ui.done(
        request,
        _("已启用。") if wanted else _("已停用，所有会话已结束。"),
        to=reverse("admin:login", args=[pk]),
    )


@ui.page(capability=caps.MANAGE, methods=("POST",))
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the login out everywhere."""
    user = access.fetch(request.actor, User, pk, caps.MANAGE)
    sessions.end_all(actor=request.actor, user=user)
    return ui.done(request, _("已全部退出。"), to=reverse("admin:login", args=[pk]))


@ui.page(capability=caps.TOKEN_ISSUE, methods=("POST",))
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End an API token at once."""
    token = access.fetch(request.actor, ApiToken, pk)
    tokens.revoke(actor=request.actor, token=token)
    return ui.done(request, _("已吊销。"), to=reverse("admin:login", args=[token.user_id]))
