"""Everybody's own account: password, second step, sessions, how to be told, API tokens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import segno
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhize import ui
from zhize.desk.signin import forms
from zhize.kernel import access
from zhize.kernel.accounts import capabilities, factors, selectors, services, sessions, tokens
from zhize.kernel.accounts.models import ApiToken
from zhize.kernel.db import DomainError
from zhize.kernel.notices import selectors as notices
from zhize.kernel.notices import services as notice_services
from zhize.lib import clock


@ui.page(login=True, methods=("GET",))
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The account at a glance."""
    user = selectors.login_of(request.actor)
    values = {
        "title": _("我的账号"),
        "login": user,
        "has_factor": factors.has(user),
        "codes_left": factors.recovery_codes_left(user),
        "sessions": sessions.listing(user, request.session.session_key or ""),
        "wishes": notices.wishes(request.actor),
        "may_issue": request.actor.may(capabilities.TOKEN_ISSUE),
        "tokens": selectors.tokens_of(user),
    }
    return ui.render(request, "signin/mine.html", values)


@ui.page(login=True)
@never_cache
@sensitive_post_parameters("old_password", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Replace one's own password."""
    user = selectors.login_of(request.actor)
    form = forms.PasswordForm(request.POST or None)

    def change() -> HttpResponse:
        services.change_password(
            actor=request.actor,
            user=user,
            old_password=form.cleaned_data["old_password"],
            password=form.cleaned_data["password"],
            keep_session=request.session.session_key or "",
        )
        services.renew_session(request, user)
        return ui.done(
            request, _("密码已修改，其他地方的登录都已退出，接口令牌已吊销。"), to=reverse("accounts:mine")
        )

    intro = _("这个密码是管理员设置的，请先换成自己的。") if user.must_change_password else ""
    return _form(request, form, change, _("修改密码"), _("保存"), intro=intro)


@ui.page(login=True)
@never_cache
def factor_on(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: scan, type the first code, keep the recovery codes."""
    user = selectors.login_of(request.actor)
    if factors.has(user):
        return ui.redirect(request, "accounts:mine")
    setup = factors.offer(user, request.POST.get("secret", "")[:64])
    form = forms.FactorForm(request.POST or None, initial={"secret": setup.secret})

    def turn_on() -> HttpResponse:
        codes = factors.turn_on(
            actor=request.actor,
            user=user,
            secret=form.cleaned_data["secret"],
            code=form.cleaned_data["code"],
            keep_session=request.session.session_key or "",
        )
        return ui.render(request, "signin/codes.html", {"title": _("恢复码"), "codes": codes})

    picture = segno.make(setup.address).svg_data_uri(scale=5, border=2, dark="#000", light="#fff")
    extra = {
        "picture": picture,
        "secret": " ".join(setup.secret[i : i + 4] for i in range(0, len(setup.secret), 4)),
    }
    return _form(
        request, form, turn_on, _("启用两步验证"), _("开启"), template="signin/factor.html", extra=extra
    )


class _Confirmed(ui.FormPage, ABC):
    """Loosens the protection of one's own login, after the password was given once more."""

    login = True
    form_class: ClassVar[type[BaseForm]] = forms.ConfirmForm
    drafts = False

    def perform(self, form: Any) -> Any:
        user = selectors.login_of(self.actor)
        services.confirm_password(user=user, password=form.cleaned_data["password"])
        return self.act(user)

    @abstractmethod
    def act(self, user: Any) -> Any:
        """What the password was asked for."""

    def success_url(self, result: Any) -> Any:
        return reverse("accounts:mine")


class FactorOff(_Confirmed):
    title, submit, danger = _("停用两步验证"), _("停用"), True
    intro = _("停用后，只凭密码就能登录。")
    done_message = _("两步验证已停用。")

    def act(self, user: Any) -> Any:
        factors.turn_off(actor=self.actor, user=user, keep_session=self.request.session.session_key or "")


class RecoveryCodes(_Confirmed):
    title, submit = _("生成新的恢复码"), _("生成")
    intro = _("原来的恢复码随即作废。")

    def act(self, user: Any) -> Any:
        return factors.renew_recovery_codes(actor=self.actor, user=user)

    def succeed(self, result: Any, location: str) -> HttpResponse:
        return ui.render(self.request, "signin/codes.html", {"title": _("恢复码"), "codes": result})


@ui.page(login=True, methods=("POST",))
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    user = selectors.login_of(request.actor)
    sessions.end_others(actor=request.actor, user=user, current_key=request.session.session_key or "")
    return ui.done(request, _("其他地方的登录都已退出。"), to=reverse("accounts:mine"))


@ui.page(login=True, methods=("POST",))
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out in one other place."""
    user = selectors.login_of(request.actor)
    sessions.end_one(actor=request.actor, user=user, session_id=session_id)
    return ui.done(request, _("已退出。"), to=reverse("accounts:mine"))


class Notifications(ui.FormPage):
    """How to be told, and when not."""

    login = True
    form_class: ClassVar[type[BaseForm]] = forms.NoticesForm
    title = _("通知方式")
    drafts = False

    def initial(self) -> dict[str, Any]:
        wish = notices.wishes(self.actor)
        return {
            "channels": wish.channels,
            "push_address": wish.push_address,
            "quiet_from": wish.quiet_from,
            "quiet_to": wish.quiet_to,
        }

    def perform(self, form: Any) -> Any:
        return notice_services.set_preferences(actor=self.actor, **form.cleaned_data)

    def success_url(self, result: Any) -> Any:
        return reverse("accounts:mine")


@ui.page(capability=capabilities.TOKEN_ISSUE)
@never_cache
def token_new(request: HttpRequest) -> HttpResponse:
    """Issue an API token for oneself; it is shown once."""
    user = selectors.login_of(request.actor)
    form = forms.TokenForm(request.POST or None, capabilities=_own_capabilities(request.actor))

    def issue() -> HttpResponse:
        days = form.cleaned_data["days"]
        issued = tokens.issue(
            actor=request.actor,
            user=user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=clock.now() + timedelta(days=days) if days else None,
        )
        values = {"title": _("新令牌"), "secret": issued.secret, "token": issued.token}
        return ui.render(request, "signin/token.html", values)

    return _form(request, form, issue, _("新建接口令牌"), _("新建"))


@ui.page(capability=capabilities.TOKEN_ISSUE, methods=("POST",))
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token."""
    row = access.fetch(request.actor, ApiToken, token_id, capabilities.TOKEN_ISSUE)
    tokens.revoke(actor=request.actor, token=row)
    return ui.done(request, _("令牌已吊销。"), to=reverse("accounts:mine"))


def _own_capabilities(actor: access.Actor) -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    return [
        (item.code, f"{item.text.in_language(language)} ({item.code})")
        for item in access.all_capabilities()
        if actor.may(item.code)
    ]


def _form(
    request: HttpRequest,
    form: ui.Form,
    act: Callable[[], HttpResponse],
    title: Any,
    submit: Any,
    *,
    intro: Any = "",
    template: str = "signin/form.html",
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Like a FormPage, for forms whose answer is not a redirect or that must never be kept as a draft."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return act()
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
    values = {
        "form": form,
        "title": title,
        "submit": submit,
        "intro": intro,
        "back_url": reverse("accounts:mine"),
        **(extra or {}),
    }
    return ui.render(request, template, values, status=status)
