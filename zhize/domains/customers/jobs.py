"""What the archive does by itself."""

from __future__ import annotations

from zhize.domains.customers import capabilities as caps
from zhize.domains.customers import services
from zhize.domains.customers.models import Customer, Premises
from zhize.kernel import access, jobs, search
from zhize.kernel.search.providers import provider as search_provider

HOUSEKEEPING = access.system_actor("customers.housekeeping", caps=[caps.VIEW, caps.MERGE, caps.GRADE])


@jobs.periodic("customers.find_duplicates", cron="40 2 * * *")
def find_duplicates() -> None:
    """Propose pairs of entries that may be one customer (CUS-32)."""
    services.find_duplicates(actor=access.system(HOUSEKEEPING))


@jobs.periodic("customers.plan_visits", cron="20 5 * * *")
def plan_visits() -> None:
    """Open the visit obligations that grades demand (CUS-08)."""
    while services.plan_visits(actor=access.system(HOUSEKEEPING)) == services.grading.AT_ONCE:
        pass


@jobs.periodic("customers.retention", cron="10 6 2 * *")
def retention_over() -> None:
    """Tell those who keep the archives whose data need not be kept any longer (ARC-26). Nothing goes by itself."""
    services.tell_retention_over(actor=access.system(HOUSEKEEPING))


@jobs.task("customers.reindex_premises")
def reindex_premises(premises_id: int) -> None:
    """Let the rooms below a renamed node, and those who live in them, be found by their new addresses."""
    top = Premises.objects.get(pk=premises_id)
    search.again(Premises, path__startswith=top.prefix)
    search.again(
        Customer, occupancies__premises__path__startswith=top.prefix, occupancies__to_on__isnull=True
    )


@jobs.task("customers.index")
def index(label: str, ids: list[int]) -> None:
    """Let rows that an import made be found. Rows that are gone since are left out."""
    source = search_provider(label)
    for row in source.rows().filter(pk__in=ids).iterator(chunk_size=500):
        search.refresh(row)
