"""What counts as evidence: the kinds a duty may name, what must be in each, and writing them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from zhize.domains.duties import papers
from zhize.domains.duties.models import Evidence, Obligation
from zhize.kernel.access import Actor
from zhize.kernel.db import Invalid, writing
from zhize.lib import clock
from zhize.lib.text import Text

# What a duty without a word on evidence asks for: saying what was done.
DEFAULT = {"kind": "note"}

KIND_TEXTS = {
    "fact": Text("系统自动记录", "recorded by the system"),
    "report": Text("出具的报表", "the issued report"),
    "form": Text("填写的表单", "the filled-in form"),
    "file": Text("上传的文件", "an uploaded file"),
    "count": Text("完成数量", "the number done"),
    "signature": Text("签名", "a signature"),
    "note": Text("办理说明", "a note on what was done"),
}
RECORD_TEXTS = {
    "shift_log": Text("交接班日志", "the log of the shift"),
    "minutes": Text("会议记录", "the minutes of the meeting"),
}
"""Papers that the product keeps as records of its own."""


@dataclass(frozen=True)
class Proof:
    """One proof. `row` is the row that is the proof: the closed case, the issued report, the attachment."""

    kind: str
    text: str = ""
    count: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    row: models.Model | None = None
    entry_id: int | None = None

    @property
    def is_given(self) -> bool:
        """Whether there is anything in it."""
        match self.kind:
            case "note":
                return bool(self.text.strip())
            case "count":
                return bool(self.count)
            case "form" | "signature":
                return bool(self.data) or self.row is not None
            case _:
                return self.row is not None or self.entry_id is not None


def wanted(spec: Mapping[str, Any]) -> str:
    """The kind of evidence a spec asks for."""
    return str(spec.get("kind") or DEFAULT["kind"])


def missing(obligation: Obligation, proofs: Iterable[Proof]) -> Any:
    """Why the proofs do not do, as a sentence; None when they do.

    A fact that the system saw is enough for every duty; nothing else replaces the kind that the duty names.
    """
    given = [proof for proof in proofs if proof.is_given]
    if any(proof.kind == "fact" and (proof.row is not None or proof.entry_id is not None) for proof in given):
        return None
    kind = wanted(obligation.evidence_spec)
    if kind == "fact":
        return _("这件事由系统自动办结，不能手工勾选。")
    if kind == "count":
        done = obligation.progress + sum(proof.count or 0 for proof in given if proof.kind == "count")
        if done < obligation.quota:
            return _("还差 %(n)s 次才完成。") % {"n": obligation.quota - done}
        return None
    proofs = [proof for proof in given if proof.kind == kind]
    if kind == "form":
        proofs = [proof for proof in proofs if proof.row is not None or papers.counts(obligation, proof.data)]
    if kind == "form" and not any(proof.row is not None for proof in proofs):
        # The paper itself, photographed or scanned, does for all forms that are asked for.
        left = papers.uncovered(obligation, (proof.data for proof in proofs))
        if left:
            return _("缺少凭证：%(what)s。") % {"what": _names(left)}
    return None if proofs else _("缺少凭证：%(what)s。") % {"what": label(obligation.evidence_spec)}


def _names(asked: Iterable[papers.Paper]) -> str:
    language = get_language() or "zh-hans"
    return pgettext("between items of a list", "、").join(one.label.in_language(language) for one in asked)


def of_record(obligation: Obligation, record: models.Model, sort: str) -> Proof:
    """A record kept in the product (`sort`: shift_log, minutes) as the evidence that the duty asks for.

    Raises Invalid on `proves` for a duty whose evidence is something else.
    """
    if obligation.evidence_spec.get("record") != sort:
        said = _("“%(duty)s”的凭证是%(what)s，不能用这份记录办结。")
        raise Invalid({"proves": said % {"duty": obligation, "what": label_of(obligation)}})
    kind = wanted(obligation.evidence_spec)
    return Proof("note" if kind == "fact" else kind, text=str(record), row=record)


def label(spec: Mapping[str, Any]) -> str:
    """What the evidence is called, in the reader's language."""
    named = spec.get("label")
    text = Text.of(named) if named else KIND_TEXTS[wanted(spec)]
    return text.in_language(get_language() or "zh-hans")


def label_of(obligation: Obligation) -> str:
    """What the evidence of this obligation is called: its own name, else the forms to fill in."""
    spec = obligation.evidence_spec
    asked = [] if spec.get("label") else papers.uncovered(obligation, ())
    return _names(asked) if asked else label(spec)


def write(obligation: Obligation, proofs: Iterable[Proof], actor: Actor) -> list[Evidence]:
    """Keep the proofs that have something in them."""
    now = clock.now()
    rows = [
        Evidence(
            obligation=obligation,
            kind=proof.kind,
            text=proof.text,
            count=proof.count,
            data=dict(proof.data),
            row_type=proof.row._meta.label_lower if proof.row is not None else "",
            row_id=proof.row.pk if proof.row is not None else None,
            entry_id=proof.entry_id,
            given_by_id=actor.person_id,
            given_label=actor.label[:120],
            given_at=now,
        )
        for proof in proofs
        if proof.is_given
    ]
    writing.insert(rows)
    return rows
