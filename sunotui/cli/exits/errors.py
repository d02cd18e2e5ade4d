"""What a command does about an error: its exit code, and the advice in terms of commands."""

from __future__ import annotations

from sunotui.cli.exits.exit_codes import UNKNOWN, exit_code_by_error_code
from sunotui.domain.errors import Charge, SunotuiError

ADVICE = {
    "token_missing": "Run 'sunotui login', or set SUNOTUI_BASE_URL and SUNOTUI_TOKEN",
    "token_refused": "Check the key on your gateway's page, then run 'sunotui login' again",
    "not_found": "Check the id; 'sunotui fetch ID' asks the gateway for one made elsewhere",
    "sent_already": "Add --again if you want to pay for it once more",
    "http_refused": "Use https, or allow http for this gateway with --allow-http",
    "library_trouble": "Check the folder with 'sunotui doctor'",
    "library_damaged": "'sunotui doctor --repair' rescues what can be read and keeps the damaged file",
    "no_profile": "Run 'sunotui login', or try 'sunotui --demo'",
    "login_profile": "Run 'sunotui login --profile {subject}'",
    "albums": "'sunotui album list' lists them",
    "album_takes": "'sunotui album show' lists its takes",
    "searches": "'sunotui search list' lists them",
    "submissions": "'sunotui submissions' lists them",
    "task": "'sunotui show {subject}' and its raw response may show why",
    "fetch_task": "'sunotui fetch SONG_ID' adds its song to the library",
    "repair_again": "Run 'sunotui doctor --repair' again to finish it",
}
"""The advice by topic of an error; other errors keep their own advice."""


def error_exit_code(error: SunotuiError) -> int:
    """The exit code of an error; one that may have cost money is an unknown outcome, whatever its cause."""
    if error.charge is Charge.MAYBE:
        return UNKNOWN
    return exit_code_by_error_code(error.code)


def error_text(error: SunotuiError, *, with_request_id: bool = False) -> str:
    """The sentence of an error, with the command that helps if there is one."""
    advice = ADVICE.get(error.topic)
    text = None if advice is None else advice.format(subject=error.subject)
    return error.worded(text, with_request_id=with_request_id)
