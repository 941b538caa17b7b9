"""The floor: the same reads and writes as plain prepared SQL by pgbench, on the same data in the same run.

Counted is the processor time of the database alone. A write repeats, with new ids, exactly the rows that one operation
of the product wrote, so the ratio says what everything around those rows costs.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from typing import Any

from django.db import models

from bench.server import Server, processor_seconds
from zhize.desk.demo.services.copying import Recorder
from zhize.project import postgres, postgres_binaries

SECONDS = 3
OPEN = "category IN ('new', 'working', 'waiting', 'resolved')"

READS = {
    "list": f"""
        SELECT c.id, c.number, c.title, c.state, c.next_due_at, k.name, p.address, o.name FROM cases_case c
          LEFT JOIN customers_customer k ON k.id = c.customer_id LEFT JOIN customers_premises p ON p.id = c.premises_id
          LEFT JOIN org_person o ON o.id = c.owner_id
         WHERE c.unit_id = {{centre}} AND c.{OPEN} ORDER BY c.id DESC LIMIT 25;
        SELECT count(*) FROM (SELECT 1 FROM cases_case WHERE unit_id = {{centre}} AND {OPEN} LIMIT 1000) AS few;""",
    "case": """
        SELECT c.*, k.name, p.address FROM cases_case c LEFT JOIN customers_customer k ON k.id = c.customer_id
          LEFT JOIN customers_premises p ON p.id = c.premises_id WHERE c.id = {long};
        SELECT m.* FROM cases_message m WHERE m.case_id = {long};
        SELECT e.* FROM history_entry e WHERE e.subject_type = 'cases.case' AND e.subject_id = {long};
        SELECT o.* FROM duties_obligation o WHERE o.subject_type = 'cases.case' AND o.subject_id = {long};""",
    "my_day": """
        SELECT o.id, o.title, o.due_at, c.number, c.title FROM duties_obligation o
          LEFT JOIN cases_case c ON o.subject_type = 'cases.case' AND c.id = o.subject_id
         WHERE o.holder_id = {holder} AND o.ended_at IS NULL ORDER BY o.due_at;""",
    "search2": """
        WITH hit AS MATERIALIZED (SELECT object_id, title, at FROM search_searchdoc
          WHERE tokens @@ '''漏水'''::tsquery) SELECT * FROM hit ORDER BY at DESC LIMIT 12;""",
    "search4": """
        WITH hit AS MATERIALIZED (SELECT object_id, title, at FROM search_searchdoc
          WHERE tokens @@ '''燃气'' <2> ''抢修'''::tsquery) SELECT * FROM hit ORDER BY at DESC LIMIT 12;""",
    "popup": """
        \\set k random(1, {count})
        SELECT k.id, k.name FROM customers_phone p JOIN customers_customer k ON k.id = p.customer_id
         WHERE p.digits = '139' || lpad(:k::text, 8, '0');""",
    "report": """
        SELECT nature, subtype, count(*), count(*) FILTER (WHERE is_late) FROM cases_case
         WHERE unit_id = {centre} AND accepted_at >= date_trunc('month', now()) - interval '1 month'
           AND accepted_at < date_trunc('month', now()) GROUP BY 1, 2;""",
    "dashboard": f"""
        SELECT category, count(*) FROM cases_case WHERE unit_id = {{centre}} AND {OPEN} GROUP BY 1;""",
}


def read(server: Server, name: str, values: dict[str, Any]) -> float:
    """ms of database processor time for one turn of a read."""
    return _pgbench(server, READS[name].format(**values))


class Writes:
    """Records what one operation of the product writes, to be written again by plain SQL."""

    def __init__(self) -> None:
        self._recorder = Recorder()

    def measured(self, server: Server) -> float:
        """ms of database processor time for the same rows once more, in one transaction."""
        statements = [
            _insert(model, row) for model, rows in self._recorder.take().rows.items() for row in rows
        ]
        with server.connect(postgres.SUPERUSER) as connection:
            connection.execute("CREATE SEQUENCE IF NOT EXISTS bench_floor START 1000000000")
            connection.execute("GRANT ALL ON SEQUENCE bench_floor TO PUBLIC")
        return _pgbench(server, "BEGIN;\n" + "\n".join(statements) + "\nCOMMIT;")


def _insert(model: type[models.Model], row: dict[str, Any]) -> str:
    table, names, values = model._meta.db_table, [], []
    for item in model._meta.concrete_fields:
        if item.attname == "id" or item.has_db_default():
            continue
        names.append(f'"{item.column}"')
        value = f's."{item.column}"'
        # What must be unique gets a number of its own; what may be empty and must be unique stays empty.
        if item.unique and not item.is_relation:
            value = "'F' || nextval('bench_floor')"
        elif item.attname in {"trigger_entry", "slot", "external_ref"}:
            value = "NULL" if item.null else "''"
        elif item.attname == "subject_id" and table == "clocks_clock":
            value = "nextval('bench_floor')"
        values.append(value)
    if '"to_at"' in names:  # only one may be open
        values[names.index('"to_at"')] = 's."from_at"'
    if table == "clocks_clockthreshold":
        values[names.index('"code"')] = "'F' || nextval('bench_floor')"
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} s WHERE s.id = {row['id']};"


def _pgbench(server: Server, script: str) -> float:
    place = postgres.location(server.data_dir)
    program = postgres_binaries.choose(place.data) / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(" ".join(script.split("\n\n")) if "\\set" not in script else script)
        file.flush()
        command = [
            str(program),
            "-n",
            "-M",
            "prepared",
            "-T",
            str(SECONDS),
            "-f",
            file.name,
            "-h",
            str(place.socket),
        ]
        command += ["-p", str(postgres.PORT), "-U", postgres.ROLE, postgres.DATABASE]
        roots = server.parts()["database"]
        before, begun = processor_seconds(roots), time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        time.sleep(0.3)  # between its end and its burial by the postmaster a process is counted nowhere
        spent = (
            processor_seconds(roots) - before - server.idle.get("database", 0.0) * (time.monotonic() - begun)
        )
    lines = [line for line in done.stdout.splitlines() if "transactions actually processed" in line]
    turns = int(lines[0].split(":")[1].split("/")[0]) if lines else 0
    if done.returncode or not turns:
        raise RuntimeError(done.stderr[-2000:] + script[:500])
    return round(max(0.0, spent) * 1000 / turns, 3)
