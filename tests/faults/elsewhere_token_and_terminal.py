"""Tests of other folders that prove what is said of the token, the terminal, links and the clipboard."""

from __future__ import annotations

from tests.faults.proofs import Proof

PROVES = (
    Proof("K5", counts_ci="6 texts that are no token, none quoted", test="tests/domain/test_token.py"),
    Proof(
        "K6",
        counts_ci="15 back ends that refuse, fail, forget, garble or are silent; chains",
        test="tests/keyring/test_tokens.py",
        gaps="macOS, Windows and KWallet were not run: their names are on the list of those trusted, no more",
    ),
    Proof(
        "K6",
        counts_ci="gnome-keyring itself: kept, locked, denied, absent",
        test="tests/keyring/test_real_secret_service.py",
    ),
    Proof(
        "K1", counts_ci="every text field of an answer echoes the token", test="tests/gateway/transport/test_echo.py"
    ),
    Proof("T1", counts_ci="11 payloads and any text, where it is drawn", test="tests/domain/test_text.py"),
    Proof(
        "T11",
        counts_ci="a key takes effect before the next: one burst in login and in 9 modes of the composer",
        test="tests/e2e/test_bursts.py",
        gaps="a list that opens after a look at the disk may get keys early; none of them is a form",
    ),
    Proof(
        "U1", counts_ci="6 good links, 44 bad ones, the gateway's own origin", test="tests/tui/runtime/test_links.py"
    ),
    Proof(
        "U2",
        counts_ci="an opener that sleeps for 60 s: its arguments, files, session and environment",
        test="tests/tui/runtime/test_links.py",
        gaps="macOS's opener was not run",
    ),
    Proof(
        "U3", counts_ci="any text; 300 kB; tools that hang, fail and do not read", test="tests/core/test_clipboard.py"
    ),
)
