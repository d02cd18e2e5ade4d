"""Exit codes: the contract with scripts, and the table that maps the codes of errors to them."""

from __future__ import annotations

DONE = 0
FAILED = 1
"""The task failed, or an import skipped lines."""
USAGE = 2
TOKEN = 3
MONEY = 4
GATEWAY = 5
"""The gateway or the network."""
OUTPUT = 5
"""Standard output could not be written, or nothing accepted the copied text. The contract has one code for both."""
UNKNOWN = 6
"""It is unknown whether the request was accepted; it may have been charged."""
NOT_FOUND = 7
TIME_LIMIT = 8
LIBRARY = 9
"""The local library could not be used."""
CRASHED = 70
"""An internal error; EX_SOFTWARE of sysexits.h, so that scripts do not mistake it for a failed task."""
INTERRUPTED = 130
PIPE_CLOSED = 141
"""The exit code that a shell reports for a program terminated by SIGPIPE."""

_BY_ERROR_CODE = {
    "token_missing": TOKEN,
    "token_malformed": TOKEN,
    "token_refused": TOKEN,
    "token_limited": TOKEN,
    "model_not_allowed": TOKEN,
    "keyring_trouble": TOKEN,
    "key_quota_spent": MONEY,
    "account_empty": MONEY,
    "request_refused": USAGE,
    "request_impossible": USAGE,
    "sent_already": USAGE,
    "address_refused": USAGE,
    "settings_trouble": USAGE,
    "not_offered": GATEWAY,
    "too_fast": GATEWAY,
    "gateway_failed": GATEWAY,
    "gateway_login_lost": GATEWAY,
    "not_a_gateway": GATEWAY,
    "answer_unreadable": GATEWAY,
    "network_down": GATEWAY,
    "timed_out": GATEWAY,
    "media_unavailable": GATEWAY,
    "not_found": NOT_FOUND,
    "not_ready": TIME_LIMIT,
    "journal_unwritable": LIBRARY,
    "library_trouble": LIBRARY,
    "library_not_open": LIBRARY,
    "library_damaged": LIBRARY,
    "library_newer": LIBRARY,
    "trouble": FAILED,
}


def exit_code_by_error_code(code: str) -> int:
    """The exit code for an error's code; a code that a newer version wrote counts as failed."""
    return _BY_ERROR_CODE.get(code, FAILED)
