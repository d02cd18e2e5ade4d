"""The advice about an error, in terms of the screens."""

from __future__ import annotations

from sunotui.domain.errors import SunotuiError

ADVICE = {
    "token_missing": "Press P to log in",
    "token_refused": "Check the key on your gateway's page, then press P to log in again",
    "no_profile": "Press P to log in",
    "login_profile": "Press P to log in",
    "http_refused": "Use https, or tick “Allow http without encryption”",
    "library_damaged": "Leave and run 'sunotui doctor --repair'; it rescues what can be read",
    "repair_again": "Leave and run 'sunotui doctor --repair' again to finish it",
}
"""The advice by topic of an error; other errors keep their own advice."""


def error_text(error: SunotuiError) -> str:
    """The sentence of an error, with the key that helps if there is one."""
    return error.worded(ADVICE.get(error.topic))
