"""Commands that make something, and cost money: music, lyrics, upload, concat."""

import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sunotui.cli.exit_codes import DONE, code_of, code_of_submission
from sunotui.cli.find import find
from sunotui.cli.render import print_json, print_tasks, say, task_document
from sunotui.cli.session import with_studio
from sunotui.domain.errors import NotFound, RequestImpossible, Trouble
from sunotui.domain.models import DEFAULT_MV
from sunotui.domain.request import ConcatRequest, LyricsRequest, MusicRequest, Request, UploadRequest
from sunotui.domain.submission import Submission, SubmissionState

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio

_LYRICS_LIMIT = 1_000_000
"""Characters read of a lyrics file; no model takes a hundredth of it."""


def music(args: Namespace, environ: Mapping[str, str]) -> int:
    """Make a song, or several takes of one."""
    words = _words_of(args.lyrics_file) if args.lyrics_file else ""

    async def work(studio: "Studio") -> int:
        request = MusicRequest(
            description=args.describe,
            lyrics=words,
            title=args.title,
            style=args.style,
            exclude=args.exclude,
            model=args.model or studio.current_profile().model or DEFAULT_MV,
            instrumental=args.instrumental,
        )
        if args.extend:
            clip_id, task_id = await _clip_of(studio, args.extend)
            request = replace(request, extend_clip_id=clip_id, extend_at_s=args.at, extend_task_id=task_id)
        return await _make(studio, request, args, takes=args.takes)

    return with_studio(environ, args.profile, work)


def lyrics(args: Namespace, environ: Mapping[str, str]) -> int:
    """Write words."""
    return with_studio(environ, args.profile, lambda studio: _make(studio, LyricsRequest(args.prompt), args))


def upload(args: Namespace, environ: Mapping[str, str]) -> int:
    """Have the gateway fetch audio."""
    return with_studio(environ, args.profile, lambda studio: _make(studio, UploadRequest(args.url), args))


def concat(args: Namespace, environ: Mapping[str, str]) -> int:
    """Join an extended clip with what it continues."""

    async def work(studio: "Studio") -> int:
        clip_id, _ = await _clip_of(studio, args.clip)
        return await _make(studio, ConcatRequest(clip_id, args.infill), args)

    return with_studio(environ, args.profile, work)


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


async def _make(studio: "Studio", request: Request, args: Namespace, *, takes: int | None = None) -> int:
    for problem in request.problems():
        if not problem.is_blocking:
            say(problem.sentence)
    accepted, code = await _send(studio, request, is_again=args.again, takes=takes or 1)
    ids = [submission.task_id for submission in accepted if submission.task_id]
    if not ids:
        return code
    if args.wait:
        from sunotui.cli.waiting import wait_and_tell

        made, ended = await wait_and_tell(studio, ids, args.timeout)
        code = code or ended
    else:
        made = list((await studio.desk.run(studio.library.tasks, ids)).values())
    if args.json:
        # A list where --takes was said, and one task where it was not: the shape never hangs on what happened.
        print_json([task_document(task) for task in made] if takes is not None else task_document(made[0]))
    else:
        print_tasks(made, time.time())
    return code


async def _send(studio: "Studio", request: Request, *, is_again: bool, takes: int) -> tuple[list[Submission], int]:
    """Send one after the other and stop at the first that is not accepted: the next would cost or fail the same."""
    profile = studio.current_profile().name
    accepted: list[Submission] = []
    while len(accepted) < takes:
        try:
            submission = await studio.submitter.send(request, profile, is_again=is_again or bool(accepted))
        except Trouble as trouble:
            if not accepted:
                raise
            say(trouble.sentence)
            return accepted, code_of(trouble)
        if submission.state is not SubmissionState.ACCEPTED:
            tell_submission(submission)
            return accepted, code_of_submission(submission)
        accepted.append(submission)
        say(f"Accepted: task {submission.task_id}")
    return accepted, DONE


async def _clip_of(studio: "Studio", wanted: str) -> tuple[str, str]:
    """The full id of a clip and of the task it came in; one that the library does not know stands as it is."""
    try:
        task, clip = await studio.desk.run(find, studio.library, wanted)
    except NotFound:
        return wanted, ""
    if clip is None:
        if len(task.clips) != 1:
            raise RequestImpossible(f"{wanted} is a task", advice=f"Name one of its clips: 'sunotui show {task.id}'")
        clip = task.clips[0]
    return clip.id, task.id


def _words_of(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read(_LYRICS_LIMIT)
        with Path(file).open(encoding="utf-8") as lines:
            return lines.read(_LYRICS_LIMIT)
    except OSError as error:
        raise RequestImpossible(
            f"The lyrics could not be read: {(error.strerror or 'no reason told').lower()}"
        ) from error
    except UnicodeDecodeError as error:
        raise RequestImpossible("The lyrics are not text in UTF-8") from error
