"""Coming in through the pages, in both steps, and one's own account."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.kit import people
from tests.kit.people import PASSWORD
from zhize.kernel import access, jobs
from zhize.kernel.accounts import capabilities, factors, services, signin
from zhize.kernel.accounts.models import ApiToken, User
from zhize.kernel.history.models import Entry
from zhize.kernel.jobs.models import Job
from zhize.kernel.notices.models import Delivery
from zhize.lib import clock

pytestmark = pytest.mark.django_db

GOOD = "correct-horse-9"


def sign_in(client: Client, user: User, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/login/", {"login": user.login, "password": password, **data})


def code(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def with_factor(user: User, client: Client | None = None) -> str:
    """Turn the second step on; the session of `client`, where it is done, stays."""
    secret = factors.offer(user).secret
    keep = client.session.session_key if client is not None else ""
    factors.turn_on(
        actor=people.actor(user), user=user, secret=secret, code=code(secret, -1), keep_session=keep or ""
    )
    return secret


class TestLogin:
    def test_a_stranger_is_sent_to_the_login_page_and_back_to_where_he_wanted(self, client: Client) -> None:
        user = people.somebody({})
        asked = client.get("/account/")
        assert asked["Location"] == "/login/?next=%2Faccount%2F"
        page = client.get(asked["Location"])
        assert page.status_code == 200
        assert 'name="next" value="/account/"' in page.content.decode()
        assert sign_in(client, user, next="/account/")["Location"] == "/account/"
        assert client.get("/account/").status_code == 200
        assert Entry.objects.filter(verb="account.signed_in", subject_id=user.pk).exists()

    def test_who_does_nothing_for_two_hours_is_asked_again_and_comes_back(self, client: Client) -> None:
        user = people.somebody({})
        with time_machine.travel(clock.now(), tick=False) as moment:
            sign_in(client, user)
            for _half_hours in range(6):
                moment.shift(timedelta(minutes=30))
                assert client.get("/account/").status_code == 200
            # What the page asks for by itself does not keep the session.
            for _half_hours in range(3):
                moment.shift(timedelta(minutes=30))
                assert client.get("/ui/bell/", headers={"X-Poll": "1"}).status_code == 200
            moment.shift(timedelta(minutes=31))
            sent = client.post("/account/password/", {}, headers={"Referer": "http://testserver/account/"})
            assert sent["Location"].startswith("/login/?next=http%3A%2F%2Ftestserver%2Faccount%2F&ended=1")
            assert "登录已结束" in client.get(sent["Location"]).content.decode()
            assert sign_in(client, user, next="/account/password/")["Location"] == "/account/password/"

    def test_a_part_of_a_page_says_that_the_session_ended_and_leaves_the_page(self, client: Client) -> None:
        with time_machine.travel(clock.now(), tick=False) as moment:
            sign_in(client, people.somebody({}))
            moment.shift(timedelta(hours=3))
            part = client.get("/account/", headers={"HX-Request": "true"})
        assert part.status_code == 401
        assert "ui:session-ended" in part["HX-Trigger"]
        assert part["HX-Reswap"] == "none"

    @pytest.mark.parametrize("older", [False, True], ids=["new", "from before sessions had an end"])
    def test_after_fourteen_days_of_work_a_session_ends_all_the_same(
        self, client: Client, settings: Any, older: bool
    ) -> None:
        settings.CONFIG = replace(settings.CONFIG, session_idle_minutes=0)
        with time_machine.travel(clock.now(), tick=False) as moment:
            sign_in(client, people.somebody({}))
            if older:
                kept = client.session
                del kept["_session_expiry"]
                kept.save()
                assert client.get("/ui/bell/", headers={"X-Poll": "1"}).status_code == 200
            for _day in range(13):
                moment.shift(timedelta(days=1))
                kept = client.session
                kept["seen"] = str(_day)
                kept.save()
                assert client.get("/account/").status_code == 200
            moment.shift(timedelta(days=1, minutes=1))
            assert client.get("/account/").status_code == 302

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil"]
    )
    def test_nobody_is_sent_to_another_site(self, client: Client, elsewhere: str) -> None:
        assert sign_in(client, people.somebody({}), next=elsewhere)["Location"] == "/"

    def test_a_wrong_password_says_so_in_the_form_and_keeps_the_login(self, client: Client) -> None:
        user = people.somebody({}, login="limin")
        answer = sign_in(client, user, "wrong")
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "登录名或密码不对" in page
        assert 'value="limin"' in page
        assert "wrong" not in page

    def test_too_many_tries_answer_429(self, client: Client) -> None:
        user = people.somebody({})
        codes = [sign_in(client, user, "wrong").status_code for _try in range(6)]
        assert codes == [422] * 5 + [429]

    def test_the_session_is_a_new_one(self, client: Client) -> None:
        client.get("/login/")
        session = client.session
        session["planted"] = "x"
        session.save()
        before = session.session_key
        client.cookies[django_settings.SESSION_COOKIE_NAME] = before
        sign_in(client, people.somebody({}))
        assert client.session.session_key != before

    def test_going_out_ends_the_session_and_needs_a_post(self, client: Client) -> None:
        sign_in(client, people.somebody({}))
        assert client.get("/logout/").status_code == 405
        assert "storage" in client.post("/logout/")["Clear-Site-Data"]
        assert client.get("/account/").status_code == 302
        assert not UserSession.objects.exists()

    def test_pages_of_coming_in_are_not_cached(self, client: Client) -> None:
        for page in ("/login/", "/login/forgotten/", "/login/reset/"):
            assert "no-store" in client.get(page)["Cache-Control"]


class TestSecondStep:
    def test_the_password_alone_opens_nothing(self, client: Client) -> None:
        user = people.somebody({})
        with_factor(user)
        assert sign_in(client, user)["Location"] == "/login/code/"
        assert client.get("/account/").status_code == 302
        assert signin.COOKIE not in client.cookies

    def test_the_code_of_the_authenticator_gets_in_once(self, client: Client) -> None:
        user = people.somebody({})
        secret = with_factor(user)
        sign_in(client, user, next="/account/")
        shown = code(secret)
        assert client.post("/login/code/", {"code": f"{shown[:3]} {shown[3:]}"})["Location"] == "/account/"
        other = Client()
        sign_in(other, user)
        assert other.post("/login/code/", {"code": shown}).status_code == 422

    def test_a_recovery_code_gets_in_once(self, client: Client) -> None:
        user = people.somebody({})
        secret = factors.offer(user).secret
        spare = factors.turn_on(actor=people.actor(user), user=user, secret=secret, code=code(secret))[0]
        sign_in(client, user)
        assert client.post("/login/code/", {"code": spare}).status_code == 302
        assert factors.recovery_codes_left(user) == 9
        other = Client()
        sign_in(other, user)
        assert other.post("/login/code/", {"code": spare}).status_code == 422

    def test_guessing_codes_is_slowed_down(self, client: Client) -> None:
        user = people.somebody({})
        secret = with_factor(user)
        sign_in(client, user)
        answers = [client.post("/login/code/", {"code": "000000"}).status_code for _try in range(11)]
        assert answers == [422] * 10 + [429]
        assert client.post("/login/code/", {"code": code(secret)}).status_code == 429

    def test_a_guesser_does_not_slow_down_the_own_browser(self, client: Client) -> None:
        user = people.somebody({})
        sign_in(client, user)
        client.post("/logout/")
        secret = with_factor(user)
        stranger = Client(REMOTE_ADDR="203.0.113.9")
        sign_in(stranger, user)
        for _try in range(12):
            stranger.post("/login/code/", {"code": "000000"})
        sign_in(client, user)
        assert client.post("/login/code/", {"code": code(secret)}).status_code == 302

    def test_the_second_step_waits_ten_minutes_only(self, client: Client) -> None:
        user = people.somebody({})
        with_factor(user)
        sign_in(client, user)
        with time_machine.travel(clock.now() + timedelta(minutes=11)):
            assert client.get("/login/code/")["Location"] == "/login/"

    def test_without_the_first_step_there_is_no_second(self, client: Client) -> None:
        assert client.get("/login/code/")["Location"] == "/login/"
        assert client.post("/login/code/", {"code": "123456"})["Location"] == "/login/"


class TestForgotten:
    @pytest.fixture(autouse=True)
    def configured(self, settings: Any) -> None:
        settings.CONFIG = replace(django_settings.CONFIG, public_url="https://zhize.example")

    def test_a_link_by_mail_sets_a_new_password(self, client: Client) -> None:
        user = people.somebody({}, email="li@example.com")
        answer = client.post("/login/forgotten/", {"who": "LI@example.com"})
        assert answer.status_code == 200
        jobs.run_all()
        mail = Delivery.objects.get()
        link = re.search(r"https://zhize\.example(\S+)", mail.body)
        assert link is not None
        page = client.get(link[1]).content.decode()
        secret = re.search(r'name="code" value="([^"]+)"', page)
        assert secret is not None
        done = client.post("/login/reset/", {"code": secret[1], "password": GOOD, "again": GOOD})
        assert done.status_code == 200
        assert sign_in(client, user, GOOD).status_code == 302

    def test_the_answer_does_not_tell_whether_there_is_such_a_login(self, client: Client) -> None:
        people.somebody({}, email="li@example.com", login="limin")
        with time_machine.travel(clock.now(), tick=False):
            pages = [client.post("/login/forgotten/", {"who": who}).content for who in ("limin", "nobody")]
        strip = re.compile(rb'(csrf[^>]*content|value)="[^"]{30,}"')
        assert strip.sub(b"", pages[0]) == strip.sub(b"", pages[1])
        jobs.run_all()
        assert Delivery.objects.count() == 1

    def test_nor_does_what_it_takes_to_answer(self, client: Client) -> None:
        people.somebody({}, email="li@example.com", login="limin")
        client.post("/login/forgotten/", {"who": "first"})
        asked = []
        for who in ("limin", "nobod", "li@example.com"):
            with CaptureQueriesContext(connection) as caught:
                client.post("/login/forgotten/", {"who": who})
            asked.append([query["sql"].partition(" VALUES ")[0].partition(" WHERE ")[0] for query in caught])
        assert asked[0] == asked[1] == asked[2]
        assert not any("accounts_user" in sql or "notices_" in sql for sql in asked[0])

    def test_what_a_stranger_typed_stands_in_no_job(self, client: Client) -> None:
        """It may be a password in the wrong field; jobs are kept, and shown to who may see them."""
        client.post("/login/forgotten/", {"who": GOOD})
        (job,) = Job.objects.filter(task_name="accounts.send_reset")
        assert GOOD not in str(job.args)

    def test_nobody_s_mailbox_can_be_flooded(self) -> None:
        people.somebody({}, email="li@example.com", login="limin")
        for number in range(8):
            Client(REMOTE_ADDR=f"203.0.113.{number}").post("/login/forgotten/", {"who": "limin"})
        jobs.run_all()
        assert Delivery.objects.count() == 3
        codes = [Client().post("/login/forgotten/", {"who": "x"}).status_code for _try in range(6)]
        assert codes[-1] == 429

    def test_two_different_passwords_are_not_taken(self, client: Client) -> None:
        code = services.make_code(actor=access.system(capabilities.CLI), user=people.somebody({}))
        answer = client.post("/login/reset/", {"code": code.secret, "password": GOOD, "again": GOOD + "x"})
        assert answer.status_code == 422
        assert GOOD not in answer.content.decode()


class TestAccount:
    @pytest.fixture
    def user(self, client: Client) -> User:
        user = people.somebody({"token.issue": "own", "token.view": "own"})
        sign_in(client, user)
        return user

    def test_a_password_somebody_else_has_set_must_be_replaced_first(
        self, client: Client, user: User
    ) -> None:
        services.set_password(actor=access.system(capabilities.CLI), user=user, password=GOOD)
        assert sign_in(client, user, GOOD).status_code == 302
        assert client.get("/account/")["Location"] == "/account/password/"
        assert client.get("/account/password/").status_code == 200
        new = "another-horse-2"
        done = client.post("/account/password/", {"old_password": GOOD, "password": new, "again": new})
        assert done.status_code == 302
        assert client.get("/account/").status_code == 200

    def test_changing_the_password_signs_out_the_others_and_not_me(self, client: Client, user: User) -> None:
        other = Client()
        sign_in(other, user)
        client.post("/account/password/", {"old_password": PASSWORD, "password": GOOD, "again": GOOD})
        assert client.get("/account/").status_code == 200
        assert other.get("/account/").status_code == 302
        assert UserSession.objects.filter(user=user).count() == 1

    def test_sessions_are_listed_and_the_others_can_be_ended(self, client: Client, user: User) -> None:
        other, stranger = Client(headers={"user-agent": "Firefox on Linux"}), Client()
        sign_in(other, user)
        sign_in(stranger, people.somebody({}))
        page = client.get("/account/").content.decode()
        assert "Firefox · Linux" in page
        foreign = UserSession.objects.exclude(user=user).get()
        assert client.post(f"/account/sessions/{foreign.pk}/end/").status_code == 404
        assert stranger.get("/account/").status_code == 200
        client.post("/account/sessions/end/")
        assert other.get("/account/").status_code == 302
        assert client.get("/account/").status_code == 200

    def test_the_second_step_is_turned_on_with_a_scanned_code(self, client: Client, user: User) -> None:
        page = client.get("/account/second-step/").content.decode()
        assert "data:image/svg+xml" in page
        found = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
        assert found is not None
        wrong = client.post("/account/second-step/", {"secret": found[1], "code": "000000"})
        assert wrong.status_code == 422
        assert found[1] in wrong.content.decode()
        done = client.post("/account/second-step/", {"secret": found[1], "code": code(found[1])})
        assert done.content.decode().count("<li>") >= 10
        assert factors.has(user)

    def test_turning_it_off_takes_the_password(self, client: Client, user: User) -> None:
        with_factor(user, client)
        assert client.post("/account/second-step/off/", {"password": "wrong"}).status_code == 422
        assert factors.has(user)
        assert client.post("/account/second-step/off/", {"password": PASSWORD}).status_code == 302
        assert not factors.has(user)

    def test_new_recovery_codes_replace_the_old(self, client: Client, user: User) -> None:
        with_factor(user, client)
        page = client.post("/account/second-step/codes/", {"password": PASSWORD}).content.decode()
        assert len(re.findall(r"<li>\d{8}</li>", page)) == 10

    def test_a_token_is_shown_once_and_revoked(self, client: Client, user: User) -> None:
        page = client.post("/account/tokens/new/", {"name": "BI", "scopes": ["token.view"], "days": "30"})
        assert "zz_" in page.content.decode()
        token = ApiToken.objects.get()
        assert token.prefix in client.get("/account/").content.decode()
        client.post(f"/account/tokens/{token.pk}/revoke/")
        token.refresh_from_db()
        assert token.revoked_at is not None

    def test_a_token_of_somebody_else_is_not_found(self, client: Client, user: User) -> None:
        from zhize.kernel.accounts import tokens

        other = tokens.issue(actor=access.system(capabilities.CLI), user=people.somebody({}), name="x").token
        assert client.post(f"/account/tokens/{other.pk}/revoke/").status_code == 404

    def test_how_to_be_told_is_kept(self, client: Client, user: User) -> None:
        sent = {"channels": ["email"], "push_address": "", "quiet_from": "22:00", "quiet_to": "07:00"}
        assert client.post("/account/notifications/", sent).status_code == 302
        assert "22:00" in client.get("/account/").content.decode()
        assert client.post("/account/notifications/", {"quiet_from": "22:00"}).status_code == 422

    def test_every_page_speaks_english(self, client: Client, user: User) -> None:
        user.language = "en"
        user.save()
        with_factor(user, client)
        pages = ("", "password/", "second-step/off/", "second-step/codes/", "notifications/", "tokens/new/")
        for page in pages:
            text = client.get(f"/account/{page}").content.decode()
            body = text[text.index("<main") : text.index("</main")]
            assert not re.findall(r"[\u4e00-\u9fff]+", body.replace(str(user), "")), page
