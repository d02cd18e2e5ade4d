"""Tests of other folders that prove what is said of texts: kept whole, checked at every door, never written over."""

from __future__ import annotations

from tests.faults.proofs import Proof

PROVES = (
    Proof(
        "E1",
        counts_ci="characters that this Python does not know, joined emoji, private use: through the library, --json, "
        "CSV, HTML, export and import",
        test="tests/cli/test_exact_texts.py",
    ),
    Proof("E1", counts_ci="any text that is drawn loses only what is dangerous", test="tests/domain/test_text.py"),
    Proof(
        "E2",
        counts_ci="notes, names and searches at and over their limits; names alike in their first 59 characters; empty "
        "standard input",
        test="tests/cli/test_keeping.py",
    ),
    Proof("E3", counts_ci="15 forms of arguments, 6 encodings read, 6 refused", test="tests/cli/test_inputs.py"),
    Proof("E3", counts_ci="an editor that writes another encoding", test="tests/tui/runtime/test_editor.py"),
    Proof("E4", counts_ci="15 empty and 10 damaged fields of requests", test="tests/domain/requests/test_request.py"),
    Proof("E5", counts_ci="two composers and one draft", test="tests/tui/composer/test_two_composers.py"),
    Proof(
        "E5",
        counts_ci="a note that changed while its box was open: unchanged, changed, failed, undone",
        test="tests/tui/library/test_annotation_actions.py",
    ),
    Proof(
        "E6",
        counts_ci="any search is blank, understood or told; what is not understood finds nothing",
        test="tests/domain/test_search_strict.py",
    ),
    Proof(
        "E7",
        counts_ci="commands whose output is full or closed, paid ones among them",
        test="tests/cli/test_unwritable_output.py",
    ),
    Proof(
        "E8",
        counts_ci="helpers that never stop printing, never end a line, hold their output open, are silent, fail, "
        "ignore SIGTERM, start others: 30",
        test="tests/core/test_helper_process.py",
        gaps="an opener is not waited for and prints nowhere; an editor has the terminal, and prints there; a program "
        "that a helper puts into a session of its own lives on, and so does the helper of a sunotui that is killed",
    ),
    Proof(
        "E8",
        counts_ci="a token_command, one that ignores SIGTERM too, ends with a command that gets SIGTERM, SIGHUP, "
        "SIGINT or SIGQUIT: 8",
        test="tests/cli/test_processes.py",
    ),
    Proof(
        "E8",
        counts_ci="a token_command is named in every sentence: 8",
        test="tests/core/gateways/test_token_resolver.py",
    ),
)
