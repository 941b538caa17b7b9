"""Reads a job description (岗位说明书) and proposes what a pack of it would say. Rules only, no network, no Django.

    draft = jobtext.read(text, name="岗位职责.docx")

`read` never raises for any text. What comes back (`model`) is plain data:

- `Draft.lines`: every line of the source with its number (1-based), the text as it was read, what kind of line it is
  (title, section, clause, field, furniture) and what had to be repaired. One source line may hold several clauses.
- `Draft.positions`: in order; a text without any title is one position with an empty name. Each has its reporting
  line and other fields, and its clauses with the section and the number they were printed with.
- `Clause.duties`: what the clause demands. A clause of kind `standing` has none: it holds all the time, or it is a
  requirement, an entitlement or a heading. `recurring` carries a rule `{"every": …, "due": …}`, `triggered` a trigger
  `{"event": words, "target": {"kind": …}}`, both with the keys of a pack (RecurringSpec, TargetSpec). Times of day are
  "HH:MM", weekdays "mon".."sun".
- `DraftDuty.marks` say which words of the clause each value was read from (`clause.text[mark.start:mark.end]`), so a
  screen can show them; `doubts` say what is unsure and why, in both languages.
- `assumed`: the clause gives no number (及时, 定期); the value is our default (requirements §0 and §5).

Texts are Simplified Chinese with half-width letters and digits; `Draft.traditional` tells that the source was not.
"""

from __future__ import annotations

from zhize.lib.jobtext.model import Clause, Doubt, Draft, DraftDuty, Evidence, Line, Mark, Position
from zhize.lib.jobtext.reading import read

__all__ = ["Clause", "Doubt", "Draft", "DraftDuty", "Evidence", "Line", "Mark", "Position", "read"]
