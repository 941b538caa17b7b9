"""Fills the database of an installation for the fault tests: the cast, tokens, and somebody who listens.

python -m tests.faults.world WEBHOOK_PORT     (with the installation's environment; prints JSON)
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    django.setup()
    from tests.kit.cast import build
    from zhize.domains.duties import services as duties
    from zhize.kernel import access, search
    from zhize.kernel.access.models import Grant
    from zhize.kernel.accounts import capabilities, tokens
    from zhize.kernel.accounts.models import User
    from zhize.kernel.history import chain
    from zhize.rest import services as rest

    cast = build()
    for source in search.providers.providers():
        search.indexing.reindex(source)
    made = {}
    for login in ("limin", "chenjing", "wangfang"):
        user = User.objects.get(login=login)
        user.set_password("right-horse-1")
        user.save()
        cli = access.system(capabilities.CLI)
        made[login] = tokens.issue(actor=cli, user=user, name="faults", scopes=()).secret
    position = cast.position("service_supervisor")
    Grant.objects.update_or_create(position=position, capability="webhook.manage", defaults={"scope": "all"})
    url = f"http://127.0.0.1:{sys.argv[1]}/facts"
    rest.create(actor=cast.actor("wangfang"), name="测试", url=url, facts=["case.opened"], position=position)
    duties.schedule(actor=access.system("duties.schedule"), ahead_days=1)
    while chain.seal():
        pass
    rooms = [room.pk for room in cast.rooms.values()]
    sys.stdout.write(json.dumps({"tokens": made, "rooms": rooms}) + "\n")


if __name__ == "__main__":
    main()
