"""Three small sections and a way to write a pack into a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from zhize.kernel import packs
from zhize.kernel.org.models import Unit
from zhize.kernel.packs import sections, selectors
from zhize.kernel.packs.applying import Applying, Change
from zhize.kernel.packs.specs import Code, ConditionSpec, Item, PackText, Positive, RungSpec, TargetSpec, site

WritePack = Callable[..., Path]


class DishSpec(Item):
    label: PackText
    cook: Code
    minutes: Positive = site(30)
    target: TargetSpec | None = None
    ladder: tuple[RungSpec, ...] = ()
    when: ConditionSpec | None = None


class CookSpec(Item):
    label: PackText


class SongSpec(Item):
    text: str


def check_dishes(pack: packs.Pack) -> Iterable[packs.Problem]:
    for dish in pack.items("dishes"):
        if dish.cook not in pack.codes("cooks"):
            yield pack.problem("dishes", dish.code, ("cook",), f"no cook {dish.cook}")


def plan_dishes(applying: Applying) -> Iterable[Change]:
    for code in applying.dropped():
        if code == "soup":
            yield applying.change("refuse", code, "3 guests are eating it")


def seed_cooks(applying: Applying) -> Iterable[Change]:
    for code, cook in applying.items.items():
        seeded = SEEDED.setdefault((applying.unit.pk if applying.unit else None, code), cook.label.zh)
        if applying.before(code) is None:
            yield applying.change("add", code, seeded)


SEEDED: dict[tuple[int | None, str], str] = {}


@pytest.fixture
def kitchen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sections of this test only: dishes are live, cooks are seeded, songs are samples."""
    monkeypatch.setattr(sections, "_sections", {})
    packs.section("dishes", model=DishSpec, check=check_dishes, plan=plan_dishes)
    packs.section("cooks", model=CookSpec, kind="seed", apply=seed_cooks)
    packs.section("songs", model=SongSpec, kind="sample")
    SEEDED.clear()
    selectors.forget()
    yield
    selectors.forget()


@pytest.fixture
def write_pack(tmp_path: Path) -> WritePack:
    """Write files into a pack folder; `pack.yaml` is given unless said otherwise."""

    def write(name: str = "bistro", /, **files: str) -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        manifest = (
            "code: NAME\nversion: '1.0'\nlabel: {zh: 小馆, en: Bistro}\nsummary: {zh: 馆, en: A bistro}\n"
        )
        contents = {"pack": manifest.replace("NAME", name), **files}
        for stem, text in contents.items():
            path = root / (stem.replace("__", "/") + ("" if "." in stem else ".yaml"))
            path.parent.mkdir(exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return root

    return write


@pytest.fixture
def centre(db: None) -> Unit:
    unit = Unit.objects.create(code="ZX", name="中心", kind="centre")
    Unit.objects.filter(pk=unit.pk).update(path=f"/{unit.pk}/")
    unit.refresh_from_db()
    return unit
