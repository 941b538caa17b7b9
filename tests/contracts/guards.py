"""Every guard against strangers, how it is taken away, and the test that must turn red without it.

`python scripts/guards.py` (behind `make soak`) runs each test in a process of its own in which the guard is gone;
the option `--without` of tests/kit/unguarded.py takes it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Model, Q

from zhize.kernel.db import writing


def _nothing(*_given: Any, **_named: Any) -> None:
    return None


def _yes(*_given: Any, **_named: Any) -> bool:
    return True


def _no(*_given: Any, **_named: Any) -> bool:
    return False


def _zero(*_given: Any, **_named: Any) -> int:
    return 0


def _as_given(text: str, *_more: Any) -> str:
    return text


def _one(*_given: Any, **_named: Any) -> str:
    return "0" * 64


def _delete_again(row: Any, *_given: Any, **_named: Any) -> Any:
    row._mark()
    return Model.delete(row)


_write = writing.update


def _write_anyway(row: Any, where: dict[str, Any], values: Any, count: str = "") -> bool:
    return _write(row, {"id": where["id"]}, values, count)


def _no_rows(*_given: Any, **_named: Any) -> Any:
    from zhize.kernel.notices.models import Delivery

    return Delivery.objects.none()


class _Open:
    """A limit that lets everybody through."""

    capacity = 100
    take = wait = staticmethod(_nothing)


@dataclass(frozen=True)
class Guard:
    """`place` is the dotted name of what is replaced by `gone`; `test` is the node that must fail then."""

    name: str
    place: str
    gone: Callable[..., Any] | Any
    test: str


FORGERY = "tests/contracts/test_forgery.py::"
OUTGOING = "tests/contracts/test_outgoing.py::"
SIGNIN = "tests/kernel/accounts/test_signin.py::TestBrake::"
LOGINS = "tests/kernel/accounts/test_accounts.py::"
ERASED = "tests/contracts/test_personal.py::test_nothing_of_the_person_is_left_in_any_table"
LEFT = "tests/contracts/test_traces.py::test_nothing_is_left_of_what_came_by_other_ways"
LEFT_OF_TABLE = "tests/contracts/test_traces.py::test_a_table_that_was_imported_forgets_a_person_at_once_and_everybody_in_time"
PAPERS = "tests/kernel/documents/test_papers.py::"
RACES = "tests/contracts/test_races.py::test_of_a_hundred_at_once_one_gets_it_and_the_others_are_told"
ONCE = "tests/contracts/test_races_once.py::"
GUARDS = (
    Guard(
        "forged forms", "django.middleware.csrf.CsrfViewMiddleware.process_view", _nothing,
        FORGERY + "test_every_form_refuses_a_request_that_came_from_elsewhere",
    ),
    Guard(
        "content-security policy", "csp.middleware.CSPMiddleware.process_response", lambda _self, _request, response: response,
        FORGERY + "test_every_answer_bears_the_headers",
    ),
    Guard(
        "fields of the API", "zhize.rest.schema._refuse_flags", _nothing,
        "tests/rest/test_contract.py::TestErrors::test_true_is_no_number",
    ),
    Guard("inside addresses", "zhize.rest.outgoing._public", _yes, OUTGOING + "test_an_inside_address_is_never_connected_to"),
    Guard(
        "forms of an address", "zhize.rest.outgoing.check", urlsplit,
        OUTGOING + "test_an_odd_address_is_refused_before_its_name_is_asked_for",
    ),
    Guard(
        "push addresses", "zhize.kernel.notices.delivering.allowed", _yes,
        OUTGOING + "test_a_push_address_cannot_name_a_host_of_its_own",
    ),
    Guard(
        "guessing", "zhize.kernel.accounts.buckets.Limit.take", _nothing,
        SIGNIN + "test_a_known_browser_cannot_guess_for_ever_either",
    ),
    Guard(
        "guessing from many networks", "zhize.kernel.accounts.signin.PER_LOGIN_EVERYWHERE", _Open,
        SIGNIN + "test_many_networks_together_have_a_limit_too_and_the_own_browser_does_not_feel_it",
    ),
    Guard(
        "tokens end with the password", "zhize.kernel.accounts.tokens.end_all", _zero,
        LOGINS + "TestPasswords::test_a_new_password_ends_sessions_and_tokens",
    ),
    Guard(
        "sessions end with the second factor", "zhize.kernel.accounts.services.end_sessions", _zero,
        LOGINS + "TestFactorRules::test_an_administrator_may_turn_it_off_for_a_lost_phone_and_a_colleague_may_not",
    ),
    Guard(
        "access ends with the leaving", "zhize.kernel.accounts.services.end_access", _nothing,
        LOGINS + "TestClosing::test_who_leaves_is_out_at_once",
    ),
    Guard(
        "addresses of calendars end with the password", "zhize.domains.duties.services.feeds.end_with_login", _nothing,
        "tests/domains/duties/test_calendar.py::TestFeed::test_it_ends_with_a_new_password_and_the_page_says_so",
    ),
    Guard(
        "sessions end by doing nothing", "zhize.kernel.accounts.session_store.idle", _nothing,
        "tests/desk/signin/test_pages.py::TestLogin::test_who_does_nothing_for_two_hours_is_asked_again_and_comes_back",
    ),
    Guard(
        "erasing by two", "zhize.domains.customers.services.erasing._require", _nothing,
        "tests/contracts/test_personal.py::test_on_the_page_one_asks_and_another_erases",
    ),
    Guard(
        "a code works once", "zhize.kernel.accounts.factors._seal_anew", _nothing,
        "tests/desk/signin/test_pages.py::TestSecondStep::test_the_code_of_the_authenticator_gets_in_once",
    ),
    Guard(
        "second factors are sealed", "zhize.kernel.accounts.sealing.seal", _as_given,
        LOGINS + "TestFactorRules::test_the_secret_is_kept_sealed",
    ),
    Guard(
        "the door of a row", "zhize.kernel.access.rules.Policy.allows", _yes,
        "tests/kernel/access/test_doors.py::test_an_invisible_row_is_not_found_and_a_visible_one_may_be_forbidden",
    ),
    Guard(
        "the list of one's rows", "zhize.kernel.access.rules.Policy.filter", lambda *_given: Q(),
        "tests/kernel/access/test_doors.py::test_an_invisible_row_is_not_found_and_a_visible_one_may_be_forbidden",
    ),
    Guard(
        "own writes are seen at once", "zhize.kernel.db.marks.hear", _nothing,
        "tests/kernel/db/test_marks.py::test_a_transaction_asks_once_until_it_changes_something_itself",
    ),
    Guard(
        "the hash chain", "zhize.kernel.history.chain.digest", _one,
        "tests/kernel/history/test_log.py::test_the_chain_holds_and_tells_where_it_was_broken",
    ),
    Guard(
        "formulas", "zhize.kernel.documents.tables._guarded", _as_given,
        "tests/kernel/documents/test_tables.py::test_no_text_becomes_a_formula",
    ),
    Guard(
        "programs among uploads", "zhize.kernel.files.sniffing.is_program", _no,
        "tests/kernel/files/test_store.py::test_empty_large_and_programs_are_refused_and_nothing_is_kept",
    ),
    Guard(
        "names of files", "zhize.kernel.files.names._UNSEEN", re.compile("(?!)"),
        "tests/kernel/files/test_recognition.py::test_names_are_made_harmless_and_keep_their_meaning",
    ),
    Guard(
        "tables that unpack", "zhize.kernel.documents.reading._check_size", _nothing,
        "tests/kernel/documents/test_reading.py::test_bombs_empty_and_huge_tables_are_refused_with_the_reason",
    ),
    Guard(
        "a request with a key", "zhize.rest.services_idempotency._claim", _yes,
        "tests/rest/test_idempotency.py::TestOneAfterTheOther::test_the_second_gets_the_first_answer",
    ),
    Guard(
        "somebody else's mail", "zhize.domains.channels.services.threading._is_customers", _yes,
        "tests/domains/channels/test_mail.py::TestThreading::test_a_token_from_an_unknown_address_opens_a_linked_case",
    ),
    Guard(
        "floods of a public form", "zhize.portal.door.knock", _nothing,
        "tests/portal/test_submitting.py::test_one_network_cannot_flood_the_department",
    ),
    Guard(
        "escaping", "django.template.base.conditional_escape", str,
        "tests/contracts/test_stored_scripts.py::test_no_page_and_no_export_lets_a_text_become_markup_or_a_formula",
    ),
    Guard(
        "guessing patiently", "zhize.kernel.accounts.signin.A_DAY", _Open,
        SIGNIN + "test_nor_can_it_guess_patiently",
    ),
    Guard(
        "guessing codes patiently", "zhize.kernel.accounts.signin.A_DAY", _Open,
        SIGNIN + "test_codes_of_the_second_factor_are_not_guessed_patiently",
    ),
    Guard(
        "guessing codes from many networks", "zhize.kernel.accounts.signin.PER_FACTOR_EVERYWHERE", _Open,
        SIGNIN + "test_wrong_codes_from_elsewhere_keep_nobody_out_but_have_a_limit_together",
    ),
    Guard(
        "fields that are not offered", "zhize.rest.schema.Schema.model_config", {"extra": "ignore"},
        FORGERY + "test_no_operation_takes_a_field_that_is_not_its_own",
    ),
    Guard(
        "one question to the name server", "zhize.rest.outgoing.resolve", _as_given,
        OUTGOING + "test_a_name_that_answers_differently_a_moment_later_gains_nothing",
    ),
    Guard(
        "what an endpoint's position may hear", "zhize.rest.services.may_hear", _yes,
        "tests/rest/test_webhooks.py::test_what_the_position_may_not_see_is_withheld",
    ),
    Guard(
        "signed messages from outside", "zhize.lib.signing.body_is_signed", _yes,
        "tests/domains/channels/test_hooks.py::TestSignatures::test_only_signed_and_fresh_messages_are_taken",
    ),
    Guard(
        "guarded writes", "zhize.kernel.db.writing.update", _write_anyway, RACES,
    ),
    Guard(
        "what happens once", "zhize.kernel.db.writing.update", _write_anyway,
        ONCE + "test_what_is_merged_taken_in_or_ended_happens_once",
    ),
    Guard(
        "what is deleted is gone once", "zhize.kernel.db.models.Model.delete", _delete_again,
        ONCE + "test_what_is_signed_set_up_or_issued_happens_once",
    ),
    Guard(
        "codes of drafts", "zhize.desk.drafting.services.making.one_at_a_time", _nothing,
        ONCE + "test_what_is_signed_set_up_or_issued_happens_once",
    ),
    Guard(
        "formulas in workbooks", "zhize.kernel.documents.tables._FORMULA", re.compile("(?!)"),
        "tests/kernel/documents/test_tables.py::test_no_text_of_a_printed_sheet_becomes_a_formula",
    ),
    Guard(
        "long words of a paper", "zhize.kernel.documents.papers.reading.MOST_CHARACTERS", 10**9,
        PAPERS + "test_a_small_word_file_with_endless_elements_or_numbers_is_refused",
    ),
    Guard(
        "what a download may do", "zhize.kernel.files.serving.SANDBOX", "",
        "tests/kernel/files/test_attachments.py::test_a_content_is_sent_under_headers_that_let_it_do_nothing",
    ),
    Guard(
        "guessing a progress code", "zhize.portal.door.is_closed", _nothing,
        "tests/portal/test_progress.py::test_guessing_is_stopped",
    ),
    Guard(
        "programs in a public form", "zhize.portal.views.TRAP", "nothing-is-called-so",
        "tests/portal/test_submitting.py::test_a_program_that_fills_in_everything_opens_nothing",
    ),
    Guard(
        "our own mails", "zhize.domains.channels.services.threading.own_mark", lambda: "another",
        "tests/domains/channels/test_mail.py::TestIgnoring::test_our_own_header_is_a_loop",
    ),
    Guard(
        "talks in confidence", "zhize.domains.meetings.policies.TalkPolicy.restrict", lambda *_given: Q(),
        "tests/domains/meetings/test_talks_and_proposals.py::test_a_report_on_a_dispute_is_read_by_author_and_superior_only",
    ),
    Guard("erasing what was sent", "zhize.domains.customers.services.personal._sent", _no_rows, LEFT),
    Guard("erasing what staff was told", "zhize.domains.customers.services.personal.EMPTY", {"title": "x"}, LEFT),
    Guard("erasing from imports", "zhize.kernel.documents.imports.forget_files", _nothing, LEFT_OF_TABLE),
    Guard("erasing from history", "zhize.kernel.history.redaction.redact", _nothing, ERASED),
    Guard("erasing from search", "zhize.domains.customers.services.personal._forget", _nothing, ERASED),
    Guard(
        "secrets in logs", "zhize.project.logs.veiled", _as_given,
        "tests/contracts/test_secrets.py::test_no_secret_reaches_the_log",
    ),
)  # fmt: skip
