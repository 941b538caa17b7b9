"""Single sign-on with a provider on loopback: existing users come in, nobody else does."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.kit import people
from zhize.kernel.accounts import factors
from zhize.kernel.history.models import Entry
from zhize.lib import clock

pytestmark = pytest.mark.django_db


@dataclass
class Provider:
    """An OpenID Connect provider: discovery, token and userinfo."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def id_token(self) -> str:
        now = int(clock.now().timestamp())
        content = {"iss": self.url, "aud": "zhize", "iat": now, "exp": now + 300, **self.claims}
        parts = [{"alg": "RS256", "typ": "JWT"}, content]
        return ".".join(
            [*(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts), "AAAA"]
        )


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "openid-configuration" in self.path:
                paths = {
                    "authorization_endpoint": "authorize",
                    "token_endpoint": "token",
                    "userinfo_endpoint": "me",
                }
                body = {"issuer": told.url, "jwks_uri": f"{told.url}/keys"}
                self._say({**body, **{name: f"{told.url}/{path}" for name, path in paths.items()}})
            else:
                self._say(told.claims)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append(parse_qs(sent))
            self._say({"access_token": "a", "token_type": "Bearer", "id_token": told.id_token()})

        def _say(self, body: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CONFIG = replace(django_settings.CONFIG, oidc_issuer=told.url, oidc_client_id="zhize")
    app = {
        "provider_id": "sso",
        "name": "SSO",
        "client_id": "zhize",
        "secret": "s",
        "settings": {"server_url": told.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield told
    server.shutdown()
    server.server_close()


def come_in(client: Client, provider: Provider, **claims: Any) -> Any:
    provider.claims = {"sub": "abc", "email": "li@example.com", "email_verified": True, **claims}
    away = client.get("/login/sso/sso/", {"next": "/account/"})
    assert away.status_code == 302
    assert away["Location"].startswith(provider.url)
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/login/sso/sso/callback/", {"code": "c", "state": state})


def test_a_user_with_the_verified_address_is_linked_and_in(client: Client, provider: Provider) -> None:
    user = people.somebody({}, email="Li@example.com")
    assert "统一登录" in client.get("/login/").content.decode()
    assert come_in(client, provider)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert {entry.verb for entry in Entry.objects.filter(subject_id=user.pk)} == {
        "account.linked",
        "account.signed_in",
    }
    assert "code_verifier" in provider.asked[0]


def test_once_linked_the_address_no_longer_matters(client: Client, provider: Provider) -> None:
    people.somebody({}, email="li@example.com")
    come_in(client, provider)
    other = Client()
    come_in(other, provider, email="renamed@example.com")
    assert other.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email": "stranger@example.com"}, {"email": ""}, {"email_verified": None}],
)
def test_nobody_else_comes_in_and_no_login_is_made(client: Client, provider: Provider, claims: Any) -> None:
    people.somebody({}, email="li@example.com")
    answer = come_in(client, provider, **claims)
    assert answer["Location"] == "/login/?sso=unknown"
    assert "没有对应的账号" in client.get(answer["Location"]).content.decode()
    assert client.get("/account/").status_code == 302


def test_a_disabled_login_stays_out(client: Client, provider: Provider) -> None:
    user = people.somebody({}, email="li@example.com")
    come_in(client, provider)
    user.is_active = False
    user.save()
    other = Client()
    assert come_in(other, provider)["Location"] == "/login/?sso=unknown"


def test_an_address_of_two_logins_decides_for_none(client: Client, provider: Provider) -> None:
    people.somebody({}, email="li@example.com")
    people.somebody({}, email="li@example.com")
    assert come_in(client, provider)["Location"] == "/login/?sso=unknown"


def test_the_second_step_is_not_skipped(client: Client, provider: Provider) -> None:
    import time

    from allauth.mfa.totp.internal import auth

    user = people.somebody({}, email="li@example.com")
    secret = factors.offer(user).secret
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    factors.turn_on(actor=people.actor(user), user=user, secret=secret, code=code)
    assert come_in(client, provider)["Location"] == "/login/code/"
    assert client.get("/account/").status_code == 302


def test_a_forged_answer_of_the_provider_fails(client: Client, provider: Provider) -> None:
    people.somebody({}, email="li@example.com")
    provider.claims = {"sub": "abc", "email": "li@example.com", "email_verified": True}
    answer = client.get("/login/sso/sso/callback/", {"code": "c", "state": "forged"})
    assert answer["Location"] == "/login/?sso=failed"


def test_without_configuration_there_is_no_such_page(client: Client) -> None:
    assert client.get("/login/sso/sso/").status_code == 404
    assert "统一登录" not in client.get("/login/").content.decode()
