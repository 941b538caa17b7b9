"""Logins: a user belongs to at most one person; API tokens act for a user with fewer rights."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from zhize.kernel import access
from zhize.kernel.db.models import Model
from zhize.kernel.org.models import Person


class UserManager(BaseUserManager["User"], access.ScopedManager["User"]):
    """Finds users by login; creation is a service."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login__iexact=username)


class User(AbstractBaseUser, Model):
    """A login. What it may do follows from the positions of its person."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("login", "is_active", "person", "email")

    login = models.CharField(_("登录名"), max_length=60, unique=True)
    email = models.EmailField(_("邮箱"), blank=True)
    person = models.OneToOneField(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=10, default="auto")
    density = models.CharField(max_length=12, default="comfortable")
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        ordering = ("login",)
        # Logins are looked up whatever their case: two that differ only in it would be nobody's.
        constraints = (models.UniqueConstraint(Lower("login"), name="accounts_login_once_in_any_case"),)

    def __str__(self) -> str:
        return str(self.person) if self.person_id else self.login


class ApiToken(Model):
    """A bearer token. Only its digest is stored; `scopes` narrows what the user's positions allow."""

    audited = True
    audited_fields: ClassVar[tuple[str, ...]] = ("name", "scopes", "expires_at", "revoked_at")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("名称"), max_length=80)
    prefix = models.CharField(max_length=12, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = access.ScopedManager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class KnownDevice(Model):
    """A browser that has signed in as this user before; it holds the token, we its digest.

    Strangers who guess passwords cannot lock out a known device: it has a limit of its own.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-last_seen_at",)
        constraints = (models.UniqueConstraint(fields=["user", "digest"], name="accounts_device_once"),)

    def __str__(self) -> str:
        return self.label


class PasswordCode(Model):
    """A code that lets its holder set a new password once: handed out by an administrator, or sent by e-mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_codes")
    digest = models.CharField(max_length=64, unique=True)
    sent_by_mail = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.expires_at:%Y-%m-%d %H:%M}"


class Bucket(models.Model):
    """A token bucket: `level` tokens were left at `at`, and they grow back with time. Losing it costs nothing."""

    key = models.CharField(max_length=160, primary_key=True)
    level = models.FloatField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
