"""Commands whose request makes no song: sent like all others, and then waited for within limits."""

from typing import TYPE_CHECKING

from sunotui.cli.cautions import caution
from sunotui.cli.exit_codes import DONE, code_of_submission
from sunotui.cli.render import say
from sunotui.cli.sending import tell_submission
from sunotui.domain.request import check
from sunotui.domain.submission import SubmissionState

if TYPE_CHECKING:
    from sunotui.domain.request import Request
    from sunotui.studio.studio import Studio


async def obtain(studio: "Studio", request: "Request", profile: str, *, is_again: bool) -> tuple[str, int]:
    """Send a request and wait for what it comes to: the result with DONE, or nothing with the exit code.

    A file that was asked for within ten minutes is not asked for again unless `is_again`. Raises Trouble, also when the
    submission was accepted and its result does not come.
    """
    check(request)
    submission = None if is_again else await studio.results.earlier(request, profile)
    if submission is None:
        await caution(studio, request, profile, takes=1)
        submission = await studio.submitter.send(request, profile, is_again=is_again)
    if submission.state is not SubmissionState.ACCEPTED:
        tell_submission(submission)
        return "", code_of_submission(submission)
    if not submission.result:
        say(f"Accepted as submission {submission.id}; waiting for what it makes")
    return await studio.results.of(submission), DONE
