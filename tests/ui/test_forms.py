"""Form pages: errors beside fields, refusals of services, one doing per showing, drafts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.ui.conftest import IN_DRAWER
from zhize.kernel.accounts.models import User
from zhize.kernel.db import DomainError, Invalid, Outrun
from zhize.lib import clock
from zhize.ui import forms, selectors, services, widgets
from zhize.ui.models import Draft, Submission

FORM = "/ui/gallery/form/"
GOOD = {
    "caller": "张建国",
    "phone": "1",
    "kind": "lift",
    "urgency": "normal",
    "title": "电梯",
    "content": "响",
}


class TestAFormPage:
    def test_shows_errors_beside_the_fields(self, client: Client) -> None:
        answer = client.post(FORM, {**GOOD, "title": "", "kind": ""})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "请填写这一项。" in page and "请选择一项。" in page
        assert 'id="id_title_error"' in page
        assert 'aria-describedby="id_title_error"' in page

    def test_goes_on_when_it_is_done(self, client: Client) -> None:
        answer = client.post(FORM, GOOD, follow=True)
        assert answer.redirect_chain == [("/ui/gallery/list/", 302)]
        assert "已受理" in answer.content.decode()

    def test_in_the_drawer_stays_and_speaks(self, client: Client) -> None:
        answer = client.post(FORM, GOOD, headers=IN_DRAWER)
        said = json.loads(answer["HX-Trigger"])
        assert answer.status_code == 200
        assert said["ui:done"]["refresh"] is True
        assert said["ui:toast"]["text"].startswith("已受理")

    def test_puts_a_refusal_beside_the_field_it_names(self, client: Client) -> None:
        answer = client.post(FORM, {**GOOD, "title": "拒绝"})
        assert answer.status_code == 409
        assert "这位客户今天已经有一件同样的工单。" in answer.content.decode()
        assert 'value="拒绝"' in answer.content.decode()

    def test_takes_values_from_the_address(self, client: Client) -> None:
        page = client.get(FORM, {"phone": "13800132277", "csrfmiddlewaretoken": "x"}).content.decode()
        assert 'value="13800132277"' in page

    def test_has_no_inline_style_or_script(self, client: Client) -> None:
        page = client.get(FORM).content.decode()
        assert " style=" not in page and "onclick" not in page


class TestAFormSentTwice:
    def test_is_done_once(self, client: Client) -> None:
        first = client.post(FORM, {**GOOD, "_token": "t1"}, follow=True)
        second = client.post(FORM, {**GOOD, "_token": "t1"}, follow=True)
        assert "已受理" in first.content.decode()
        assert "没有重复办理" in second.content.decode()
        assert second.redirect_chain == [("/ui/gallery/list/", 302)]

    def test_may_be_sent_again_after_a_refusal(self, client: Client) -> None:
        client.post(FORM, {**GOOD, "title": "拒绝", "_token": "t2"})
        answer = client.post(FORM, {**GOOD, "_token": "t2"}, follow=True)
        assert "已受理" in answer.content.decode()

    def test_leaves_no_token_when_the_call_fails(self, user: User) -> None:
        def fail() -> None:
            raise DomainError

        with pytest.raises(DomainError):
            services.once(token="t3", user=user, call=fail, locate=lambda _result: "/")
        assert not Submission.objects.exists()

    def test_does_not_tell_one_person_of_anothers_form(self, client: Client, user: User, db: Any) -> None:
        Submission.objects.create(token="t4", user=None, location="/secret/", created_at="2026-01-01T00:00Z")
        with pytest.raises(Outrun):
            services.once(token="t4", user=user, call=lambda: None, locate=lambda _result: "/")


class TestDrafts:
    def test_are_kept_and_offered(self, client: Client, user: User) -> None:
        page = client.get(FORM)
        key = page.context["draft_key"] if page.context else "zhize.ui.web.gallery.SampleForm:new"
        sent = {"key": key, "data": {"title": ["电梯"]}}
        assert client.post("/ui/draft/", sent, content_type="application/json").status_code == 204
        assert selectors.draft(user.pk, key)[0] == {"title": ["电梯"]}  # type: ignore[index]
        assert '{"title": ["\\u7535\\u68af"]}' in client.get(FORM).content.decode()

    def test_go_when_the_form_is_done(self, client: Client, user: User) -> None:
        services.keep_draft(user_id=user.pk, key="k", data={"a": ["1"]})
        client.post(FORM, {**GOOD, "_draft": "k"})
        assert not Draft.objects.exists()

    def test_that_are_not_drafts_are_refused(self, client: Client) -> None:
        for body in (
            "",
            "[]",
            '{"key": "k", "data": 3}',
            '{"key": "", "data": {}}',
            '{"key": "k", "data": {}, "at": "x"}',
        ):
            answer = client.post("/ui/draft/", body, content_type="application/json")
            assert answer.status_code == 422

    def test_that_are_too_long_are_refused(self, user: User) -> None:
        with pytest.raises(Invalid):
            services.keep_draft(user_id=user.pk, key="k", data={"a": ["x" * 70_000]})

    def test_left_on_a_machine_are_kept_unless_a_newer_one_is_here(self, client: Client, user: User) -> None:
        left = {"key": "k", "data": {"a": ["left"]}, "token": "t9", "at": clock.now().timestamp() * 1000}
        kept = client.post("/ui/draft/", left, content_type="application/json")
        assert (kept.json(), selectors.draft(user.pk, "k")[0]) == ({"done": False}, {"a": ["left"]})  # type: ignore[index]
        services.keep_draft(user_id=user.pk, key="k", data={"a": ["newer"]})
        assert client.post("/ui/draft/", left, content_type="application/json").json() == {"done": False}
        assert selectors.draft(user.pk, "k")[0] == {"a": ["newer"]}  # type: ignore[index]

    def test_left_on_a_machine_end_when_their_form_was_done(self, client: Client, user: User) -> None:
        services.keep_draft(user_id=user.pk, key="k", data={"a": ["1"]})
        services.once(token="t8", user=user, call=lambda: None, locate=lambda _result: "/")
        left = {"key": "k", "data": {"a": ["1"]}, "token": "t8", "at": clock.now().timestamp() * 1000}
        assert client.post("/ui/draft/", left, content_type="application/json").json() == {"done": True}
        assert not Draft.objects.exists()

    def test_that_are_newer_than_the_form_that_was_done_stay(self, client: Client, user: User) -> None:
        services.once(token="t7", user=user, call=lambda: None, locate=lambda _result: "/")
        left = {"key": "k", "data": {"a": ["1"]}, "token": "t7", "at": clock.now().timestamp() * 1000}
        services.keep_draft(user_id=user.pk, key="k", data={"a": ["the next one"]})
        assert client.post("/ui/draft/", left, content_type="application/json").json() == {"done": True}
        assert selectors.draft(user.pk, "k")[0] == {"a": ["the next one"]}  # type: ignore[index]

    def test_are_private(self, client: Client, user: User) -> None:
        assert selectors.draft(user.pk + 1, "k") is None


class Plain(forms.Form):
    sections = (forms.Section("一", ("b",)), forms.Section("二", ("c",), folded=True))
    a = django_forms.CharField(required=False)
    b = django_forms.IntegerField()
    c = django_forms.DateField(required=False)


class TestTheFormBase:
    def test_groups_fields_and_forgets_none(self) -> None:
        groups = Plain().groups()
        assert [[field.name for field in group.fields] for group in groups] == [["b"], ["c"], ["a"]]

    def test_opens_a_folded_section_with_an_error(self) -> None:
        form = Plain({"b": "1", "c": "no day"})
        form.is_valid()
        assert [group.open for group in form.groups()] == [True, True, True]
        assert not Plain().groups()[1].open

    def test_gives_dates_the_native_control(self) -> None:
        assert 'type="date"' in str(Plain()["c"])

    def test_puts_refusals_where_they_belong(self) -> None:
        form = Plain({"b": "1"})
        form.is_valid()
        form.refuse(Invalid({"a": ["甲"], "elsewhere": ["乙"]}))
        assert form.errors["a"] == ["甲"]
        assert form.non_field_errors() == ["乙"]

    def test_a_file_name_that_is_too_long_is_refused_in_words(self) -> None:
        class Uploading(forms.Form):
            file = django_forms.FileField(max_length=5)

        form = Uploading({}, {"file": SimpleUploadedFile("abcdef.txt", b"x")})
        assert "文件名最多 5 个字，现在 10 个。" in str(form.errors["file"])

    def test_adopts_a_form_built_elsewhere(self) -> None:
        class Foreign(django_forms.Form):
            x = django_forms.CharField(widget=django_forms.Textarea)

        form = forms.adopt(Foreign())
        assert "form-control" in str(form["x"])
        assert form.groups()[0].fields[0].name == "x"  # type: ignore[attr-defined]


class TestTheCombobox:
    def test_with_a_source_reads_only_what_is_chosen(
        self, user: User, django_assert_num_queries: Any
    ) -> None:
        class Choosing(forms.Form):
            who = django_forms.ModelChoiceField(
                User.objects.select_related("person"), widget=widgets.Combobox(source="/people/")
            )

        with django_assert_num_queries(0):
            str(Choosing()["who"])
        with django_assert_num_queries(1):
            shown = str(Choosing(initial={"who": user.pk})["who"])
        assert shown.count("<option") == 1
        assert "selected" in shown


class TestAnEmptyChoice:
    def test_is_named_in_words(self, user: User) -> None:
        import django_filters

        from zhize.ui import Filters

        class Some(Filters):
            a = django_filters.ChoiceFilter(choices=lambda: [("1", "一")])
            b = django_filters.ModelChoiceFilter(queryset=User.objects.select_related("person"))

        form = Some({}, queryset=User.objects.all()).form
        assert "全部" in str(form["a"]) and "全部" in str(form["b"])
        assert "----" not in str(form["a"]) + str(form["b"])
        assert str(form["a"]).count("<option") == 2


class Bounded(forms.Form):
    count = django_forms.IntegerField(label="数量", min_value=1, max_value=1_000_000)
    rate = django_forms.DecimalField(label="比例（%）", min_value=0, max_digits=4, decimal_places=1)
    day = django_forms.DateField(label="日期")
    mail = django_forms.EmailField(label="邮箱")
    kind = django_forms.ChoiceField(label="种类", choices=[("a", "甲")], required=False)
    word = django_forms.CharField(label="名称", max_length=3, error_messages={"required": "自己的话。"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"count": "0"}, {"count": "“数量”要填 1 到 1,000,000 的整数。"}),
        ({"count": "1.5"}, {"count": "“数量”要填 1 到 1,000,000 的整数。"}),
        ({"rate": "-1"}, {"rate": "“比例（%）”要填数字，最小 0。"}),
        ({"rate": "x"}, {"rate": "“比例（%）”要填数字，最小 0。"}),
        ({"rate": "1.25"}, {"rate": "“比例（%）”最多 1 位小数。"}),
        ({"day": "5号"}, {"day": "请填写日期，例如 2026-03-05。"}),
        ({"mail": "张"}, {"mail": "请填写完整的邮箱地址，例如 name@example.com。"}),
        ({"kind": "b"}, {"kind": "“b”不在列出的选项里，请重新选。"}),
        ({"word": "四个字的"}, {"word": "最多 3 个字，现在 4 个。"}),
        ({"word": "", "count": ""}, {"word": "自己的话。", "count": "请填写这一项。"}),
    ],
)
def test_a_field_says_in_our_words_what_it_takes(given: dict[str, str], said: dict[str, str]) -> None:
    right = {"count": "1", "rate": "1", "day": "2026-03-05", "mail": "a@b.cn", "word": "好"}
    form = Bounded({**right, **given})
    assert {name: "".join(texts) for name, texts in form.errors.items()} == said
