"""Components made in Python are the same as those of the template language."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from zhize import ui
from zhize.lib import clock
from zhize.ui import components, html

BODY = html.format_html("<p>{}</p>", "5 < 6")
OFFERS = [
    SimpleNamespace(verb="close", label="关闭", enabled=True, reason=None, primary=True),
    SimpleNamespace(verb="pause", label="<暂停>", enabled=True, reason=None, primary=False),
    SimpleNamespace(verb="void", label="作废", enabled=False, reason="“没有”权限", primary=False),
]
DUE = clock.now() + timedelta(days=3)
PAIRS = {
    "clock": (
        '{% cotton clock :due="due" explain="/why/" / %}',
        lambda: components.clock(DUE, explain="/why/"),
    ),
    "stopped": (
        '{% cotton clock :due="due" :stopped="late" / %}',
        lambda: components.clock(DUE, stopped_at=DUE + timedelta(hours=1)),
    ),
    "masked": (
        '{% cotton masked value="138****2277" url="/look/" what="{{ odd }}" / %}',
        lambda: components.masked("138****2277", "/look/", "<电话>"),
    ),
    "panel": (
        '{% cotton panel title="{{ odd }}" count="3" %}{{ body }}{% endcotton %}',
        lambda: components.panel("<电话>", BODY, count=3),
    ),
    "note": (
        '{% cotton note tone="green" icon="circle-check" title="{{ odd }}" %}{{ body }}{% endcotton %}',
        lambda: components.note(BODY, tone="green", symbol="circle-check", title="<电话>"),
    ),
    "pairs": (
        '{% cotton kv %}{% cotton kv.row label="{{ odd }}" %}{{ body }}{% endcotton %}{% endcotton %}',
        lambda: components.pairs([("<电话>", BODY), ("left out", None)]),
    ),
    "plain list": (
        '<ul class="plain-list"><li>{{ odd }}</li><li>{{ body }}</li></ul>',
        lambda: components.plain_list(["<电话>", BODY]),
    ),
    "quiet": (
        '<span class="quiet">{{ odd }}</span>',
        lambda: components.quiet("<电话>"),
    ),
    "act": (
        '{% cotton act url="/see/?a=1&b=2" / %}',
        lambda: components.act(ui.Act("", "/see/?a=1&b=2")),
    ),
    "act of every look": (
        '{% cotton act url="/see/?a=1&b=2" icon="plus" drawer="1" primary="1" danger="1" key="a" small="1"'
        ' confirm="{{ odd }}" %}{{ odd }}{% endcotton %}',
        lambda: components.act(
            ui.Act(
                "<电话>",
                "/see/?a=1&b=2",
                icon="plus",
                drawer=True,
                primary=True,
                danger=True,
                key="a",
                confirm="<电话>",
            ),
            small=True,
        ),
    ),
    "act done at once": (
        '{% cotton act url="/do/?a=1&b=2" post="1" %}{{ odd }}{% endcotton %}',
        lambda: components.act(ui.Act("<电话>", "/do/?a=1&b=2", method="post")),
    ),
    "act done at once after a question": (
        '{% cotton act url="/do/" post="1" icon="plus" drawer="1" primary="1" danger="1" key="a" small="1"'
        ' confirm="{{ odd }}" %}{{ odd }}{% endcotton %}',
        lambda: components.act(
            ui.Act(
                "<电话>",
                "/do/",
                icon="plus",
                drawer=True,
                method="post",
                confirm="<电话>",
                primary=True,
                danger=True,
                key="a",
            ),
            small=True,
        ),
    ),
    "act that is not possible": (
        '{% cotton act url="/do/" post="1" icon="plus" primary="1" danger="1" key="a" confirm="{{ odd }}"'
        ' reason="{{ odd }}" %}{{ odd }}{% endcotton %}',
        lambda: components.act(
            ui.Act(
                "<电话>",
                "/do/",
                icon="plus",
                method="post",
                confirm="<电话>",
                primary=True,
                danger=True,
                key="a",
                reason="<电话>",
            )
        ),
    ),
    "menu": (
        '{% cotton menu label="{{ odd }}" text="{{ odd }}" %}{{ body }}{% endcotton %}',
        lambda: components.menu("<电话>", BODY),
    ),
    "verbs": (
        '{% cotton verbs :offers="offers" base="/verbs/" %}{{ body }}{% endcotton %}',
        lambda: components.verbs(OFFERS, "/verbs/", BODY),
    ),
    "message": (
        '{% cotton message who="{{ odd }}" :at="due" channel="{{ odd }}" %}{{ body }}{% endcotton %}',
        lambda: html.message("<电话>", DUE, BODY, channel="<电话>"),
    ),
}


def bare(text: Any) -> str:
    """HTML without the spaces that stand between its tags."""
    return re.sub(r"\s*(<|>)\s*", r"\1", re.sub(r"\s+", " ", str(text))).strip()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAIRS)
def test_a_component_is_the_same_in_python_and_in_a_template(name: str, language: str) -> None:
    template, made = PAIRS[name]
    values = {
        "due": DUE, "late": DUE + timedelta(hours=1), "odd": "<电话>", "body": BODY, "offers": OFFERS,
    }  # fmt: skip
    with translation.override(language), clock.simulating(clock.now()):
        written = Template(template).render(Context(values))
        assert bare(made()) == bare(written)
        assert "<电话>" not in written


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("a\r\nb\rc\nd", "a<br>b<br>c<br>d"), ("<b>\n&", "&lt;b&gt;<br>&amp;"), ("plain", "plain")],
)
def test_line_breaks_of_what_was_typed_are_kept_and_its_marks_escaped(typed: str, shown: str) -> None:
    assert html.typed(typed) == shown
