"""Invariants of money and of the record that tests of other folders prove, so that they are not proved twice."""

from __future__ import annotations

from tests.faults.proofs import Proof

PROVES = (
    Proof(
        "S1",
        counts_ci="one id fifty times at once",
        test="tests/core/submissions/test_submitter.py",
    ),
    Proof(
        "S2",
        counts_ci="more than 40 faults over a real socket, each at most one POST",
        test="tests/gateway/test_submit_faults.py",
    ),
    Proof(
        "S3",
        counts_ci="more than 110 failures of known gateways word for word; 600 generated answers",
        test="tests/gateway/test_errors_told.py",
    ),
    Proof("S1", counts_ci="50 rows raced for by two processes", test="tests/storage/test_journal_faults.py"),
    Proof("S4", counts_ci="found, sent again, called lost: on screen", test="tests/tui/history/test_submissions.py"),
    Proof("S4", counts_ci="found, sent again, called lost: by command", test="tests/cli/test_submissions.py"),
    Proof(
        "S5",
        counts_ci="a process that sends, looked at 50 times and then killed",
        test="tests/storage/test_journal_faults.py",
    ),
    Proof("S6", counts_ci="ctrl+s three times; the same request asks first", test="tests/tui/composer/test_screen.py"),
    Proof(
        "S7",
        counts_ci="ctrl+c while sending, once and twice, in a process of its own",
        test="tests/cli/test_processes.py",
    ),
    Proof(
        "D6",
        counts_ci="10 kinds of damage, 60 x 512 random bytes, another program's file",
        gaps="A damaged library is left where it is and told of; it is not renamed, no dump is tried, and there is no "
        "daily backup and no `doctor --repair` yet.",
        test="tests/storage/test_corruption.py",
    ),
    Proof(
        "D8",
        counts_ci="3 umasks; files opened to others are closed again",
        test="tests/storage/db/test_connection.py",
    ),
    Proof(
        "D9",
        counts_ci="7 hostile values in every field of tasks, clips and lyrics; 60 generated libraries",
        test="tests/storage/test_round_trip.py",
    ),
    Proof(
        "D9", counts_ci="hostile texts in a request, typed or sent", test="tests/storage/submissions/test_journal.py"
    ),
)
