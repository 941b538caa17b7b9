"""Rules for Python files."""

from __future__ import annotations

import ast
import re

from rules.base import Hits, Rule, Source

MODULE_LINES = 400
FUNCTION_LINES = 60
QUERY_WORDS = {
    "objects",
    "filter",
    "exclude",
    "all",
    "visible_to",
    "select_for_update",
    "order_by",
    "_base_manager",
}
WRITES = {
    "create",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
    "acreate",
    "aupdate",
}
PUBLIC_ROOMS = re.compile(r"zhize/(domains/\w+/web/|domains/\w+/api|desk/|portal/|rest/|ui/)")
OWN_READS_AND_WRITES = re.compile(
    r"/(services|selectors|models|queries)(\w*\.py$|/)|/services_\w+\.py$|/migrations/|/jobs\.py$"
)


def _product(path: str) -> bool:
    return path.startswith("zhize/") and path.endswith(".py")


def _product_and_scripts(path: str) -> bool:
    return path.endswith(".py") and path.startswith(("zhize/", "scripts/")) and "/migrations/" not in path


def _may_not_write(path: str) -> bool:
    allowed = re.search(r"/services(\w*\.py$|/)|/migrations/|^zhize/kernel/|/management/", path)
    return _product(path) and not allowed


def _domain(path: str) -> bool:
    return _product(path) and path.startswith("zhize/domains/") and "/migrations/" not in path


def _shows(path: str) -> bool:
    return _product(path) and bool(PUBLIC_ROOMS.match(path)) and not OWN_READS_AND_WRITES.search(path)


def _service(path: str) -> bool:
    return bool(re.match(r"zhize/domains/\w+/services(\w*\.py|/[a-z]\w*\.py)$", path))


