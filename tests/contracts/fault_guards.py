"""Guards against faults, how each is taken away, and the test that must turn red without it (see guards.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contracts.guards import GUARDS, Guard, _no, _nothing, _yes, _zero


def _nothing_wrong(*_given: Any, **_named: Any) -> list[str]:
    return []


def _every_time(call: Callable[[], Any], locate: Callable[[Any], str], **_named: Any) -> Any:
    from zhize.ui.services import Outcome  # the script that lists the guards has no settings

    result = call()
    return Outcome(result, locate(result))


FAULTS = (
    Guard(
        "a form is done once", "zhize.ui.services.once", _every_time,
        "tests/ui/test_forms.py::TestAFormSentTwice::test_is_done_once",
    ),
    Guard(
        "what was done is no draft", "zhize.ui.services.bring_draft", _no,
        "tests/ui/test_forms.py::TestDrafts::test_left_on_a_machine_end_when_their_form_was_done",
    ),
    Guard(
        "of two writers one is told", "zhize.kernel.db.writing.update", _yes,
        "tests/kernel/db/test_guarded_update.py::test_the_second_writer_is_outrun_and_changes_nothing",
    ),
    Guard(
        "a mail is claimed before it is sent", "zhize.kernel.notices.delivering._claim", _yes,
        "tests/kernel/notices/test_delivering.py::TestOutage::test_a_worker_killed_in_the_middle_tries_again_under_the_same_id",
    ),
    Guard(
        "deaths of a job's workers are counted", "zhize.kernel.jobs.running.note_failure", _nothing,
        "tests/kernel/jobs/test_worker.py::test_a_job_that_keeps_killing_its_worker_ends_as_failed",
    ),
    Guard(
        "a periodic job is claimed", "zhize.kernel.jobs.schedule._claim", _yes,
        "tests/kernel/jobs/test_periodic.py::test_a_slot_is_queued_once",
    ),
    Guard(
        "outages are known", "zhize.kernel.db.outages.of", _nothing,
        "tests/kernel/db/test_outages.py::test_an_outage_is_known_by_what_the_server_says",
    ),
    Guard(
        "sums of a backup's files", "zhize.project.manifest.problems", _nothing_wrong,
        "tests/project/test_backup.py::test_a_damaged_backup_is_named_and_changes_nothing",
    ),
    Guard(
        "sums of a backup's rows", "zhize.project.restore._compare", _nothing,
        "tests/project/test_backup.py::test_rows_that_are_not_those_of_the_backup_are_not_called_restored",
    ),
    Guard(
        "slots keep their day in another zone", "zhize.domains.duties.services.rezoning.keep_the_wall", _zero,
        "tests/faults/test_clock.py::test_a_unit_that_changes_its_time_zone_owes_everything_once",
    ),
    Guard(
        "what a stopped worker left is planned", "zhize.domains.duties.services.planning.Planner.wanted", lambda _self: iter(()),
        "tests/domains/duties/test_recurring.py::TestStoppedWorker::test_ten_days_later_every_slot_is_there_and_the_missed_are_missed",
    ),
)  # fmt: skip
ALL = GUARDS + FAULTS
