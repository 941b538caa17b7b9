"""Django settings, derived from the one typed configuration (`zhize.project.config`)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from zhize.lib import clock
from zhize.project import config as configuration
from zhize.project.database import connection_settings

CONFIG = configuration.read()
ROOT = Path(__file__).resolve().parents[2]


def _secret_key() -> str:
    """The configured key, or one made once and kept in the data folder."""
    if CONFIG.secret_key:
        return CONFIG.secret_key
    path = CONFIG.data_dir / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text().strip()


clock.set_home(CONFIG.timezone)
SECRET_KEY = _secret_key()
# The first seals ID numbers; all of them open what they sealed before.
IDENTITY_KEYS = tuple(dict.fromkeys(key for key in (CONFIG.identity_key, SECRET_KEY) if key))
DEBUG = CONFIG.debug
PUBLIC = urlsplit(CONFIG.base_url)
# A wildcard address is no name that a browser would send.
_OWN_NAMES = [name for name in (PUBLIC.hostname, CONFIG.host, "localhost", "127.0.0.1", "[::1]") if name]
ALLOWED_HOSTS = [host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()] or _OWN_NAMES
CSRF_TRUSTED_ORIGINS = [f"{PUBLIC.scheme}://{PUBLIC.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC.scheme == "https" else None
SECURE_HSTS_SECONDS = 31536000 if PUBLIC.scheme == "https" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if PUBLIC.scheme == "https":
    # Browsers take a cookie of this name only over TLS, from this very host.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

KERNEL = [
    "db",
    "org",
    "accounts",
    "access",
    "history",
    "numbering",
    "files",
    "jobs",
    "flow",
    "calendars",
    "clocks",
    "forms",
    "notices",
    "search",
    "documents",
    "measures",
    "approvals",
    "packs",
]
DOMAINS = [
    "organisation",
    "duties",
    "meetings",
    "customers",
    "cases",
    "channels",
    "shifts",
    "visits",
    "reports",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_filters",
    "csp",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    *(f"zhize.kernel.{name}" for name in KERNEL),
    "zhize.ui",
    "zhize.rest",
    *(f"zhize.domains.{name}" for name in DOMAINS),
    "zhize.portal",
    "zhize.desk",
    "zhize.desk.signin",
    "zhize.desk.admin",
    "zhize.desk.drafting",
]

MIDDLEWARE = [
    "zhize.project.health.RequestFigures",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "zhize.project.health.Probes",
    "zhize.project.static_files.Serving",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "zhize.desk.signin.middleware.SeenMiddleware",
    "zhize.kernel.access.middleware.ActorMiddleware",
    "zhize.ui.middleware.UiMiddleware",
    "zhize.desk.signin.middleware.PasswordDueMiddleware",
]

ROOT_URLCONF = "zhize.project.urls"
WSGI_APPLICATION = "zhize.project.wsgi.application"
AUTH_USER_MODEL = "accounts.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "zhize" / "domains" / name / "web" / "templates" for name in DOMAINS],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "zhize.ui.templatetags.zhize_ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhize.ui.frame.context",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "zhize.ui.controls.Controls"

DATABASES = {"default": connection_settings(CONFIG)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Django looks into `static` of a package; a domain keeps its screens, and what they load, in `web`.
STATICFILES_DIRS = sorted((ROOT / "zhize" / "domains").glob("*/web/static"))
STATIC_ROOT = CONFIG.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Sessions begun under the second one still hold.
AUTHENTICATION_BACKENDS = [
    "zhize.kernel.accounts.backend.OfSession",
    "django.contrib.auth.backends.ModelBackend",
]
# allauth keeps second factors and sessions and talks to OpenID Connect providers; its own pages are not used.
ACCOUNT_ADAPTER = "zhize.kernel.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "zhize.kernel.accounts.adapters.FactorAdapter"
SOCIALACCOUNT_ADAPTER = "zhize.kernel.accounts.adapters.ProviderAdapter"
# A link and not a form: a form's redirect to the provider would break our own rule that forms stay on this site.
SOCIALACCOUNT_LOGIN_ON_GET = True
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "zhize.kernel.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "zhize.ui.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "object-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# A house rule's guard: a transaction that changed an audited row without a history entry raises.
HISTORY_GUARD = DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "zhize.project.logs.Formatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"outages": {"()": "zhize.project.logs.Outages"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["outages"]},
        "nothing": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": CONFIG.log_level},
    "loggers": {
        # Django's own handlers would print once more, and refuse to speak outside debug mode.
        "django": {"handlers": [], "level": CONFIG.log_level, "propagate": True},
        # With a traceback for each request a stranger fills the disk; `ui.errors` says it in one line.
        "django.security.DisallowedHost": {"handlers": ["nothing"], "propagate": False},
        # The queue tells of every job; the monitor page does that better.
        "procrastinate": {"level": "WARNING" if CONFIG.log_level == "INFO" else CONFIG.log_level},
    },
}

if CONFIG.oidc_issuer:
    # What it brings along takes 6 MB of every process.
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "SSO",
                    "client_id": CONFIG.oidc_client_id,
                    "secret": CONFIG.oidc_client_secret,
                    "settings": {"server_url": CONFIG.oidc_issuer},
                }
            ],
        }
    }
