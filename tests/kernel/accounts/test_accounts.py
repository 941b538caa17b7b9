"""Logins are opened, changed and closed by those who may; passwords are reset by a code that works once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.kit import people
from tests.kit.people import PASSWORD
from zhize.domains.organisation import services as organisation
from zhize.kernel import access
from zhize.kernel.accounts import capabilities, factors, sealing, selectors, services, tokens
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.db import Invalid, Outrun, Refused
from zhize.kernel.history import timeline
from zhize.lib import clock

pytestmark = pytest.mark.django_db

GOOD = "correct-horse-9"


@pytest.fixture
def admin() -> access.Actor:
    return people.actor(
        people.somebody({"account.view": "all", "account.manage": "all", "token.issue": "all"})
    )


class TestOpening:
    def test_a_login_for_a_person_must_change_its_first_password(self, admin: access.Actor) -> None:
        whose = people.person("赵云")
        user = services.create(actor=admin, login="zhaoyun", person=whose, password=GOOD)
        assert user.must_change_password
        assert user.check_password(GOOD)
        assert [entry.verb for entry in timeline(whose)] == ["account.created"]
        assert GOOD not in str([entry.data for entry in timeline(user)])

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"login": ""}, "login"),
            ({"login": "li min"}, "login"),
            ({"login": "x" * 61}, "login"),
            ({"login": "TAKEN"}, "login"),
            ({"email": "no-mail"}, "email"),
            ({"language": "fr"}, "language"),
            ({"password": "short"}, "password"),
            ({"password": "password123"}, "password"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(
        self, admin: access.Actor, wrong: dict[str, Any], field: str
    ) -> None:
        people.somebody({}, login="taken")
        before = User.objects.count()
        with pytest.raises(Invalid) as refused:
            services.create(actor=admin, **{"login": "new", "password": GOOD, **wrong})
        assert list(refused.value.errors) == [field]
        assert User.objects.count() == before

    def test_a_person_has_one_login(self, admin: access.Actor) -> None:
        user = people.somebody({})
        with pytest.raises(Invalid):
            services.create(actor=admin, login="second", person=user.person, password=GOOD)

    def test_a_manager_opens_logins_of_his_own_unit_only(self) -> None:
        mine, theirs = people.unit(), people.unit()
        manager = people.actor(people.somebody({"account.view": "unit", "account.manage": "unit"}, mine))
        inside = people.person(held=people.position(mine))
        outside = people.person(held=people.position(theirs))
        services.create(actor=manager, login="inside", person=inside, password=GOOD)
        for person in (outside, None):
            with pytest.raises(Refused):
                services.create(actor=manager, login="outside", person=person, password=GOOD)
        assert not User.objects.filter(login="outside").exists()
        assert "inside" in {row.login for row in selectors.logins(manager)}

    def test_a_login_of_ones_own_people_cannot_be_given_to_somebody_beyond(self) -> None:
        """Who looks after a unit's logins must not put on the hat of the director."""
        mine, theirs = people.unit(), people.unit()
        manager = people.actor(people.somebody({"account.view": "unit", "account.manage": "unit"}, mine))
        user = people.somebody({}, mine)
        director = people.person(held=people.position(theirs))
        with pytest.raises(Refused):
            services.change(actor=manager, user=user, person=director)
        assert User.objects.get(pk=user.pk).person_id != director.pk

    def test_the_database_itself_knows_logins_whatever_their_case(self) -> None:
        people.user(login="limin")
        with pytest.raises(IntegrityError), transaction.atomic():
            people.user(login="LiMin")


class TestClosing:
    def test_a_disabled_login_is_out_at_once(self, admin: access.Actor, client: Any) -> None:
        user = people.somebody({})
        client.post("/login/", {"login": user.login, "password": PASSWORD})
        assert client.get("/account/").status_code == 200
        services.set_active(actor=admin, user=user, active=False, note="离职")
        assert client.get("/account/").status_code == 302

    def test_its_tokens_are_gone_for_good(self, admin: access.Actor) -> None:
        user = people.somebody({})
        secret = tokens.issue(actor=admin, user=user, name="BI").secret
        services.set_active(actor=admin, user=user, active=False)
        services.set_active(actor=admin, user=user, active=True)
        assert tokens.find(secret) is None
        assert "token.revoked" in [entry.verb for entry in timeline(user)]

    def test_who_leaves_is_out_at_once(self, client: Any) -> None:
        where = people.unit()
        user = people.somebody({}, where)
        chief = people.actor(people.somebody({"person.view": "unit", "person.edit": "unit"}, where))
        secret = tokens.issue(actor=access.system(capabilities.CLI), user=user, name="BI").secret
        client.post("/login/", {"login": user.login, "password": PASSWORD})
        assert client.get("/account/").status_code == 200
        assert user.person is not None
        organisation.leave(actor=chief, person=user.person)
        assert client.get("/account/").status_code == 302
        assert tokens.find(secret) is None


