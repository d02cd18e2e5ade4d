"""From a request to what a command prints: warned about, sent, waited for where asked, told with its exit code."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, error_exit_code, submission_exit_code
from sunotui.cli.output.json_documents import read_documents
from sunotui.cli.output.progress import shown_upload
from sunotui.cli.output.text import print_json, print_tasks, print_words, say
from sunotui.cli.submit_warnings import caution
from sunotui.core.library.library import Library
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.request import Request, check
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.song_listing import is_listed

if TYPE_CHECKING:
    from sunotui.core.core import Core


async def make(core: Core, request: Request, args: Namespace, *, takes: int | None = None) -> int:
    """Send a request, once or as several takes, and print the tasks it became."""
    check(request)
    profile = core.current_profile().name
    await caution(core, request, profile, takes=takes or 1)
    with shown_upload(core):
        accepted, code = await _send(core, request, profile, is_again=args.again, takes=takes or 1)
    ids = [submission.task_id for submission in accepted if submission.task_id]
    if not ids:
        return code
    if args.wait:
        from sunotui.cli.wait import wait_and_tell

        made, ended = await wait_and_tell(core, ids, args.timeout)
        code = code or ended
    else:
        made = list((await core.read(Library.tasks, ids)).values())
    if args.json:
        # A list where --takes was said, and one task where it was not: the shape never hangs on what happened.
        documents = await read_documents(core, made)
        print_json(documents if takes is not None else documents[0])
    else:
        print_tasks(made, time.time())
        print_words(made)
    return code


def tell_submission(submission: Submission) -> None:
    """Say how a submission ended when it was not accepted, and what can be done."""
    say(submission.trouble or f"The submission is {submission.state.value}")
    if submission.request_id:
        say(f"Request id for the gateway's support: {submission.request_id}")
    if submission.state is SubmissionState.UNKNOWN:
        say(
            f"Nobody knows whether it was accepted. 'sunotui submissions' lists it; end it with 'sunotui submissions "
            f"--resolve {submission.id} drop', retry, or found TASK_ID"
        )
        if is_listed(submission.request):
            say(f"'sunotui submissions --resolve {submission.id} look' searches the gateway's list of songs for it")


async def _send(
    core: Core, request: Request, profile: str, *, is_again: bool, takes: int
) -> tuple[list[Submission], int]:
    """Send one after the other and stop at the first that is not accepted: the next would cost or fail the same."""
    accepted: list[Submission] = []
    while len(accepted) < takes:
        try:
            submission = await core.services.submitter.send(request, profile, is_again=is_again or bool(accepted))
        except SunotuiError as trouble:
            if not accepted:
                raise
            say(trouble.sentence)
            return accepted, error_exit_code(trouble)
        if submission.state is not SubmissionState.ACCEPTED:
            tell_submission(submission)
            return accepted, submission_exit_code(submission)
        accepted.append(submission)
        say(f"Accepted: task {submission.task_id}")
    return accepted, DONE
