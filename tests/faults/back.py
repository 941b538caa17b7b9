"""Takes the newest migrations of our apps back, as far as nothing stands on them, as in the state before them.

python -m tests.faults.back        (with the installation's environment; prints them)
"""

from __future__ import annotations

import sys

import django

ROUNDS = 2


def main() -> None:
    django.setup()
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("zhize.")}
    went = []
    for _round in range(ROUNDS):
        graph = MigrationExecutor(connection).loader.graph
        applied = MigrationExecutor(connection).loader.applied_migrations
        for (app, name), node in sorted(graph.node_map.items()):
            # Nothing that is applied stands on it, and it is not the app's first.
            free = not any(child.key in applied for child in node.children)
            before = [parent.key for parent in node.parents if parent.key[0] == app]
            if app in ours and (app, name) in applied and free and before:
                MigrationExecutor(connection).migrate(before)
                went.append(f"{app}.{name}")
    sys.stdout.write(" ".join(went) + "\n")


if __name__ == "__main__":
    main()
