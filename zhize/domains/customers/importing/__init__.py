"""Taking in a real owners' list: titles above the head, merged cells, several phones in one cell, notes below.

`fields` says which columns there are, `addresses` and `lines` read a line without the database, `owners` carries it
out through the services. Imported by the app's configuration, so that the kind of import is known.
"""

from __future__ import annotations

from zhize.domains.customers.importing.owners import Owners
from zhize.kernel.documents import imports

imports.register(Owners())
