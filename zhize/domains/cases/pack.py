"""What a pack may say about cases: its types with lifecycle, form, rules and routing; tags; canned answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from zhize.kernel import access, packs
from zhize.kernel.flow import BadMachine, Category, Guard, Machine, Move, State
from zhize.kernel.packs.specs import (
    Code,
    ConditionSpec,
    Item,
    PackText,
    Positive,
    Spec,
    TargetSpec,
    VerbName,
    site,
)
from zhize.lib.conditions import Name, Vocabulary

if TYPE_CHECKING:
    from zhize.kernel.packs.loader import Pack
    from zhize.kernel.packs.problems import Problem

ChannelCode = Literal[
    "phone",
    "counter",
    "letter",
    "email",
    "web",
    "voicemail",
    "im",
    "fax",
    "regulator",
    "visit",
    "staff",
    "api",
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
    needs: tuple[
        Literal["note", "reason", "solution", "outcome", "cause", "until", "analysis", "plan", "proposal"],
        ...,
    ] = ()
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
        return sum(
            [self.area_position is not None, self.position is not None, self.desk is not None, self.creator]
        )


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


class JointVisitSpec(Spec):
    """Staff erred: the holder and `companion` go to the customer together and apologise (CAS-48, VIS-16).

    Owed when an answered case has one of these causes, and one of these subtypes where any are named.
    """

    causes: Annotated[tuple[Code, ...], Field(min_length=1)]
    subtypes: tuple[Code, ...] = ()
    companion: Code
    target: TargetSpec


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
    objects: tuple[SubtypeSpec, ...] = ()
    """What a matter may be about where that decides who gets it, e.g. the desk itself (CAS-16)."""
    deadline: Code | None = None
    """The policy table (section `deadlines`) of the moment the customer waits for."""
    form: Code | None = None
    """Code of the form (section `forms`) with the facts that only this type asks for."""
    routes: Annotated[tuple[RouteSpec, ...], Field(min_length=1)]
    forward_by_mail: bool = False
    checklist: tuple[ChecklistItemSpec, ...] = ()
    steps: tuple[ChecklistItemSpec, ...] = ()
    callback: CallbackSpec | None = None
    joint_visit: JointVisitSpec | None = None
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
            entries=(self.unverified,) if self.unverified is not None else (),
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


class DeadlineRowSpec(Spec):
    """One row of the policy table: for cases that fit, this much time."""

    when: ConditionSpec | None = None
    units: tuple[str, ...] = ()
    target: TargetSpec


class DeadlineSpec(Item):
    """The policy table 时限 of one moment (e.g. `reply`), per type, severity and unit (CAS-46).

    Rows are tried in written order; the last holds for every case. A duty names the table by its code. The
    chosen target is kept with the obligation, so a change never moves the due time of an earlier case.
    """

    label: PackText
    rows: Annotated[tuple[DeadlineRowSpec, ...], Field(min_length=1)]


class FireTaskSpec(Spec):
    """What one position does in an alarm, and where."""

    position: Code
    task: PackText
    place: PackText | None = None


class FirePlanSpec(Item):
    """The fire-plan chart 消防作战图: the tasks of the positions, in the order of the chart (CAS-23)."""

    label: PackText
    tasks: Annotated[tuple[FireTaskSpec, ...], Field(min_length=1)]


# What conditions in routes and deadlines may ask about.
FACTS: Vocabulary = {
    "type": Name("text"),
    "nature": Name("text"),
    "subtype": Name("text"),
    "severity": Name("text"),
    "channel": Name("text"),
    "is_major": Name("boolean"),
    "customer_kind": Name("text"),
    "customer_grade": Name("text"),
    "has_area": Name("boolean"),
    "area": Name("text"),
    "product": Name("text"),
    "object": Name("text"),
}

# Extras a move may carry out with it; each is a function of `services.effects`.
EFFECTS = ("solve_on_contact", "count_dispatch", "ask_consent")


def check(pack: Pack) -> Iterator[Problem]:
    """What the models alone cannot see: lifecycle, capabilities, references to other sections."""
    for case_type in pack.items("case_types"):
        for path, message in _problems(pack, case_type):
            yield pack.problem("case_types", case_type.code, path, message)


Path = tuple[str | int, ...]


def _problems(pack: Pack, case_type: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    try:
        machine = case_type.machine()
    except BadMachine as problem:
        yield ("moves",), str(problem)
        return
    codes = {state.code for state in case_type.states}
    for name in ("unverified", "on_contact"):
        wanted = getattr(case_type, name)
        if wanted is not None and wanted not in codes:
            yield (name,), f"there is no state {wanted}"
    if case_type.verify_channels and case_type.unverified is None:
        yield ("verify_channels",), "a state for unverified cases is missing (unverified)"
    if case_type.unverified in codes and machine.move("verify", case_type.unverified or "") is None:
        yield ("moves",), "no move called verify leaves the state for unverified cases"
    yield from _move_problems(case_type)
    yield from _route_problems(pack, case_type)
    if case_type.callback and case_type.callback.dissatisfied_verb not in machine.verbs():
        yield ("callback", "dissatisfied_verb"), f"no move is called {case_type.callback.dissatisfied_verb}"
    if case_type.deadline is not None and case_type.deadline not in pack.codes("deadlines"):
        yield ("deadline",), f"there is no policy table {case_type.deadline}"
    if case_type.form is not None and case_type.form not in pack.codes("forms"):
        yield ("form",), f"there is no form {case_type.form}"


def _move_problems(case_type: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    declared = {capability.code for capability in access.all_capabilities()}
    for index, move in enumerate(case_type.moves):
        if move.capability not in declared:
            yield ("moves", index, "capability"), f"nobody declares the capability {move.capability}"
        for effect in move.effects:
            if effect not in EFFECTS:
                yield ("moves", index, "effects"), f"there is no effect {effect}"


def _route_problems(pack: Pack, case_type: CaseTypeSpec) -> Iterator[tuple[Path, str]]:
    positions = pack.codes("positions")
    for index, route in enumerate(case_type.routes):
        if route.destinations() != 1:
            yield ("routes", index), "a route names exactly one destination"
        for name in ("area_position", "position", "desk"):
            wanted = getattr(route, name)
            if wanted is not None and positions and wanted not in positions:
                yield ("routes", index, name), f"there is no position {wanted}"
    if case_type.routes[-1].when is not None:
        yield ("routes", len(case_type.routes) - 1), "the last route must hold for every case"


def check_fire_plans(pack: Pack) -> Iterator[Problem]:
    """Every task belongs to a position, once."""
    for plan in pack.items("fire_plans"):
        seen: set[str] = set()
        for index, task in enumerate(plan.tasks):
            if task.position not in pack.codes("positions") or task.position in seen:
                message = f"there is no position {task.position}, or it has a task already"
                yield pack.problem("fire_plans", plan.code, ("tasks", index, "position"), message)
            seen.add(task.position)


def check_deadlines(pack: Pack) -> Iterator[Problem]:
    """The last row of a table holds for every case."""
    for table in pack.items("deadlines"):
        if table.rows[-1].when is not None or table.rows[-1].units:
            yield pack.problem(
                "deadlines",
                table.code,
                ("rows", len(table.rows) - 1),
                "the last row must hold for every case",
            )


packs.section("case_types", model=CaseTypeSpec, check=check)
packs.section("fire_plans", model=FirePlanSpec, check=check_fire_plans)
packs.section("deadlines", model=DeadlineSpec, check=check_deadlines)
packs.section("tags", model=TagSpec)
packs.section("canned_answers", model=CannedAnswerSpec)
