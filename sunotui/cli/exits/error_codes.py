"""The exit code of an error; apart from the numbers, since `--version` loads no errors."""

from __future__ import annotations

from sunotui.cli.exits.exit_codes import UNKNOWN, exit_code_by_error_code
from sunotui.domain.errors import Charge, SunotuiError


def error_exit_code(error: SunotuiError) -> int:
    """The exit code of an error; one that may have cost money is an unknown outcome, whatever its cause."""
    if error.charge is Charge.MAYBE:
        return UNKNOWN
    return exit_code_by_error_code(error.code)
