"""Sends the request of a command: prints warnings first, then the outcome or the result, and returns the exit code."""

from __future__ import annotations

import asyncio
import time
from argparse import Namespace
from collections.abc import Awaitable

from sunotui.cli.exits.errors import error_exit_code
from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.exits.outcomes import submission_exit_code
from sunotui.cli.output.progress import upload_progress
from sunotui.cli.output.task_text import print_lyrics, print_tasks
from sunotui.cli.output.text import print_json, say, say_error
from sunotui.cli.wait import wait_and_report
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import task_documents
from sunotui.core.gateways.warnings import needs_proven_dialect
from sunotui.core.library.library import Library
from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.domain.errors import NotReady, SunotuiError
from sunotui.domain.gateways.capabilities import features_of
from sunotui.domain.gateways.money import amount_text
from sunotui.domain.requests.music import TAKES_PER_SONG, MusicRequest
from sunotui.domain.requests.request import ClipFileRequest, Request, check
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.song_listing import is_listed


async def submit_and_print(core: Core, request: Request, args: Namespace, *, count: int | None = None) -> int:
    """Send a request, `count` times or once, and print the resulting tasks."""
    deadline = _warnings_deadline()
    prepared = await _prepare(core, request, core.active_profiles.current().name, deadline)
    await _print_warnings(core, prepared, deadline, times=count or 1)
    if count is not None:
        _print_cost(core, prepared, count)
    with upload_progress(core):
        accepted, code = await _send(core, prepared, is_again=args.again, times=count or 1)
    ids = [submission.task_id for submission in accepted if submission.task_id]
    if not ids:
        return code
    if args.wait:
        made, ended = await wait_and_report(core, ids, args.timeout)
        code = code or ended
    else:
        made = list((await core.read(Library.tasks, ids)).values())
    if args.json:
        # A list with --count, one task without: the shape never depends on the outcome.
        documents = await core.read(task_documents, made)
        print_json(documents if count is not None else documents[0])
    else:
        print_tasks(await core.read(Library.summaries, [task.id for task in made]), time.time())
        print_lyrics(made)
    return code


def print_outcome(submission: Submission) -> None:
    """Print the outcome of a submission that was not accepted, and what to do."""
    say(submission.error or f"The request is {submission.state.value}")
    if submission.request_id:
        say(f"Request id for the gateway's support: {submission.request_id}")
    if submission.state is SubmissionState.UNKNOWN:
        say(
            f"It is unknown whether it was accepted. 'sunotui submissions' lists it; end it with 'sunotui submissions "
            f"--resolve {submission.id} drop', retry, or found SONG_ID"
        )
        if is_listed(submission.request):
            say(f"'sunotui submissions --resolve {submission.id} look' searches the gateway's list of songs for it")


async def _send(core: Core, prepared: PreparedRequest, *, is_again: bool, times: int) -> tuple[list[Submission], int]:
    """Send the requests one after the other, and stop at the first that is not accepted: the next would fail or cost
    money, too."""
    accepted: list[Submission] = []
    while len(accepted) < times:
        try:
            submission = await core.services.submitter.send(prepared, is_again=is_again or bool(accepted))
        except SunotuiError as error:
            if not accepted:
                raise
            say_error(error)
            return accepted, error_exit_code(error)
        if submission.state is not SubmissionState.ACCEPTED:
            print_outcome(submission)
            return accepted, submission_exit_code(submission)
        accepted.append(submission)
        say(f"Accepted: {submission.task_id}")
    return accepted, DONE


WARNINGS_LIMIT_S = 8.0
"""How long a request waits for optional information, in seconds."""


def _warnings_deadline() -> float:
    """When a command stops waiting for optional information, on the event loop's clock."""
    return asyncio.get_running_loop().time() + WARNINGS_LIMIT_S


async def _prepare(core: Core, request: Request, profile: str, deadline: float) -> PreparedRequest:
    """The request prepared for a profile's gateway. A gateway that was never probed is probed first if the request
    needs more than the features of every gateway: this is free and may detect its dialect.

    Raises InvalidRequest for a request that cannot be sent to it.
    """
    known = await core.services.capabilities.of(profile)
    is_dialect_open = needs_proven_dialect(request, core.clients.dialect(profile))
    if known.probed_at is None and (features_of(request) or is_dialect_open):
        # Nothing is requested for a request that is invalid for every gateway.
        check(request)
        await _look(core.services.capabilities.probe(profile), deadline)
    return await core.services.submitter.prepare(request, profile)


async def _print_warnings(core: Core, prepared: PreparedRequest, deadline: float, *, times: int) -> None:
    """Print what may go wrong with the request at its gateway, as far as that is known or can be checked for free."""
    request, profile = prepared.request, prepared.profile
    await _look(_read_balance(core, profile), deadline)
    models = await core.services.model_choice.of(profile)
    found = [*prepared.warnings, *filter(None, [models.warning(request)])]
    found += await core.services.parent_checks.warnings(request, profile)
    for sentence in [*found, *core.services.capabilities.warnings(request, prepared.payload, profile, times)]:
        say(sentence)


def _print_cost(core: Core, prepared: PreparedRequest, count: int) -> None:
    """If the price is known, print what is about to be sent: "40 requests (80 takes), about $4.00"."""
    price = core.services.billing.price(prepared.profile, prepared.request.kind)
    if price is None:
        return
    words = "1 request" if count == 1 else f"{count:,} requests"
    if isinstance(prepared.request, MusicRequest):
        words += f" ({count * TAKES_PER_SONG:,} takes)"
    say(f"{words}, about {amount_text(price.amount * count, price.unit)}")


async def _read_balance(core: Core, profile: str) -> None:
    """Request the balance, from which this command, if it waits, or a later one learns the price."""
    await core.services.billing.refresh(profile)
    await core.services.billing.save_balance(profile)


async def _look(answer: Awaitable[object], deadline: float) -> None:
    """Wait for an optional response; the request itself will show the gateway's problem."""
    try:
        async with asyncio.timeout_at(deadline):
            await answer
    except (SunotuiError, TimeoutError):
        pass


async def submit_for_result(core: Core, request: Request, args: Namespace, profile: str) -> tuple[str, int]:
    """Send a request and wait for its result: returns the result with DONE, or an empty one with the exit code. A file
    that was requested within the last ten minutes is not requested again unless `args.again`. Raises SunotuiError, also
    if the submission was accepted but its result does not arrive: NotReady after `args.timeout` seconds.
    """
    deadline = _warnings_deadline()
    prepared = await _prepare(core, request, profile, deadline)
    submission = None if args.again else await core.services.results.earlier_submission(prepared)
    if submission is None:
        await _print_warnings(core, prepared, deadline, times=1)
        submission = await core.services.submitter.send(prepared, is_again=args.again)
    if submission.state is not SubmissionState.ACCEPTED:
        print_outcome(submission)
        return "", submission_exit_code(submission)
    # Printed before the result, whose output may fail.
    say(f"Accepted as request {submission.id}" + ("" if submission.result else "; waiting for its result"))
    try:
        async with asyncio.timeout(args.timeout):
            return await core.services.results.result_of(submission), DONE
    except TimeoutError:
        is_file = isinstance(request, ClipFileRequest)
        raise NotReady(
            f"The gateway sent no result within {args.timeout:g} s",
            advice="Asking again within ten minutes looks again and sends nothing"
            if is_file
            else "'sunotui submissions' shows its result",
        ) from None
