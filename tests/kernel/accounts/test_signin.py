"""Guessing is slowed down, and nobody can use that to keep somebody else out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from tests.kit import people
from tests.kit.people import PASSWORD
from zhize.kernel import access
from zhize.kernel.accounts import capabilities, clients, services, signin
from zhize.kernel.accounts.models import KnownDevice, User
from zhize.kernel.history.models import Entry

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def client(address: str = HOME, device: str = "") -> signin.Client:
    return signin.Client(address, clients.network(address), "Firefox", device)


def wrong(login: str, times: int, at: signin.Client) -> None:
    for _try in range(times):
        with pytest.raises(signin.WrongLogin):
            signin.check_password(login=login, password="guess", client=at)


def known(user: User) -> signin.Client:
    """A browser this user has signed in with."""
    request, response = RequestFactory().get("/"), HttpResponse()
    signin.remember_device(request, response, user)
    return client(device=response.cookies[signin.COOKIE].value)


class TestPassword:
    def test_the_right_password_gets_in_whatever_the_case_of_the_login(self) -> None:
        user = people.somebody({}, login="LiMin")
        assert signin.check_password(login=" limin ", password=PASSWORD, client=client()) == user

    @pytest.mark.parametrize("state", ["unknown", "disabled", "left", "no password"])
    def test_who_may_not_enter_gets_the_same_answer_as_for_a_wrong_password(self, state: str) -> None:
        user = people.somebody({}, login="limin", is_active=state != "disabled")
        if state == "left":
            user.person.active = False
            user.person.save()
        if state == "no password":
            user.set_unusable_password()
            user.save()
        login = "nobody" if state == "unknown" else "limin"
        with pytest.raises(signin.WrongLogin) as refused:
            signin.check_password(login=login, password=PASSWORD, client=client())
        assert str(refused.value) == str(signin.WrongLogin())

    @override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
    def test_time_does_not_tell_which_logins_exist(self) -> None:
        people.somebody({}, login="limin")

        def taken(login: str) -> float:
            best = 9.0
            for number in range(3):
                started = time.perf_counter()
                with pytest.raises(signin.WrongLogin):
                    signin.check_password(login=login, password="guess", client=client(f"192.0.2.{number}"))
                best = min(best, time.perf_counter() - started)
            return best

        known_login, unknown_login = taken("limin"), taken("nobody")
        assert unknown_login > known_login / 2


class TestBrake:
    def test_after_a_few_wrong_tries_even_the_right_password_waits(self) -> None:
        people.somebody({}, login="limin")
        with time_machine.travel(NOW, tick=False) as now:
            wrong("limin", 5, client())
            with pytest.raises(signin.TooMany) as refused:
                signin.check_password(login="limin", password=PASSWORD, client=client())
            assert refused.value.wait == timedelta(minutes=3)
            now.shift(timedelta(minutes=3))
            signin.check_password(login="limin", password=PASSWORD, client=client())

    def test_a_stranger_cannot_lock_somebody_out(self) -> None:
        """From elsewhere the victim is not touched; even from the same network the own browser gets in."""
        user = people.somebody({}, login="limin")
        own_browser = known(user)
        wrong("limin", 5, client(ELSEWHERE))
        signin.check_password(login="limin", password=PASSWORD, client=client(HOME))
        wrong("limin", 5, client(HOME))
        signin.check_password(login="limin", password=PASSWORD, client=own_browser)

    @pytest.mark.parametrize("clicks", [1, int(signin.A_DAY.capacity)])
    def test_a_known_browser_cannot_guess_for_ever_either(self, clicks: int) -> None:
        """Whoever sits down at a colleague's computer has ten tries, and then not even the right password gets in.

        Nor does a click that is turned away spend a try: who clicks on while he waits has not used up his day.
        """
        user = people.somebody({}, login="limin")
        own_browser = known(user)
        with time_machine.travel(NOW, tick=False) as now:
            wrong("limin", 10, own_browser)
            for _click in range(clicks):
                with pytest.raises(signin.TooMany):
                    signin.check_password(login="limin", password=PASSWORD, client=own_browser)
            now.shift(timedelta(minutes=2))
            assert signin.check_password(login="limin", password=PASSWORD, client=own_browser) == user

    def test_nor_can_it_guess_patiently(self) -> None:
        """A few every quarter of an hour, all day long: from somewhere on the quarter of an hour helps no more."""
        user = people.somebody({}, login="limin")
        own_browser = known(user)
        with time_machine.travel(NOW, tick=False) as now:
            tried = 0
            for _quarter in range(96):
                for _try in range(10):
                    try:
                        signin.check_password(login="limin", password="guess", client=own_browser)
                    except signin.WrongLogin:
                        tried += 1
                    except signin.TooMany:
                        break
                now.shift(timedelta(minutes=15))
            assert tried <= 2 * signin.A_DAY.capacity
            now.shift(timedelta(hours=2))
            assert signin.check_password(login="limin", password=PASSWORD, client=own_browser) == user

    def test_who_is_right_uses_up_nothing(self) -> None:
        user = people.somebody({}, login="limin")
        own_browser = known(user)
        with time_machine.travel(NOW, tick=False):
            for _try in range(int(signin.A_DAY.capacity) + 5):
                if _try % 10 == 0:
                    wrong("limin", 1, own_browser)
                signin.check_password(login="limin", password=PASSWORD, client=own_browser)

    def test_codes_of_the_second_factor_are_not_guessed_patiently(self) -> None:
        user = people.somebody({}, login="limin")
        with time_machine.travel(NOW, tick=False) as now:
            tried = 0
            for _quarter in range(96):
                for number in range(10):
                    try:
                        signin.check_code(user=user, code=f"{number:06}", client=client())
                    except signin.WrongCode:
                        tried += 1
                    except signin.TooMany:
                        break
                now.shift(timedelta(minutes=15))
            assert tried <= 2 * signin.A_DAY.capacity

    def test_wrong_codes_from_elsewhere_keep_nobody_out_but_have_a_limit_together(self) -> None:
        user = people.somebody({}, login="limin")

        def tried(address: str) -> int:
            for count in range(99):
                try:
                    signin.check_code(user=user, code="000000", client=client(address))
                except signin.TooMany:
                    return count
                except signin.WrongCode:
                    continue
            return 99

        with time_machine.travel(NOW, tick=False):
            assert tried(ELSEWHERE) == 10
            assert tried(HOME) == 10
            everywhere = sum(tried(f"192.0.2.{number}") for number in range(40))
            assert everywhere + 20 == signin.PER_FACTOR_EVERYWHERE.capacity

    def test_many_networks_together_have_a_limit_too_and_the_own_browser_does_not_feel_it(self) -> None:
        user = people.somebody({}, login="limin")
        own_browser = known(user)
        with time_machine.travel(NOW, tick=False):
            for number in range(int(signin.PER_LOGIN_EVERYWHERE.capacity)):
                wrong("limin", 1, client(f"192.0.2.{number}"))
            with pytest.raises(signin.TooMany):
                signin.check_password(login="limin", password=PASSWORD, client=client("203.0.113.1"))
            assert signin.check_password(login="limin", password=PASSWORD, client=own_browser) == user

    def test_the_cookie_of_one_user_is_no_key_for_another(self) -> None:
        mine = known(people.somebody({}, login="qian"))
        people.somebody({}, login="limin")
        wrong("limin", 5, mine)
        with pytest.raises(signin.TooMany):
            signin.check_password(login="limin", password=PASSWORD, client=mine)

    def test_an_unknown_login_is_slowed_down_like_a_known_one(self) -> None:
        wrong("nobody", 5, client())
        with pytest.raises(signin.TooMany):
            signin.check_password(login="nobody", password="guess", client=client())

    def test_one_network_trying_many_logins_is_slowed_down(self) -> None:
        with time_machine.travel(NOW, tick=False):
            for number in range(int(signin.PER_NETWORK.capacity)):
                wrong(f"login{number}", 1, client())
            with pytest.raises(signin.TooMany):
                signin.check_password(login="other", password="guess", client=client())

    def test_an_office_signing_in_behind_one_address_is_not(self) -> None:
        users = [
            people.somebody({}, login=f"staff{number}")
            for number in range(int(signin.PER_NETWORK.capacity) + 5)
        ]
        for user in users:
            signin.check_password(login=user.login, password=PASSWORD, client=client())

    def test_addresses_of_one_ipv6_network_count_as_one(self) -> None:
        people.somebody({}, login="limin")
        for number in range(5):
            wrong("limin", 1, client(f"2001:db8:1:2::{number + 1}"))
        with pytest.raises(signin.TooMany):
            signin.check_password(login="limin", password=PASSWORD, client=client("2001:db8:1:2:ffff::1"))
        signin.check_password(login="limin", password=PASSWORD, client=client("2001:db8:1:3::1"))

    def test_failures_stand_in_history_and_a_flood_of_them_does_not(self) -> None:
        people.somebody({}, login="limin")
        wrong("limin", 5, client())
        for _try in range(20):
            with pytest.raises(signin.TooMany):
                signin.check_password(login="limin", password="guess", client=client())
        assert Entry.objects.filter(verb="account.refused").count() == 5

    def test_a_changed_password_forgets_the_known_browsers(self) -> None:
        user = people.somebody({}, login="limin")
        known(user)
        services.set_password(actor=access.system(capabilities.CLI), user=user, password="another-horse-2")
        assert not KnownDevice.objects.exists()


class TestAddresses:
    def request(self, remote: str, forwarded: str = "") -> HttpRequest:
        headers: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)

    def test_a_forged_header_is_not_believed(self) -> None:
        assert clients.address(self.request("203.0.113.9", "198.51.100.7")) == "203.0.113.9"

    @pytest.mark.parametrize(
        ("forwarded", "found"),
        [
            ("198.51.100.7", "198.51.100.7"),
            ("1.2.3.4, 198.51.100.7", "198.51.100.7"),
            ("198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("rubbish", "10.0.0.1"),
            ("", "10.0.0.1"),
        ],
    )
    def test_behind_a_trusted_proxy_the_last_untrusted_hop_counts(
        self, settings: Any, forwarded: str, found: str
    ) -> None:
        settings.CONFIG = type(settings.CONFIG)(trusted_proxies="10.0.0.0/8")
        assert clients.address(self.request("10.0.0.1", forwarded)) == found