class TestPasswords:
    @pytest.mark.parametrize("by", ["own", "admin", "code"])
    def test_a_new_password_ends_sessions_and_tokens(self, admin: access.Actor, client: Any, by: str) -> None:
        user = people.somebody({})
        secret = tokens.issue(actor=admin, user=user, name="BI").secret
        client.post("/login/", {"login": user.login, "password": PASSWORD})
        if by == "own":
            services.change_password(
                actor=people.actor(user), user=user, old_password=PASSWORD, password=GOOD
            )
        elif by == "admin":
            services.set_password(actor=admin, user=user, password=GOOD)
        else:
            services.use_code(code=services.make_code(actor=admin, user=user).secret, password=GOOD)
        assert client.get("/account/").status_code == 302
        assert tokens.find(secret) is None

    def test_one_changes_one_s_own_and_nobody_else_s(self) -> None:
        user, other = people.somebody({}), people.somebody({})
        with pytest.raises(services.WrongPassword):
            services.change_password(actor=people.actor(user), user=user, old_password="x", password=GOOD)
        with pytest.raises(Refused):
            services.change_password(
                actor=people.actor(other), user=user, old_password=PASSWORD, password=GOOD
            )
        services.change_password(actor=people.actor(user), user=user, old_password=PASSWORD, password=GOOD)
        user.refresh_from_db()
        assert user.check_password(GOOD)

    def test_a_stolen_session_cannot_guess_the_password_for_ever(self) -> None:
        user = people.somebody({})
        for _try in range(10):
            with pytest.raises(services.WrongPassword):
                services.confirm_password(user=user, password="guess")
        with pytest.raises(services.WrongPassword):
            services.confirm_password(user=user, password=PASSWORD)

    def test_a_code_works_once(self, admin: access.Actor) -> None:
        user = people.somebody({})
        code = services.make_code(actor=admin, user=user)
        services.use_code(code=f" {code.secret.upper()} ", password=GOOD)
        user.refresh_from_db()
        assert user.check_password(GOOD)
        assert not user.must_change_password
        with pytest.raises(services.CodeSpent):
            services.use_code(code=code.secret, password="another-horse-2")

    def test_a_weak_password_does_not_spend_the_code(self, admin: access.Actor) -> None:
        code = services.make_code(actor=admin, user=people.somebody({}))
        with pytest.raises(Invalid):
            services.use_code(code=code.secret, password="short")
        services.use_code(code=code.secret, password=GOOD)

    def test_codes_end_by_time_by_a_newer_one_and_with_the_login(self, admin: access.Actor) -> None:
        user = people.somebody({})
        old, new = services.make_code(actor=admin, user=user), services.make_code(actor=admin, user=user)
        with pytest.raises(services.CodeSpent):
            services.use_code(code=old.secret, password=GOOD)
        with time_machine.travel(clock.now() + timedelta(hours=25)), pytest.raises(services.CodeSpent):
            services.use_code(code=new.secret, password=GOOD)
        services.set_active(actor=admin, user=user, active=False)
        with pytest.raises(services.CodeSpent):
            services.use_code(code=new.secret, password=GOOD)

    def test_only_who_may_makes_codes(self) -> None:
        with pytest.raises(Refused):
            services.make_code(actor=people.actor(people.somebody({})), user=people.somebody({}))


class TestTokens:
    def test_one_s_own_token_may_be_issued_with_an_own_grant(self) -> None:
        user = people.somebody({"token.issue": "own", "token.view": "own"})
        issued = tokens.issue(actor=people.actor(user), user=user, name="BI")
        assert tokens.find(issued.secret) == issued.token
        with pytest.raises(Refused):
            tokens.issue(actor=people.actor(user), user=people.somebody({}), name="BI")

    @pytest.mark.parametrize("secret", ["", "zz_", "zz_x", "x" * 500, "zz_\x00"])
    def test_rubbish_finds_nothing(self, secret: str) -> None:
        assert tokens.find(secret) is None

    def test_a_token_is_revoked_once(self, admin: access.Actor) -> None:
        issued = tokens.issue(actor=admin, user=people.somebody({}), name="x")
        tokens.revoke(actor=admin, token=issued.token)
        with pytest.raises(Outrun):
            tokens.revoke(actor=admin, token=issued.token)
        assert tokens.find(issued.secret) is None

    def test_wrong_scopes_names_and_dates_are_refused(self, admin: access.Actor) -> None:
        with pytest.raises(Invalid) as refused:
            tokens.issue(
                actor=admin,
                user=people.somebody({}),
                name=" ",
                scopes=["case.misspelt"],
                expires_at=clock.now() - timedelta(days=1),
            )
        assert set(refused.value.errors) == {"name", "scopes", "expires_at"}


