"""Commands whose request makes no song: sent like all others, and then waited for within limits."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, submission_exit_code
from sunotui.cli.output.text import say
from sunotui.cli.submit import tell_submission
from sunotui.cli.submit_warnings import caution
from sunotui.domain.errors import NotReady
from sunotui.domain.requests.request import ClipFileRequest, check
from sunotui.domain.submission import SubmissionState

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.requests.request import Request


async def obtain(core: Core, request: Request, args: Namespace, profile: str) -> tuple[str, int]:
    """Send a request and wait for what it comes to: the result with DONE, or nothing with the exit code.

    A file that was asked for within ten minutes is not asked for again unless `args.again`. Raises SunotuiError, also
    when the submission was accepted and its result does not come: NotReady after `args.timeout` seconds.
    """
    check(request)
    submission = None if args.again else await core.services.results.earlier(request, profile)
    if submission is None:
        await caution(core, request, profile, takes=1)
        submission = await core.services.submitter.send(request, profile, is_again=args.again)
    if submission.state is not SubmissionState.ACCEPTED:
        tell_submission(submission)
        return "", submission_exit_code(submission)
    # Said before the result is printed, which may be impossible.
    say(f"Accepted as submission {submission.id}" + ("" if submission.result else "; waiting for what it makes"))
    try:
        async with asyncio.timeout(args.timeout):
            return await core.services.results.of(submission), DONE
    except TimeoutError:
        is_file = isinstance(request, ClipFileRequest)
        raise NotReady(
            f"The gateway has not made it within {args.timeout:g} s",
            advice="Asking again within ten minutes looks again and sends nothing"
            if is_file
            else "'sunotui submissions' shows what it comes to",
        ) from None