def chain(node: ast.AST) -> list[str]:
    """The names along a.b(c).d, outermost last."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        names.append(node.id)
    return names[::-1]


def _calls(source: Source) -> list[ast.Call]:
    return [node for node in source.walk() if isinstance(node, ast.Call)]


def find_writes(source: Source) -> Hits:
    for call in _calls(source):
        if not isinstance(call.func, ast.Attribute):
            continue
        before = chain(call.func.value)
        name = call.func.attr
        query = bool(QUERY_WORDS & set(before)) or any(part.endswith("_set") for part in before)
        saves = name == "save" and not (
            before and before[-1].endswith(("form", "formset", "image", "picture"))
        )
        if saves or (name in WRITES and query):
            yield call.lineno, f".{name}() outside services: call the service that does this"


def find_objects(source: Source) -> Hits:
    for node in source.walk():
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}:
            yield (
                node.lineno,
                f".{node.attr} in a screen or API: use a selector, a service or a door of kernel.access",
            )


def find_signals(source: Source) -> Hits:
    for node in source.walk():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        full = [f"{module}.{name}".strip(".") for name in names]
        if any(name.startswith(("django.db.models.signals", "django.dispatch")) for name in full):
            yield (
                node.lineno,
                "model signals: announce a fact with history.record and react with history.on or after",
            )


def find_form_save(source: Source) -> Hits:
    for call in _calls(source):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save":
            before = chain(call.func.value)
            if before and before[-1].lower().endswith(("form", "formset")):
                yield call.lineno, "form.save(): forms validate, services write"


def find_time(source: Source) -> Hits:
    forbidden = {
        ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("timezone", "now"),
        ("timezone", "localdate"), ("time", "time"),
    }  # fmt: skip
    for call in _calls(source):
        names = chain(call.func)
        if tuple(names[-2:]) in forbidden:
            yield call.lineno, f"{'.'.join(names[-2:])}(): the time comes from zhize.lib.clock"


def find_safe(source: Source) -> Hits:
    for node in source.walk():
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in {"mark_safe", "SafeString", "SafeText"}:
            yield node.lineno, f"{name} outside ui: let the template escape"  # type: ignore[attr-defined]


def find_states(source: Source) -> Hits:
    for node in source.walk():
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AugAssign)
            else []
        )
        for target in targets:
            if (
                isinstance(target, ast.Attribute)
                and target.attr in {"state", "category"}
                and chain(target)[0] != "self"
            ):
                yield node.lineno, f".{target.attr} assigned: only flow.perform changes a state"
        if isinstance(node, ast.Call):
            name = chain(node.func)[-1:]
            if name in (["guarded_update"], ["update"]) and {"state", "category"} & {
                item.arg for item in node.keywords
            }:
                yield node.lineno, "a state written directly: only flow.perform changes a state"


def find_optional_actor(source: Source) -> Hits:
    for node in source.walk():
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = dict(zip([item.arg for item in positional[::-1]], arguments.defaults[::-1], strict=False))
        defaults.update(
            {
                item.arg: value
                for item, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                if value
            }
        )
        for item in [*positional, *arguments.kwonlyargs]:
            if item.arg != "actor":
                continue
            optional = item.annotation is not None and re.search(
                r"\bNone\b|Optional", ast.unparse(item.annotation)
            )
            if optional or "actor" in defaults:
                yield node.lineno, f"{node.name}: the actor is never optional"


def find_service_shape(source: Source) -> Hits:
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if not any(chain(decorator)[-1:] == ["atomic"] for decorator in node.decorator_list):
            continue  # a predicate or a helper; what writes is atomic
        if node.args.args and node.args.args[0].arg == "entry":
            continue  # follows a fact, and acts as the system
        if node.args.args:
            yield node.lineno, f"{node.name}: a service takes keywords only"
        if "actor" not in {item.arg for item in node.args.kwonlyargs}:
            yield node.lineno, f"{node.name}: a service takes an actor"


def find_length(source: Source) -> Hits:
    if len(source.lines) > MODULE_LINES:
        yield MODULE_LINES, f"{len(source.lines)} lines; a module has {MODULE_LINES} at most"
    for node in source.walk():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            told = ast.get_docstring(node, clean=False) is not None and len(node.body) > 1
            length = node.end_lineno - node.body[1 if told else 0].lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines; a function has {FUNCTION_LINES} at most"


def find_any(source: Source) -> Hits:
    yield 1, "packs hold no Python"


WRITE = "zhize/domains/cases/services/closing.py"
VIEW = "zhize/domains/cases/web/views.py"
RULES = (
    Rule(
        "writes",
        "a rule cannot be bypassed by another door when there is only one",
        _may_not_write,
        find_writes,
        good=(
            (VIEW, "cases.services.close(actor=actor, case=case)"),
            (VIEW, "context.update(title=1)\ndigest.update(b'x')"),
            ("zhize/domains/cases/selectors.py", "rows = Case.objects.filter(unit=1)"),
        ),
        bad=(
            (VIEW, "case.save()"),
            (VIEW, "Case.objects.create(title='x')"),
            ("zhize/domains/cases/reactions.py", "Case.objects.filter(pk=1).update(owner=None)"),
            ("zhize/domains/cases/selectors.py", "case.notes.all().delete()"),
        ),
    ),
    Rule(
        "objects",
        "row scope holds everywhere when screens cannot ask the table themselves",
        _shows,
        find_objects,
        good=((VIEW, "rows = selectors.open_cases(actor)"), ("zhize/ui/selectors.py", "SavedView.objects.all()")),
        bad=((VIEW, "Case.objects.all()"), ("zhize/domains/cases/api.py", "Case.objects.get(pk=1)")),
    ),
    Rule(
        "signals",
        "what follows from a change stands in reactions, in one direction",
        _product,
        find_signals,
        good=((VIEW, "from zhize.kernel import history"),),
        bad=((VIEW, "from django.db.models.signals import post_save"), (VIEW, "from django.dispatch import receiver")),
    ),
    Rule(
        "form-save",
        "forms validate, services write",
        _product,
        find_form_save,
        good=((VIEW, "answers = form.cleaned_data"),),
        bad=((VIEW, "form.save()"), (VIEW, "case_form.save(commit=False)")),
    ),
    Rule(
        "time",
        "tests and simulations set the clock in one place",
        lambda path: _product(path) and path != "zhize/lib/clock.py",
        find_time,
        good=((VIEW, "clock.now()"), (VIEW, "time.monotonic()")),
        bad=((VIEW, "datetime.now(UTC)"), (VIEW, "timezone.now()"), (VIEW, "datetime.date.today()"), (VIEW, "time.time()")),
    ),
    Rule(
        "safe",
        "text that people typed is escaped wherever it is shown",
        lambda path: _product(path) and not path.startswith("zhize/ui/"),
        find_safe,
        good=(("zhize/ui/html.py", "mark_safe('<b>')"), (VIEW, "format_html('<b>{}</b>', name)")),
        bad=((VIEW, "mark_safe(text)"),),
    ),
    Rule(
        "states",
        "every change of state passes the same guards and leaves the same trace",
        _domain,
        find_states,
        good=((WRITE, "flow.perform(case, 'close', actor=actor)"), (WRITE, "Case.objects.create(state='new')")),
        bad=((WRITE, "case.state = 'closed'"), (WRITE, "guarded_update(case, state='closed')")),
    ),
    Rule(
        "actor",
        "somebody always answers for a change",
        _product,
        find_optional_actor,
        good=((WRITE, "def close(*, actor: Actor, case: Case) -> None: ..."),),
        bad=(
            (WRITE, "def close(*, case: Case, actor: Actor | None = None) -> None: ..."),
            (WRITE, "def close(case, actor=None): ..."),
            (WRITE, "def close(*, actor: Optional[Actor], case: Case) -> None: ..."),
        ),
    ),
    Rule(
        "keywords",
        "a call of a service reads as a sentence",
        _service,
        find_service_shape,
        good=(
            (WRITE, "@atomic\ndef close(*, actor: Actor, case: Case) -> None: ..."),
            (WRITE, "def may_close(actor, case): ..."),
            (WRITE, "@atomic\ndef told(entry: Entry) -> None: ..."),
        ),
        bad=(
            (WRITE, "@atomic\ndef close(actor: Actor, case: Case) -> None: ..."),
            (WRITE, "@db.atomic\ndef close(*, case: Case) -> None: ..."),
        ),
    ),
    Rule(
        "length",
        "what one can read at a sitting stays readable",
        _product_and_scripts,
        find_length,
        good=((WRITE, "def short():\n    return 1\n"),),
        bad=((WRITE, "def long():\n" + "    x = 1\n" * (FUNCTION_LINES + 1)), (WRITE, "x = 1\n" * (MODULE_LINES + 1))),
    ),
    Rule(
        "industries",
        "packs configure what Python defines",
        lambda path: path.startswith("zhize/industries/") and path.endswith(".py"),
        find_any,
        good=((WRITE, "x = 1"),),
        bad=(("zhize/industries/property-community/hook.py", "x = 1"),),
    ),
)  # fmt: skip
