"""`zhize user create|list|password|disable|enable|factor|token|revoke`: logins and API tokens from the command line."""

from __future__ import annotations

import argparse
from datetime import timedelta
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from zhize.kernel import access
from zhize.kernel.accounts import capabilities, factors, services, tokens
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.db import DomainError
from zhize.kernel.org.models import Person
from zhize.lib import clock


class Command(BaseCommand):
    help = "create, list and disable logins, set passwords, print API tokens"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="open a login")
        create.add_argument("login")
        create.add_argument("--person", help="employee number of the person it belongs to")
        create.add_argument("--email", default="")
        create.add_argument("--password", help="asked for when left out")
        create.add_argument("--language", default="")
        password = verbs.add_parser("password", help="set a password, which must be changed when signing in")
        password.add_argument("login")
        password.add_argument("--password", help="asked for when left out")
        password.add_argument("--code", action="store_true", help="print a one-time code instead")
        for verb in ("disable", "enable"):
            verbs.add_parser(verb, help=f"{verb} a login").add_argument("login")
        verbs.add_parser("factor", help="turn two-step sign-in off (lost phone)").add_argument("login")
        verbs.add_parser("list", help="all logins")
        token = verbs.add_parser("token", help="issue an API token and print it")
        token.add_argument("login")
        token.add_argument("--name", default="command line")
        token.add_argument(
            "--scope", action="append", default=[], help="a capability; repeat it; none: all of the user"
        )
        token.add_argument("--days", type=int, help="how long it is valid; left out: until it is revoked")
        revoke = verbs.add_parser("revoke", help="end an API token")
        revoke.add_argument("prefix", help="how the token begins")

    def handle(self, *args: Any, **options: Any) -> None:
        self.actor = access.system(capabilities.CLI, channel="cli")
        try:
            getattr(self, f"_{options['verb']}")(**options)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _create(
        self, login: str, person: str | None, email: str, password: str | None, language: str, **_: Any
    ) -> None:
        found = None
        if person:
            found = Person.objects.filter(employee_no=person).first()
            if found is None:
                raise CommandError(f"there is no person with employee number {person}")
        password = password or getpass("Password: ")
        services.create(
            actor=self.actor, login=login, person=found, email=email, password=password, language=language
        )
        self.stdout.write(f"created {login}")

    def _password(self, login: str, password: str | None, code: bool, **_: Any) -> None:
        user = self._user(login)
        if code:
            self.stdout.write(services.make_code(actor=self.actor, user=user).secret)
            return
        services.set_password(actor=self.actor, user=user, password=password or getpass("Password: "))
        self.stdout.write(f"set the password of {login}")

    def _disable(self, login: str, **_: Any) -> None:
        services.set_active(actor=self.actor, user=self._user(login), active=False)

    def _enable(self, login: str, **_: Any) -> None:
        services.set_active(actor=self.actor, user=self._user(login), active=True)

    def _factor(self, login: str, **_: Any) -> None:
        factors.turn_off(actor=self.actor, user=self._user(login), note="zhize user factor")

    def _list(self, **_: Any) -> None:
        for user in User.objects.select_related("person").order_by("login"):
            state = "" if user.is_active else "  (disabled)"
            self.stdout.write(f"{user.login:<24}{user.person or '—'}{state}")

    def _token(self, login: str, name: str, scope: list[str], days: int | None, **_: Any) -> None:
        until = clock.now() + timedelta(days=days) if days else None
        issued = tokens.issue(
            actor=self.actor, user=self._user(login), name=name, scopes=scope, expires_at=until
        )
        self.stdout.write(issued.secret)

    def _revoke(self, prefix: str, **_: Any) -> None:
        found = list(ApiToken.objects.filter(prefix=prefix[:12], revoked_at=None))
        if len(found) != 1:
            raise CommandError(f"{len(found)} valid tokens begin with {prefix}")
        tokens.revoke(actor=self.actor, token=found[0])

    def _user(self, login: str) -> User:
        user = User.objects.filter(login__iexact=login).first()
        if user is None:
            raise CommandError(f"there is no login {login}")
        return user
