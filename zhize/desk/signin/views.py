"""Coming in and going out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhize import ui
from zhize.desk.signin import forms
from zhize.kernel.accounts import recovery, services, signin
from zhize.kernel.db import DomainError

BARE = "ui/layouts/bare.html"

SSO_SAID = {
    "unknown": _("统一登录已通过，但这里没有对应的账号。请联系管理员，或用密码登录。"),
    "failed": _("统一登录没有成功，请再试一次，或用密码登录。"),
}

ENDED = _("登录已结束：很久没有操作，或在别处退出了。重新登录后回到刚才的页面，写过的内容可以从草稿里恢复。")


@ui.page(public=True)
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Login and password; then the second step, or in."""
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(_onwards(request))
    form = forms.LoginForm(request.POST or None)

    def enter() -> HttpResponse:
        user = signin.check_password(
            login=form.cleaned_data["login"],
            password=form.cleaned_data["password"],
            client=signin.Client.of(request),
        )
        go = _onwards(request)
        if signin.begin(request, user, go=go):
            return HttpResponseRedirect(reverse("accounts:code"))
        response = HttpResponseRedirect(go)
        signin.remember_device(request, response, user)
        return response

    said = SSO_SAID.get(request.GET.get("sso", "")) or (ENDED if "ended" in request.GET else None)
    extra = {
        "said": said,
        "sso": _sso_url(request),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return _step(request, form, enter, "signin/login.html", _("登录"), extra)


@ui.page(public=True)
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator, or a recovery code."""
    try:
        user, kept = signin.pending(request)
    except signin.NotPending:
        return HttpResponseRedirect(reverse("accounts:login"))
    form = forms.CodeForm(request.POST or None)

    def enter() -> HttpResponse:
        signin.check_code(user=user, code=form.cleaned_data["code"], client=signin.Client.of(request))
        signin.enter(request, user, how=kept["how"])
        response = HttpResponseRedirect(_safe(request, kept.get("go", "")))
        signin.remember_device(request, response, user)
        return response

    return _step(request, form, enter, "signin/code.html", _("两步验证"), {"login": user.login})


@ui.page(login=True, methods=("POST",))
def logout(request: HttpRequest) -> HttpResponse:
    """Out, and what the browser kept of the pages and drafts goes too."""
    signin.leave(request)
    response = ui.redirect(request, "accounts:login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@ui.page(public=True)
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password. The answer never tells whether there is such a login."""
    form = forms.ForgottenForm(request.POST or None)

    def ask() -> HttpResponse:
        recovery.ask(
            who=form.cleaned_data["who"], client=signin.Client.of(request), path=reverse("accounts:reset")
        )
        return _bare(request, "signin/forgotten_done.html", {"title": _("请查收邮件")})

    return _step(request, form, ask, "signin/forgotten.html", _("忘记密码"))


@ui.page(public=True)
@never_cache
@sensitive_post_parameters("code", "password", "again")
def reset(request: HttpRequest) -> HttpResponse:
    """Set a new password with a one-time code, from a mail or from an administrator."""
    form = forms.ResetForm(request.POST or None, initial={"code": request.GET.get("code", "")[:60]})

    def change() -> HttpResponse:
        services.use_code(code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        return _bare(request, "signin/reset_done.html", {"title": _("密码已修改")})

    return _step(request, form, change, "signin/reset.html", _("设置新密码"))


def _step(
    request: HttpRequest,
    form: ui.Form,
    act: Callable[[], HttpResponse],
    template: str,
    title: Any,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it was sent and is well-formed, act; show a refusal in it, with the refusal's status."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return act()
            except DomainError as refusal:
                form.refuse(refusal)
                status = refusal.status
    return _bare(request, template, {"form": form, "title": title, **(extra or {})}, status)


def _bare(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    return ui.render(request, template, {**values, "layout": BARE}, status=status)


def _onwards(request: HttpRequest) -> str:
    return _safe(request, request.POST.get("next") or request.GET.get("next") or "")


def _safe(request: HttpRequest, address: str) -> str:
    """The page somebody wanted, if it is one of ours; else the first page."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if address and ours else str(settings.LOGIN_REDIRECT_URL)


def _sso_url(request: HttpRequest) -> str:
    return reverse("openid_connect_login", args=["sso"]) if settings.CONFIG.oidc_issuer else ""