class TestFactorRules:
    def test_an_administrator_may_turn_it_off_for_a_lost_phone_and_a_colleague_may_not(
        self, admin: access.Actor, client: Any
    ) -> None:
        user = people.somebody({})
        client.post("/login/", {"login": user.login, "password": PASSWORD})
        here = client.session.session_key
        secret = factors.offer(user).secret
        factors.turn_on(
            actor=people.actor(user), user=user, secret=secret, code=_code(secret), keep_session=here
        )
        with pytest.raises(Refused):
            factors.turn_off(actor=people.actor(people.somebody({})), user=user)
        assert factors.has(user)
        assert client.get("/account/").status_code == 200
        issued = tokens.issue(actor=admin, user=user, name="BI")
        factors.turn_off(actor=admin, user=user)
        assert not factors.has(user)
        assert client.get("/account/").status_code == 302
        assert tokens.find(issued.secret) is None

    def test_whoever_runs_the_installation_may_turn_it_off(self) -> None:
        user = people.somebody({})
        secret = factors.offer(user).secret
        factors.turn_on(actor=people.actor(user), user=user, secret=secret, code=_code(secret))
        call_command("user", "factor", user.login)
        assert not factors.has(user)
        assert timeline(user)[0].verb == "account.second_factor_off"

    def test_a_wrong_first_code_turns_nothing_on(self) -> None:
        user = people.somebody({})
        with pytest.raises(factors.WrongFirstCode):
            factors.turn_on(
                actor=people.actor(user), user=user, secret=factors.offer(user).secret, code="000000"
            )
        assert not factors.has(user)

    def test_the_secret_is_kept_sealed(self) -> None:
        user = people.somebody({})
        secret = factors.offer(user).secret
        factors.turn_on(actor=people.actor(user), user=user, secret=secret, code=_code(secret))
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_what_the_first_version_sealed_opens_and_is_sealed_anew_at_the_next_code(
        self, settings: Any
    ) -> None:
        """Also after the signing key was renewed in the way the manual says."""
        user = people.somebody({})
        secret = factors.offer(user).secret
        factors.turn_on(actor=people.actor(user), user=user, secret=secret, code=_code(secret))
        row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        key = hashlib.sha256(f"zhize.accounts.factor:{settings.SECRET_KEY}".encode()).digest()
        row.data["secret"] = Fernet(base64.urlsafe_b64encode(key)).encrypt(secret.encode()).decode()
        row.save()
        settings.IDENTITY_KEYS = (settings.SECRET_KEY, "a new signing key")
        settings.SECRET_KEY = "a new signing key"
        with time_machine.travel(clock.now() + timedelta(minutes=1)):
            assert factors.check(user, _code(secret))
        sealed = Authenticator.objects.get(pk=row.pk).data["secret"]
        derived = hmac.new(settings.IDENTITY_KEYS[0].encode(), sealing.PURPOSE, hashlib.sha256).digest()
        assert Fernet(base64.urlsafe_b64encode(derived)).decrypt(sealed.encode()).decode() == secret


class TestCommand:
    def run(self, *words: str) -> str:
        out = StringIO()
        call_command("user", *words, stdout=out)
        return out.getvalue().strip()

    def test_a_token_is_printed_and_works(self) -> None:
        user = people.somebody({}, login="limin")
        secret = self.run("token", "limin", "--scope", "job.view", "--days", "3")
        found = tokens.find(secret)
        assert found is not None
        assert (found.user, found.scopes) == (user, ["job.view"])
        self.run("revoke", secret[:9])
        assert ApiToken.objects.get().revoked_at is not None

    def test_a_login_is_created_for_a_person_and_disabled(self) -> None:
        who = people.person("赵云")
        self.run("create", "zhaoyun", "--person", who.employee_no, "--password", GOOD)
        assert "赵云" in self.run("list")
        self.run("password", "zhaoyun", "--password", "another-horse-2")
        assert len(self.run("password", "zhaoyun", "--code")) > 20
        self.run("disable", "zhaoyun")
        assert not User.objects.get(login="zhaoyun").is_active

    @pytest.mark.parametrize(
        "words",
        [
            ("token", "nobody"),
            ("create", "x", "--person", "E-none", "--password", GOOD),
            ("create", "x", "--password", "short"),
            ("revoke", "zz_none"),
        ],
    )
    def test_mistakes_are_said(self, words: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            self.run(*words)


def _code(secret: str) -> str:
    import time

    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
