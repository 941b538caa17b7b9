"""Applying a pack: releases, plans, idempotence, overrides, refusals."""

from __future__ import annotations

import pytest

from tests.kernel.packs.conftest import SEEDED, WritePack
from zhize.kernel import access, packs
from zhize.kernel.db import Invalid, Refused
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import services
from zhize.kernel.packs.models import PackPlacement, PackRelease

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kitchen")]

COOKS = "- {code: ada, label: {zh: 阿达, en: Ada}}\n"
SOUP = "- {code: soup, label: {zh: 汤, en: Soup}, cook: ada}\n"
RICE = "- {code: rice, label: {zh: 饭, en: Rice}, cook: ada, minutes: 20}\n"


def actor() -> access.Actor:
    return access.system("packs.apply")


def lines(changes: list[packs.Change]) -> list[str]:
    return [str(change) for change in changes]


class TestApply:
    def test_live_items_are_read_from_the_release(self, write_pack: WritePack) -> None:
        release, changes = services.apply(root=write_pack(cooks=COOKS, dishes=SOUP + RICE), actor=actor())
        assert lines(changes) == ["+ dishes/soup", "+ dishes/rice"]
        assert packs.live("dishes", "rice").minutes == 20
        assert [dish.code for dish in packs.listing("dishes")] == ["soup", "rice"]
        assert packs.release_of("dishes", "soup") == release.pk

    def test_applying_again_changes_nothing(self, write_pack: WritePack, centre: Unit) -> None:
        root = write_pack(cooks=COOKS, dishes=SOUP)
        first, _changes = services.apply(root=root, actor=actor(), unit=centre)
        second, changes = services.apply(root=root, actor=actor(), unit=centre)
        assert (second, changes) == (first, [])
        assert PackRelease.objects.count() == 1

    def test_seeds_go_into_the_unit_and_later_into_every_unit_of_the_pack(
        self, write_pack: WritePack, centre: Unit
    ) -> None:
        root = write_pack(cooks=COOKS, dishes=SOUP)
        services.apply(root=root, actor=actor())
        assert SEEDED == {}
        services.apply(root=root, actor=actor(), unit=centre)
        root = write_pack(cooks=COOKS + "- {code: bob, label: {zh: 鲍勃, en: Bob}}\n", dishes=SOUP)
        release, changes = services.apply(root=root, actor=actor())
        assert "+ cooks/bob  鲍勃" in lines(changes)
        assert PackPlacement.objects.get().release == release

    def test_a_record_keeps_the_release_it_was_opened_under(self, write_pack: WritePack) -> None:
        old, _changes = services.apply(root=write_pack(cooks=COOKS, dishes=SOUP), actor=actor())
        services.apply(
            root=write_pack(cooks=COOKS, dishes=SOUP.replace("cook: ada", "cook: ada, minutes: 90")),
            actor=actor(),
        )
        assert packs.live("dishes", "soup", release=old.pk).minutes == 30
        assert packs.live("dishes", "soup").minutes == 90

    def test_a_pack_with_mistakes_is_refused_whole(self, write_pack: WritePack) -> None:
        with pytest.raises(packs.PackRefused) as refused:
            services.apply(root=write_pack(dishes=SOUP), actor=actor())
        assert [str(problem) for problem in refused.value.problems] == [
            "bistro/dishes.yaml:1:42: no cook ada"
        ]
        assert not PackRelease.objects.exists()

    def test_a_code_of_another_pack_is_refused(self, write_pack: WritePack) -> None:
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP), actor=actor())
        with pytest.raises(packs.PackRefused, match="dishes/soup"):
            services.apply(
                root=write_pack(
                    "canteen", cooks=COOKS.replace("ada", "eve"), dishes=SOUP.replace("ada", "eve")
                ),
                actor=actor(),
            )

    def test_two_packs_may_share_what_both_include(self, write_pack: WritePack) -> None:
        write_pack("pantry", cooks=COOKS)
        manifest = "code: NAME\nversion: '1.0'\nlabel: {zh: 馆, en: X}\nsummary: {zh: 馆, en: X}\nincludes: [pantry]\n"
        services.apply(
            root=write_pack("one", pack=manifest.replace("NAME", "one"), dishes=SOUP), actor=actor()
        )
        services.apply(
            root=write_pack("two", pack=manifest.replace("NAME", "two"), dishes=RICE), actor=actor()
        )
        assert {dish.code for dish in packs.listing("dishes")} == {"soup", "rice"}

    def test_who_may_not_apply_is_refused(self, write_pack: WritePack) -> None:
        nobody = access.customer(None, label="客户", channel="portal")
        with pytest.raises(Refused):
            services.apply(root=write_pack(cooks=COOKS), actor=nobody)
        assert not PackRelease.objects.exists()


class TestPlan:
    def test_the_plan_shows_the_difference_and_writes_nothing(self, write_pack: WritePack) -> None:
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP + RICE), actor=actor())
        root = write_pack(cooks=COOKS, dishes=SOUP.replace("cook: ada", "cook: ada, minutes: 5"))
        assert lines(services.plan(root=root, actor=actor())) == ["~ dishes/soup  minutes", "- dishes/rice"]
        assert packs.live("dishes", "soup").minutes == 30

    def test_dropping_what_is_in_use_is_refused_by_its_owner(self, write_pack: WritePack) -> None:
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP + RICE), actor=actor())
        root = write_pack(cooks=COOKS, dishes=RICE)
        assert "! dishes/soup  3 guests are eating it" in lines(services.plan(root=root, actor=actor()))
        with pytest.raises(packs.PackRefused):
            services.apply(root=root, actor=actor())
        assert packs.live("dishes", "soup").code == "soup"


class TestOverride:
    def test_a_site_sets_its_own_value_and_older_records_keep_theirs(self, write_pack: WritePack) -> None:
        old, _changes = services.apply(root=write_pack(cooks=COOKS, dishes=SOUP), actor=actor())
        new = services.override(
            actor=actor(),
            pack="bistro",
            section="dishes",
            code="soup",
            path=["minutes"],
            value=45,
            reason="慢火",
        )
        assert packs.live("dishes", "soup").minutes == 45
        assert packs.live("dishes", "soup", release=old.pk).minutes == 30
        assert (new.number, new.version) == (2, "1.0")

    def test_an_upgrade_keeps_the_sites_own_value(self, write_pack: WritePack) -> None:
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP), actor=actor())
        services.override(
            actor=actor(),
            pack="bistro",
            section="dishes",
            code="soup",
            path=["minutes"],
            value=45,
            reason="慢火",
        )
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP + RICE), actor=actor())
        assert packs.live("dishes", "soup").minutes == 45
        assert services.overrides_as_data("bistro") == [
            {"section": "dishes", "code": "soup", "path": ["minutes"], "value": 45, "reason": "慢火"}
        ]

    @pytest.mark.parametrize(
        ("path", "value", "reason", "field"),
        [
            (["cook"], "bob", "x", "path"),
            (["minutes"], "long", "x", "value"),
            (["minutes"], 45, " ", "reason"),
        ],
    )
    def test_what_is_refused(
        self, write_pack: WritePack, path: list[str], value: object, reason: str, field: str
    ) -> None:
        services.apply(root=write_pack(cooks=COOKS, dishes=SOUP), actor=actor())
        with pytest.raises(Invalid) as refused:
            services.override(
                actor=actor(),
                pack="bistro",
                section="dishes",
                code="soup",
                path=path,
                value=value,
                reason=reason,
            )
        assert list(refused.value.errors) == [field]
        assert PackRelease.objects.count() == 1
