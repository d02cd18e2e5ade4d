"""Advice names a command only if the error has no advice of its own."""

from __future__ import annotations

from sunotui.cli.exits.errors import ADVICE, error_text
from sunotui.domain.errors import NotFound, SunotuiError, TokenMissing, TokenRejected


def every_error() -> list[type[SunotuiError]]:
    """SunotuiError and all its subclasses."""
    kinds = [SunotuiError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return kinds


def test_the_command_replaces_the_advice_of_the_class() -> None:
    assert error_text(TokenRejected(detail="bad", request_id="r-1"), with_request_id=True) == (
        "The gateway refused the token (bad). Check the key on your gateway's page, then run 'sunotui login' again. "
        "Request id: r-1."
    )


def test_advice_given_with_an_error_stays() -> None:
    assert error_text(NotFound("No take", advice="Look elsewhere")) == "No take. Look elsewhere."


def test_the_subject_is_in_the_command() -> None:
    error = TokenMissing("No token", advice="Log in", topic="login_profile", subject="ho{me}")
    assert error_text(error) == "No token. Run 'sunotui login --profile ho{me}'."


def test_errors_of_the_domain_name_no_command() -> None:
    assert not [kind.__name__ for kind in every_error() if "sunotui " in kind.advice or "--" in kind.advice]
    assert len({kind.code for kind in every_error()} & set(ADVICE)) >= 5
