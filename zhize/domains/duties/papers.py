"""The papers that prove an obligation: forms of the packs in force, named by code or by their catalogue number.

Two packs may both have FRM-026: the one that the duty came from is meant. A number may stand for several papers of a
pack, of which one is enough; several numbers are owed together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhize.domains.duties.models import Evidence, Obligation
from zhize.kernel import forms, packs
from zhize.kernel.db import Invalid
from zhize.kernel.forms import FormSpec
from zhize.lib.text import Text


@dataclass(frozen=True)
class Paper:
    """One form that does as evidence. `name` is how the duty names it, `release` the applied pack it stands in."""

    name: str
    form: FormSpec
    release: int

    @property
    def label(self) -> Text:
        return self.form.label or Text(self.name, self.name)


def named(spec: Mapping[str, Any]) -> list[str]:
    """The forms an evidence spec names, each by code or by catalogue number (FRM-064)."""
    found = [spec.get("form"), *(spec.get("forms") or ())]
    return list(dict.fromkeys(str(name) for name in found if name))


def titles() -> dict[str, Text]:
    """What forms and reports are called, by every name under which a duty asks for them: code or catalogue number."""
    found: dict[str, Text] = {}
    for form in packs.listing("forms"):
        if form.label:
            found |= {name: form.label for name in (form.code, *form.refs) if name not in found}
    for report in packs.listing("reports"):
        found |= {name: report.label for name in (report.code, report.form) if name and name not in found}
    return found


def offered(obligation: Obligation) -> dict[str, list[Paper]]:
    """For each form that the evidence names, the papers that do; a name that no pack has as a form is left out."""
    if obligation.evidence_spec.get("kind") != "form":
        return {}
    names = named(obligation.evidence_spec)
    releases = _releases(obligation) if names else []
    found = {
        name: next((there for release in releases if (there := _there(name, release))), []) for name in names
    }
    return {name: there for name, there in found.items() if there}


def _releases(obligation: Obligation) -> list[int]:
    """The release that the duty came from first."""
    ids = packs.current_ids()
    if obligation.duty is None:
        return ids
    try:
        own = packs.release_of("duties", obligation.duty.code)
    except packs.NotInPack:
        return ids
    return [own, *(release for release in ids if release != own)]


def _there(name: str, release: int) -> list[Paper]:
    rows = packs.listing("forms", release)
    return [Paper(name, form, release) for form in rows if name == form.code or name in form.refs]


def counts(obligation: Obligation, data: Mapping[str, Any]) -> bool:
    """Whether a filled-in form (the `data` of a proof) is one of those that the duty names; without names any is."""
    names = named(obligation.evidence_spec)
    if not names:
        return True
    wanted = {*names, *(one.form.code for found in offered(obligation).values() for one in found)}
    return str(data.get("form")) in wanted


def uncovered(obligation: Obligation, given: Iterable[Mapping[str, Any]]) -> list[Paper]:
    """One paper for each name that none of the filled-in forms (the `data` of a proof) answers."""
    filled = {str(data.get("form")) for data in given}
    return [
        papers[0]
        for papers in offered(obligation).values()
        if not filled & {paper.form.code for paper in papers}
    ]


def filled(obligation: Obligation, given: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The checked documents of the filled-in forms; `given` maps form codes to answers.

    Raises Invalid with the faults under "form-field", as the page names its fields.
    """
    known = {paper.form.code: paper for papers in offered(obligation).values() for paper in papers}
    faults: dict[str, list[Any]] = {}
    found = []
    for code, answers in given.items():
        paper = known.get(code)
        if paper is None:
            faults[code] = [_("这件事不用这张表。")]
            continue
        try:
            kept = forms.clean(paper.form, answers, zone=obligation.unit.timezone)
        except Invalid as invalid:
            faults |= {f"{code}-{name}": texts for name, texts in invalid.errors.items()}
            continue
        found.append({**paper.form.document(kept), "release": paper.release})
    if faults:
        raise Invalid(faults, code="forms.invalid")
    return found


def files_in(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files among the answers: blob and name."""
    lists = [value for value in document["answers"].values() if isinstance(value, list)]
    return [item for listed in lists for item in listed if isinstance(item, dict) and "blob" in item]


def shown(proof: Evidence) -> tuple[Text, list[tuple[str, str]]] | None:
    """Title and answers of a form that was filled in, as the release it was filled in under reads them."""
    if "form" not in proof.data:
        return None
    form = packs.find("forms", proof.data["form"], release=proof.data.get("release"))
    if form is None:
        return None
    zone = proof.obligation.unit.timezone
    return form.label or Text(form.code, form.code), forms.display(form, proof.data["answers"], zone=zone)
