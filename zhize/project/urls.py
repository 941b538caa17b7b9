"""All addresses of the product: each package brings its own, complete ones, in its `urls` module.

Names are `<label>:<name>`. The order decides which package wins an address that two claim.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from zhize.desk.signin import sso
from zhize.project import health

MODULES = {
    "rest": "zhize.rest.urls",
    "ui": "zhize.ui.urls",
    "files": "zhize.ui.web.files",
    **{name: f"zhize.domains.{name}.web.urls" for name in settings.DOMAINS},
    "accounts": "zhize.desk.signin.urls",
    "portal": "zhize.portal.urls",
    "admin": "zhize.desk.admin.urls",
    "drafting": "zhize.desk.drafting.urls",
    "desk": "zhize.desk.urls",
}


def _brought(label: str, module: str) -> list[URLResolver]:
    """The addresses of one package; none when it has no screens."""
    package = module.rpartition(".")[0]
    if find_spec(package) is None or find_spec(module) is None:
        return []
    return [path("", include((module, label)))]


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    # Named as allauth looks them up.
    path("login/sso/<slug:provider_id>/", sso.login, name="openid_connect_login"),
    path("login/sso/<slug:provider_id>/callback/", sso.callback, name="openid_connect_callback"),
    *(resolver for label, module in MODULES.items() for resolver in _brought(label, module)),
]

handler400 = "zhize.ui.errors.bad_request"
handler403 = "zhize.ui.errors.forbidden"
handler404 = "zhize.ui.errors.not_found"
handler500 = "zhize.ui.errors.server_error"
