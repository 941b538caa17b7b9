"""Blocks that people fill: texts, causes with measure and decision, signature lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from zhize.domains.reports.building.figures import Block, cell, column, plain, share
from zhize.domains.reports.building.links import drill
from zhize.domains.reports.building.making import Making, said
from zhize.domains.reports.pack import CausesBlock, SignaturesBlock, TextBlock
from zhize.kernel import measures


def text(making: Making, block: TextBlock) -> Block:
    """A text the maker writes."""
    return {
        "kind": "text",
        "key": block.key,
        "title": said(block.title),
        "help": said(block.help),
        "required": block.required,
        "text": str(making.texts.get(block.key, "")),
    }


def causes(making: Making, block: CausesBlock) -> Block:
    """Cause classes with count and share, the maker's measure for each, and the receiver's decision (REP-46)."""
    groups = measures.breakdown("case.opened", making.scope, ["cause"])
    whole = sum((group.result.value or Decimal(0) for group in groups), Decimal(0))
    rows = []
    for group in groups:
        key = str(group.keys[0] or "None")
        kept = making.causes.get(key, {})
        rows.append(
            {
                "key": key,
                "cells": [
                    cell(group.labels[0]),
                    cell(plain(group.result), drill(group.result, making.unit)),
                    cell(share(group.result.value or Decimal(0), whole)),
                ],
                "measure": kept.get("measure", ""),
                "decision": kept.get("decision", ""),
            }
        )
    return {
        "kind": "causes",
        "title": said(block.title),
        "columns": [
            column(_("原因")),
            column(_("件数"), "right", 0),
            column(_("占比"), "right", 0),
            column(said(block.measure), "left", 2),
            column(said(block.decision), "left", 2),
        ],
        "rows": rows,
    }


def signatures(making: Making, block: SignaturesBlock) -> Block:
    """Lines to sign; who issued it stands on the first one."""
    first = making.signed.get("maker", ("", ""))
    lines = [[said(line), *(first if at == 0 else ("", ""))] for at, line in enumerate(block.lines)]
    return {"kind": "signatures", "title": "", "lines": lines}


BLOCKS: dict[str, Callable[[Making, Any], Block]] = {"text": text, "causes": causes, "signatures": signatures}
