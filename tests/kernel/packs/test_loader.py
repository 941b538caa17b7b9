"""Reading a pack: every mistake is found, in its place, in words."""

from __future__ import annotations

import pytest

from tests.kernel.packs.conftest import WritePack
from zhize.kernel.packs import loader

pytestmark = pytest.mark.usefixtures("kitchen")

COOKS = "- {code: ada, label: {zh: 阿达, en: Ada}}\n"


def found(root: object) -> list[str]:
    pack = loader.load(root)  # type: ignore[arg-type]
    return [f"{problem.file}:{problem.line}: {problem.message}" for problem in pack.problems]


class TestReading:
    def test_a_sound_pack_has_no_problems(self, write_pack: WritePack) -> None:
        root = write_pack(
            cooks=COOKS,
            dishes__soup="""
                code: soup
                label: {zh: 汤, en: Soup}
                cook: ada
                target: {kind: elapsed, minutes: 1440}
                ladder:
                  - {code: due, label: {zh: 到期, en: Due}, percent: 100, tell: [superior]}
                when: {all: [{field: guest, op: is, value: no}, {not: {field: cold, op: is, value: true}}]}
                """,
            songs="- {code: evening, text: 12:30}\n",
        )
        pack = loader.load(root)
        assert pack.problems == []
        assert pack.codes("dishes") == {"soup"}
        soup = pack.get("dishes", "soup")
        assert soup.label.zh == "汤"
        assert soup.when.all[0].value == "no"
        assert soup.when.as_data()["all"][1] == {"not": {"field": "cold", "op": "is", "value": True}}
        assert soup.ladder[0].as_threshold() == {"code": "due", "at_percent": 100}
        assert pack.get("songs", "evening").text == "12:30"

    def test_every_mistake_is_reported_with_its_line(self, write_pack: WritePack) -> None:
        root = write_pack(
            cooks=COOKS,
            dishes="""
                - code: soup
                  label: {zh: 汤}
                  cook: ada
                  colour: red
                - code: Steak
                  label: {zh: 牛排, en: Steak}
                  cook: ada
                  minutes: "20"
                - code: rice
                  label: {zh: 饭, en: Rice}
                  cook: ada
                  minutes: 0
                  minutes: 5
                """,
        )
        assert found(root) == [
            "bistro/dishes.yaml:2: 中文和英文都要写。",
            "bistro/dishes.yaml:4: 不认识“colour”这个键。",
            "bistro/dishes.yaml:5: “code”的写法不对：'Steak'（只用小写字母、数字和下划线）。",
            "bistro/dishes.yaml:8: “minutes”要写整数，这里是 '20'。",
            "bistro/dishes.yaml:12: “minutes”超出范围（界限 1），这里是 0。",
            "bistro/dishes.yaml:13: “minutes”写了两次。",
        ]

    def test_a_missing_key_is_reported_where_its_item_begins(self, write_pack: WritePack) -> None:
        root = write_pack(dishes="# dishes\n\n- code: soup\n  label: {zh: 汤, en: Soup}\n")
        assert found(root) == ["bistro/dishes.yaml:3: 缺少“cook”。"]

    def test_the_same_code_twice_names_the_first_place(self, write_pack: WritePack) -> None:
        root = write_pack(cooks=COOKS, cooks__more="code: ada\nlabel: {zh: 又, en: Again}\n")
        assert found(root) == ["bistro/cooks.yaml:1: “ada”已经写在 bistro/cooks/more.yaml 第 1 行。"]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("- {code: ada, label: &a {zh: 阿达, en: Ada}}\n", "不能用锚点（&、*）。"),
            (
                "- {code: !!python/name ada, label: {zh: 阿达, en: Ada}}\n",
                "不能用 tag:yaml.org,2002:python/name 这样的标记。",
            ),
            ("- {code: ada, label: {zh: 阿达, en: Ada}\n", "YAML 写法有误："),
            ("", "文件是空的。"),
        ],
    )
    def test_what_yaml_may_not_contain(self, write_pack: WritePack, text: str, message: str) -> None:
        assert any(message in line for line in found(write_pack(cooks=text)))

    def test_stray_files_are_reported(self, write_pack: WritePack) -> None:
        root = write_pack(
            cooks=COOKS, **{"recipes": "- {code: x}\n", "notes.txt": "hm", "README.md": "# Bistro\n"}
        )
        assert found(root) == [
            "bistro/notes.txt:1: 这个文件不属于包的任何部分。",
            "bistro/recipes.yaml:1: 这个文件不属于包的任何部分。",
        ]

    def test_a_file_that_grows_too_long_is_reported(self, write_pack: WritePack) -> None:
        songs = "".join(f"- {{code: s{number}, text: la}}\n" for number in range(301))
        assert found(write_pack(songs=songs)) == ["bistro/songs.yaml:301: 文件超过 300 行，请按内容拆开。"]

    def test_a_folder_without_a_manifest_is_no_pack(self, write_pack: WritePack) -> None:
        root = write_pack()
        (root / "pack.yaml").unlink()
        assert found(root) == ["bistro/pack.yaml:1: 缺少 pack.yaml。"]


class TestCrossChecks:
    def test_a_reference_that_leads_nowhere_is_reported_on_its_line(self, write_pack: WritePack) -> None:
        dishes = "- code: soup\n  label: {zh: 汤, en: Soup}\n  cook: bob\n"
        assert found(write_pack(cooks=COOKS, dishes=dishes)) == ["bistro/dishes.yaml:3: no cook bob"]

    def test_a_target_says_what_it_lacks(self, write_pack: WritePack) -> None:
        dishes = "- code: soup\n  label: {zh: 汤, en: Soup}\n  cook: ada\n  target: {kind: elapsed}\n"
        assert found(write_pack(cooks=COOKS, dishes=dishes)) == [
            "bistro/dishes.yaml:4: 这种时限要写明多少分钟。"
        ]


class TestIncludes:
    def test_a_pack_has_what_it_includes(self, write_pack: WritePack) -> None:
        write_pack("pantry", cooks=COOKS)
        root = write_pack(
            pack="""
                code: bistro
                version: "1.0"
                label: {zh: 小馆, en: Bistro}
                summary: {zh: 馆, en: A bistro}
                includes: [pantry]
                """,
            dishes="- {code: soup, label: {zh: 汤, en: Soup}, cook: ada}\n",
        )
        pack = loader.load(root)
        assert pack.problems == []
        assert pack.spec()["origins"] == {"cooks": {"ada": "pantry"}, "dishes": {"soup": "bistro"}}

    def test_an_unknown_include_is_reported(self, write_pack: WritePack) -> None:
        root = write_pack(
            pack="""
                code: bistro
                version: "1.0"
                label: {zh: 小馆, en: Bistro}
                summary: {zh: 馆, en: A bistro}
                includes: [cellar]
                """
        )
        assert found(root) == ["bistro/pack.yaml:5: 没有叫“cellar”的包。"]
