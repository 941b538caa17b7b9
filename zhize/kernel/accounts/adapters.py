"""How allauth fits in: it does the arithmetic of second factors and talks to OpenID Connect providers.

Its own pages and its sign-up are not used. Who comes from a provider is let in only as an existing user: linked
before, or found by an e-mail address that the provider has verified.
"""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from zhize.kernel import access, history
from zhize.kernel.accounts import capabilities, clients, sealing, signin
from zhize.kernel.accounts.models import User
from zhize.kernel.db import atomic

logger = logging.getLogger("zhize.accounts")


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up; addresses as the rest of the product sees them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return clients.address(request)


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticators are sealed with a key of their own, derived from the installation's sealing secret."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.opened(encrypted_text)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Lets existing users in, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Called when the provider has vouched for somebody; always answers, so that allauth's own login never runs."""
        user = (
            User.objects.filter(pk=sociallogin.user.pk).first()
            if sociallogin.is_existing
            else link(sociallogin)
        )
        if user is None or not signin.may_enter(user):
            _refuse("unknown")
        go = str(sociallogin.get_redirect_url(request) or "")
        if not url_has_allowed_host_and_scheme(go, {request.get_host()}, request.is_secure()):
            go = ""
        second = signin.begin(request, user, how="oidc", go=go)
        response = HttpResponseRedirect(
            reverse("accounts:code") if second else go or settings.LOGIN_REDIRECT_URL
        )
        if not second:
            signin.remember_device(request, response, user)
        raise ImmediateHttpResponse(response)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        logger.warning("single sign-on failed: %s", error, exc_info=exception)
        _refuse("failed")


@atomic
def link(sociallogin: SocialLogin) -> User | None:
    """Link a provider's account to the one user with an e-mail address that the provider has verified."""
    verified = [row.email for row in sociallogin.email_addresses if row.verified and row.email]
    if not verified:
        return None
    wanted = Q(pk__in=[])
    for email in verified:
        wanted |= Q(email__iexact=email) | Q(email="", person__email__iexact=email)
    found = list(User.objects.filter(wanted, is_active=True).select_related("person")[:2])
    if len(found) != 1:
        return None
    user = found[0]
    sociallogin.account.user = user
    sociallogin.account.save()
    actor = access.system(capabilities.DOOR, channel="web")
    history.record(
        actor=actor, verb="account.linked", subject=user, data={"provider": sociallogin.account.provider}
    )
    return user


def _refuse(why: str) -> NoReturn:
    raise ImmediateHttpResponse(HttpResponseRedirect(f"{reverse('accounts:login')}?sso={why}"))
