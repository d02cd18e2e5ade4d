"""Sends the request of a command: warnings first, then the outcome or the result, and the exit code."""

from __future__ import annotations

import asyncio
import time
from argparse import Namespace

from sunotui.cli.exit_codes import DONE
from sunotui.cli.outcomes import error_exit_code, submission_exit_code
from sunotui.cli.output.json_documents import task_documents
from sunotui.cli.output.progress import upload_progress
from sunotui.cli.output.text import print_json, print_lyrics, print_tasks, say, say_error
from sunotui.cli.wait import wait_and_report
from sunotui.core.core import Core
from sunotui.core.gateways.warnings import needs_proven_dialect
from sunotui.core.library.library import Library
from sunotui.domain.errors import NotReady, SunotuiError
from sunotui.domain.gateways.capabilities import features_of
from sunotui.domain.requests.request import ClipFileRequest, Request, check
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.song_listing import is_listed


async def submit_and_print(core: Core, request: Request, args: Namespace, *, takes: int | None = None) -> int:
    """Send a request, once or as several takes, and print the tasks it became."""
    check(request)
    profile = core.current_profile().name
    await print_warnings(core, request, profile, takes=takes or 1)
    with upload_progress(core):
        accepted, code = await _send(core, request, profile, is_again=args.again, takes=takes or 1)
    ids = [submission.task_id for submission in accepted if submission.task_id]
    if not ids:
        return code
    if args.wait:
        made, ended = await wait_and_report(core, ids, args.timeout)
        code = code or ended
    else:
        made = list((await core.read(Library.tasks, ids)).values())
    if args.json:
        # A list where --takes was said, and one task where it was not: the shape never hangs on what happened.
        documents = await core.read(task_documents, made)
        print_json(documents if takes is not None else documents[0])
    else:
        print_tasks(made, time.time())
        print_lyrics(made)
    return code


def print_outcome(submission: Submission) -> None:
    """Say how a submission ended when it was not accepted, and what can be done."""
    say(submission.trouble or f"The submission is {submission.state.value}")
    if submission.request_id:
        say(f"Request id for the gateway's support: {submission.request_id}")
    if submission.state is SubmissionState.UNKNOWN:
        say(
            f"It is unknown whether it was accepted. 'sunotui submissions' lists it; end it with 'sunotui submissions "
            f"--resolve {submission.id} drop', retry, or found TASK_ID"
        )
        if is_listed(submission.request):
            say(f"'sunotui submissions --resolve {submission.id} look' searches the gateway's list of songs for it")


async def _send(
    core: Core, request: Request, profile: str, *, is_again: bool, takes: int
) -> tuple[list[Submission], int]:
    """Send them one after the other, and stop at the first that is not accepted: the next would fail or cost too."""
    accepted: list[Submission] = []
    while len(accepted) < takes:
        try:
            submission = await core.services.submitter.send(request, profile, is_again=is_again or bool(accepted))
        except SunotuiError as error:
            if not accepted:
                raise
            say_error(error)
            return accepted, error_exit_code(error)
        if submission.state is not SubmissionState.ACCEPTED:
            print_outcome(submission)
            return accepted, submission_exit_code(submission)
        accepted.append(submission)
        say(f"Accepted: task {submission.task_id}")
    return accepted, DONE


WARNINGS_LIMIT_S = 8.0
"""The longest a request waits for what is only good to know."""


async def print_warnings(core: Core, request: Request, profile: str, *, takes: int) -> None:
    """Say what may go wrong with the request at this gateway, as far as is known or can be found out for nothing.

    Raises InvalidRequest for what cannot be sent to it at all, of which nothing else is said.
    """
    try:
        await asyncio.wait_for(_look(core, request, profile), WARNINGS_LIMIT_S)
    except (SunotuiError, TimeoutError):
        # The request itself will show what is wrong with the gateway.
        pass
    # After the look, which may have found the gateway's dialect.
    await core.services.submitter.check(request, profile)
    models = await core.services.model_choice.of(profile)
    request = models.complete(request)
    found = [problem.sentence for problem in request.problems() if not problem.is_blocking]
    found += filter(None, [models.warning(request)])
    found += await core.services.parent_checks.warnings(request, profile)
    for sentence in [*found, *core.services.capabilities.warnings(request, profile, takes)]:
        say(sentence)


async def _look(core: Core, request: Request, profile: str) -> None:
    """Find out what the warnings need: what the gateway supports, where the request needs more than every gateway has,
    and what is left, from which this command, if it waits, or a later one learns the price."""
    known = await core.services.capabilities.of(profile)
    is_dialect_open = needs_proven_dialect(request, core.clients.dialect(profile))
    if known.probed_at is None and (features_of(request) or is_dialect_open):
        await core.services.capabilities.probe(profile)
    await core.services.billing.refresh(profile)
    await core.services.billing.save_balance(profile)


async def submit_for_result(core: Core, request: Request, args: Namespace, profile: str) -> tuple[str, int]:
    """Send a request and wait for what it comes to: the result with DONE, or nothing with the exit code.

    A file that was asked for within ten minutes is not asked for again unless `args.again`. Raises SunotuiError, also
    when the submission was accepted and its result does not come: NotReady after `args.timeout` seconds.
    """
    check(request)
    submission = None if args.again else await core.services.results.earlier_submission(request, profile)
    if submission is None:
        await print_warnings(core, request, profile, takes=1)
        submission = await core.services.submitter.send(request, profile, is_again=args.again)
    if submission.state is not SubmissionState.ACCEPTED:
        print_outcome(submission)
        return "", submission_exit_code(submission)
    # Said before the result is printed, which may be impossible.
    say(f"Accepted as submission {submission.id}" + ("" if submission.result else "; waiting for what it makes"))
    try:
        async with asyncio.timeout(args.timeout):
            return await core.services.results.result_of(submission), DONE
    except TimeoutError:
        is_file = isinstance(request, ClipFileRequest)
        raise NotReady(
            f"The gateway has not made it within {args.timeout:g} s",
            advice="Asking again within ten minutes looks again and sends nothing"
            if is_file
            else "'sunotui submissions' shows what it comes to",
        ) from None
