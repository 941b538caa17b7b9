"""What a pack may say about cases: its types with lifecycle, form, rules and routing; tags; canned answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from zhize.domains.cases.kinds import Channel, Nature, Severity
from zhize.kernel import access, flow, packs
from zhize.kernel.flow import BadMachine, Category, Guard, Machine, Move, State
from zhize.kernel.forms import FormSpec
from zhize.kernel.packs.specs import Code, ConditionSpec, Item, PackText, Positive, Spec, TargetSpec, VerbName, site

ChannelCode = Literal[
    "phone", "counter", "letter", "email", "web", "voicemail", "im", "fax", "regulator", "visit", "staff", "api"
]
SeverityCode = Literal["normal", "urgent", "serious", "major"]


class StateSpec(Spec):
    """A state of the lifecycle; the category is what it means to clocks and reports."""

    code: Code
    label: PackText
    category: Literal["new", "working", "waiting", "resolved", "closed", "void"]


class GuardSpec(Spec):
    """A named check of Python with its parameters."""

    name: Code
    parameters: dict[str, int | str | bool] = {}


class MoveSpec(Spec):
    """A verb of the lifecycle."""

    verb: Code
    label: PackText
    sources: Annotated[tuple[Code, ...], Field(min_length=1)]
    target: Code
    capability: VerbName
    guards: tuple[GuardSpec, ...] = ()
    needs: tuple[Literal["note", "reason", "solution", "outcome", "cause", "until", "analysis", "plan", "proposal"], ...] = ()
    effects: tuple[Code, ...] = ()
    reopens: bool = False
    primary: bool = False


class SubtypeSpec(Spec):
    """A subtype 分类, at most two deep; `keywords` propose it from the words of the description."""

    code: Code
    label: PackText
    keywords: tuple[str, ...] = ()
    children: tuple[SubtypeSpec, ...] = ()


class RouteSpec(Spec):
    """Who a case goes to: the first rule whose condition holds. Exactly one destination.

    `area_position`: who answers for the case's area in this position · `position`: the least loaded present
    holder of this position · `desk`: the position, whoever of it is on shift · `creator`: who took it in.
    """

    when: ConditionSpec | None = None
    area_position: Code | None = None
    position: Code | None = None
    desk: Code | None = None
    creator: bool = False

    def destinations(self) -> int:
        return sum([self.area_position is not None, self.position is not None, self.desk is not None, self.creator])


class ChecklistItemSpec(Spec):
    """A point to tick; a required one must be ticked before closing. `dated` steps keep who and when (CAS-26)."""

    code: Code
    label: PackText
    required: bool = True


class MajorSpec(Spec):
    """What making a case major 重大 does (CAS-20): who is told, how soon, who must propose."""

    tell: Annotated[tuple[Code, ...], Field(min_length=1)]
    proposal_by: Code
    target: TargetSpec


class AlarmSpec(Spec):
    """An alarm (CAS-22, CAS-23): everybody on shift and the named positions are told at once and acknowledge."""

    tell: tuple[Code, ...] = ()
    everybody_on_shift: bool = True
    plan: Code | None = None


class CallbackSpec(Spec):
    """The callback 回访 that answering a case asks for (VIS-01)."""

    questionnaire: Code
    by: Code
    target: TargetSpec
    required: bool = True
    attempts: Positive = site(3)
    dissatisfied_verb: Code = "reopen"
    apology_from: SeverityCode | None = None


class CaseTypeSpec(Item):
    """A case type: its name, lifecycle, form and rules."""

    label: PackText
    nature: Literal["complaint", "suggestion", "consultation", "fault", "business", "incident", "fire"]
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,4}$")]
    icon: str = "ticket"
    channels: tuple[ChannelCode, ...] = (
        "phone", "counter", "letter", "email", "web", "voicemail", "im", "fax", "regulator", "visit", "staff", "api",
    )  # fmt: skip
    severities: tuple[SeverityCode, ...] = ("normal", "urgent", "serious", "major")
    severity: SeverityCode = "normal"
    verify_channels: tuple[ChannelCode, ...] = ()
    states: tuple[StateSpec, ...]
    moves: tuple[MoveSpec, ...]
    initial: Code
    unverified: Code | None = None
    on_contact: Code | None = None
    subtypes: tuple[SubtypeSpec, ...] = ()
    causes: tuple[SubtypeSpec, ...] = ()
    form: FormSpec | None = None
    routes: Annotated[tuple[RouteSpec, ...], Field(min_length=1)]
    forward_by_mail: bool = False
    checklist: tuple[ChecklistItemSpec, ...] = ()
    steps: tuple[ChecklistItemSpec, ...] = ()
    callback: CallbackSpec | None = None
    major: MajorSpec | None = None
    alarm: AlarmSpec | None = None
    reopen_days: Positive = site(30)
    repeat_days: Positive = site(30)
    identity_check: bool = False
    consent_to_transfer: bool = False
    portal: bool = False

    def machine(self) -> Machine:
        """The lifecycle as a checked machine. Raises BadMachine."""
        return Machine(
            name=f"case.{self.code}",
            states=tuple(State(state.code, state.label, Category(state.category)) for state in self.states),
            moves=tuple(
                Move(
                    verb=move.verb,
                    label=move.label,
                    sources=frozenset(move.sources),
                    target=move.target,
                    capability=move.capability,
                    guards=tuple(Guard(guard.name, dict(guard.parameters)) for guard in move.guards),
                    needs=tuple(move.needs),
                    effects=tuple(move.effects),
                    reopens=move.reopens,
                    primary=move.primary,
                )
                for move in self.moves
            ),
            initial=self.initial,
        )

    def subtype_codes(self) -> dict[str, SubtypeSpec]:
        """Every subtype by its code, children included."""
        return _flat(self.subtypes)

    def cause_codes(self) -> dict[str, SubtypeSpec]:
        """Every cause class by its code."""
        return _flat(self.causes)


def _flat(items: Iterable[SubtypeSpec]) -> dict[str, SubtypeSpec]:
    found: dict[str, SubtypeSpec] = {}
    for item in items:
        found[item.code] = item
        found |= _flat(item.children)
    return found


class TagSpec(Item):
    """A tag that cases may carry."""

    label: PackText


class CannedAnswerSpec(Item):
    """A ready answer 常用语. May use {customer}, {number}, {title}, {owner} and {due}."""

    label: PackText
    text: PackText
    types: tuple[Code, ...] = ()


# What conditions in routes may ask about.
FACTS = {
    "type": "text",
    "nature": "text",
    "subtype": "text",
    "severity": "text",
    "channel": "text",
    "is_major": "boolean",
    "customer_kind": "text",
    "customer_grade": "text",
    "has_area": "boolean",
    "object": "text",
}

# Extras a move may carry out with it; each is a function of `services.effects`.
EFFECTS = ("solve_on_contact", "count_dispatch", "ask_consent")


def problems_of(case_type: CaseTypeSpec) -> Iterable[tuple[str, str]]:
    """What the model alone cannot see, as (path inside the item, message)."""
    try:
        machine = case_type.machine()
    except BadMachine as problem:
        yield "moves", str(problem)
        return
    codes = {state.code for state in case_type.states}
    for name in ("unverified", "on_contact"):
        wanted = getattr(case_type, name)
        if wanted is not None and wanted not in codes:
            yield name, f"there is no state {wanted}"
    if case_type.verify_channels and case_type.unverified is None:
        yield "verify_channels", "a state for unverified cases is missing (unverified)"
    declared = {capability.code for capability in access.all_capabilities()}
    for index, move in enumerate(case_type.moves):
        if move.capability not in declared:
            yield f"moves[{index}].capability", f"nobody declares the capability {move.capability}"
        for effect in move.effects:
            if effect not in EFFECTS:
                yield f"moves[{index}].effects", f"there is no effect {effect}"
    for index, route in enumerate(case_type.routes):
        if route.destinations() != 1:
            yield f"routes[{index}]", "a route names exactly one destination"
    if case_type.routes[-1].when is not None:
        yield f"routes[{len(case_type.routes) - 1}]", "the last route must hold for every case"
    if case_type.callback and case_type.callback.dissatisfied_verb not in machine.verbs():
        yield "callback.dissatisfied_verb", f"no move is called {case_type.callback.dissatisfied_verb}"


__all__ = [
    "EFFECTS",
    "FACTS",
    "CannedAnswerSpec",
    "CaseTypeSpec",
    "Channel",
    "Nature",
    "Severity",
    "TagSpec",
    "flow",
    "packs",
    "problems_of",
]
