"""Keep the English texts in step with the sources, and compile all languages. Needs no gettext tools.

    python scripts/messages.py [APP ...]     refresh the entries of all packages (or of those named) and compile
    python scripts/messages.py --check       change nothing; fail when English is missing, stale or contradictory
    python scripts/messages.py --compile     only compile

The texts in the sources are Simplified Chinese. Each package keeps its English in locale/en/LC_MESSAGES/django.po; an
entry that no source needs any more is kept as `#~` until `--prune`. A text that another package has already
translated is filled in from there: Django merges all packages into one catalogue, so the same text
must have the same English everywhere (use pgettext where it should differ). Traditional Chinese is made by machine.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "zhize"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = """\
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

# A text's identity: its context (or ""), and the text, or a singular and plural pair.
Key = tuple[str, str | tuple[str, ...]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Refresh, check or compile the translations.")
    parser.add_argument("apps", nargs="*", help="package names such as cases or org; all when none is named")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--prune", action="store_true", help="forget entries that no source needs any more")
    options = parser.parse_args(arguments)
    apps = [app for app in packages() if not options.apps or app.name in options.apps]
    if options.check:
        problems = [*(line for app in apps for line in complaints(app)), *contradictions(packages())]
        print("\n".join([*problems, f"messages: {len(problems)} problems in {len(apps)} packages"]))
        return 1 if problems else 0
    if not options.compile:
        known = everything(packages())
        for app in apps:
            refresh(app, known, prune=options.prune)
        untranslated = [line for app in apps for line in complaints(app)]
        print("\n".join([*untranslated, f"messages: {len(untranslated)} left to do"]))
    for app in packages():
        compile_package(app)
    return 0


def packages() -> list[Path]:
    """Folders that keep texts of their own: every Django package of the product."""
    apps = {path.parent for path in PACKAGE.rglob("apps.py")}
    return sorted([*apps, PACKAGE / "project"])


def catalogue_path(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def catalogue(app: Path) -> Catalog:
    """The English entries of a package; empty when it has none."""
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def everything(apps: Sequence[Path]) -> dict[Key, Message]:
    """All translated entries of all packages."""
    return {
        key(message): message for app in apps for message in catalogue(app) if message.id and done(message)
    }


def texts(app: Path) -> dict[Key, set[str]]:
    """The texts that the sources of a package show to people, with the files they stand in."""
    found: dict[Key, set[str]] = {}
    nested = [other for other in packages() if other != app and app in other.parents]
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if (
            any(folder in path.parents for folder in nested)
            or "migrations" in path.parts
            or "locale" in path.parts
        ):
            continue
        for name, argument in extract(path):
            identity = identify(name, argument)
            if identity:
                found.setdefault(identity, set()).add(str(path.relative_to(app)))
    return found


def extract(path: Path) -> Iterator[tuple[str, object]]:
    """Calls of gettext functions in a source or template: (function, its text arguments)."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        source = as_python(source, str(path))
    try:
        for _line, name, argument, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, (), {}):
            yield name, argument
    except (SyntaxError, tokenize.TokenError) as error:
        raise SystemExit(f"messages: {path.relative_to(ROOT)} cannot be read: {error}") from error


def as_python(source: str, name: str) -> str:
    """What Django makes of a template for the text extractor, with the indentation removed that Python would read."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())


def identify(name: str, argument: object) -> Key | None:
    """The identity of an extracted text; None for a call whose text is not written out."""
    arguments = argument if isinstance(argument, tuple) else (argument,)
    context = ""
    if name.removesuffix("_lazy") in {"pgettext", "npgettext"}:
        context, *rest = (part or "" for part in arguments)
        arguments = tuple(rest)
    words = tuple(part for part in arguments if part)
    if not words:
        return None
    plural = name.removesuffix("_lazy") in {"ngettext", "npgettext"}
    return (context, words[:2]) if plural else (context, words[0])


def key(message: Message) -> Key:
    return (message.context or "", tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id)


def done(message: Message) -> bool:
    parts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return bool(parts) and all(parts) and not message.fuzzy


def refresh(app: Path, known: dict[Key, Message], *, prune: bool) -> None:
    """Write the package's catalogue: one entry per text, translations kept, texts no longer used put aside."""
    wanted, present = texts(app), catalogue(app)
    kept = {key(message): message for message in [*present, *present.obsolete.values()] if message.id}
    if not wanted and not kept:
        return
    blocks = []
    for identity in sorted(wanted, key=str):
        message = kept.get(identity)
        if message is None or not done(message):
            message = known.get(identity, message)
        blocks.append(entry(identity, message, sorted(wanted[identity])))
    aside = [] if prune else [identity for identity in sorted(kept, key=str) if identity not in wanted]
    blocks += [
        re.sub(r"(?m)^", "#~ ", entry(identity, kept[identity], [])).strip() + "\n" for identity in aside
    ]
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = HEADER + "\n" + "\n".join(blocks)
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def entry(identity: Key, message: Message | None, files: list[str]) -> str:
    """One entry of a catalogue as text. Python formats are not marked: the check compares placeholders itself."""
    context, words = identity
    lines = [f"#: {name}" for name in files]
    if context:
        lines.append(f"msgctxt {normalize(context)}")
    if isinstance(words, tuple):
        given = list(message.string) if message and isinstance(message.string, (list, tuple)) else []
        one, many = [*given, "", ""][:2]
        lines += [f"msgid {normalize(words[0])}", f"msgid_plural {normalize(words[-1])}"]
        lines += [f"msgstr[0] {normalize(one or '')}", f"msgstr[1] {normalize(many or '')}"]
    else:
        given_text = message.string if message and isinstance(message.string, str) else ""
        lines += [f"msgid {normalize(words)}", f"msgstr {normalize(given_text)}"]
    return "\n".join(lines) + "\n"


def complaints(app: Path) -> list[str]:
    """What is missing, stale or broken in a package's English."""
    wanted = texts(app)
    present = {key(message): message for message in catalogue(app) if message.id}
    name = app.relative_to(ROOT)
    found = [f"{name}: no English for {identity[1]!r}" for identity in wanted if identity not in present]
    for identity, message in present.items():
        if identity not in wanted:
            found.append(f"{name}: {identity[1]!r} is in the catalogue but in no source")
        elif not done(message):
            found.append(f"{name}: no English for {identity[1]!r}")
        elif placeholders(message.id) != placeholders(message.string):
            found.append(f"{name}: {identity[1]!r} and its English have different placeholders")
    return found


def placeholders(text: object) -> set[str]:
    parts = text if isinstance(text, (list, tuple)) else (text,)
    return {match for part in parts for match in PLACEHOLDER.findall(str(part))}


def contradictions(apps: Sequence[Path]) -> list[str]:
    """Texts that two packages translate differently: Django would show one of them in both."""
    seen: dict[Key, tuple[object, Path]] = {}
    found = []
    for app in apps:
        for message in catalogue(app):
            if not message.id or not done(message):
                continue
            english, first = seen.setdefault(key(message), (message.string, app))
            if english != message.string:
                places = f"{first.relative_to(PACKAGE)} and {app.relative_to(PACKAGE)}"
                found.append(
                    f"{key(message)[1]!r} is {english!r} and {message.string!r} in {places}: agree, or use pgettext"
                )
    return found


def compile_package(app: Path) -> None:
    """Write the files that Django reads: English from the catalogue, Traditional Chinese made from the texts."""
    if not catalogue_path(app).exists():
        return
    sys.path.insert(0, str(ROOT))
    from zhize.lib.text import to_traditional

    english = catalogue(app)
    write_if_changed(app / "locale" / "en" / "LC_MESSAGES" / "django.mo", english)
    traditional = Catalog(locale="zh_Hant")
    for message in english:
        if not message.id:
            continue
        if isinstance(message.id, (list, tuple)):
            traditional.add(message.id, (to_traditional(message.id[-1]),), context=message.context)
        else:
            traditional.add(message.id, to_traditional(message.id), context=message.context)
    write_if_changed(app / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.mo", traditional)


def write_if_changed(path: Path, entries: Catalog) -> None:
    buffer = io.BytesIO()
    write_mo(buffer, entries)
    if not path.exists() or path.read_bytes() != buffer.getvalue():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    sys.exit(main())
