"""The journal of submissions, and the resolution of unknown outcomes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence

from sunotui.cli.arguments.request_command import request_command
from sunotui.cli.exits.exit_codes import DONE, NOT_FOUND
from sunotui.cli.exits.outcomes import submission_exit_code
from sunotui.cli.output.text import age, print_json, print_table, say, within_limit
from sunotui.cli.session import run_with_core
from sunotui.cli.submit import print_outcome
from sunotui.core.core import Core
from sunotui.core.documents.json_documents import match_document, submission_document
from sunotui.core.library.library import Library
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.request import MAY_HAVE_NO_TASK, MusicRequest, Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.origin import origin_of
from sunotui.domain.tasks.song_listing import is_listed
from sunotui.domain.text import cleaned_id


def submissions(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the journal, or resolve one of its submissions."""

    async def work(core: Core) -> int:
        if args.resolve:
            return await _resolve(core, *args.resolve, as_json=args.json)
        found = await core.reader.submissions(args.limit + 1)
        found = within_limit(found, args.limit)
        if args.json:
            print_json([submission_document(submission) for submission in found])
        else:
            names = await core.reader.with_take_titles([one.request.title_hint for one in found])
            _print(found, names, core.clock.now())
        return DONE

    return run_with_core(environ, args.profile, work)


async def _resolve(core: Core, wanted: str, how: str, task_id: str = "", *, as_json: bool) -> int:
    submission_id = await _full_id(core, wanted)
    if how == "retry":
        await _refuse_ended(core, submission_id)
    if how == "look":
        return await _look(core, submission_id, as_json=as_json)
    if how == "drop":
        ended = await core.services.unknown_outcomes.give_up(submission_id)
        say(f"Request {submission_id} is marked as lost")
    elif how == "found":
        ended = await core.services.unknown_outcomes.resolve(submission_id, task_id)
        say(f"Request {submission_id} was accepted as {ended.task_id}")
    else:
        ended = await core.services.unknown_outcomes.retry(submission_id)
        if ended.state is SubmissionState.ACCEPTED:
            say(f"Sent again as request {ended.id}. Accepted: {ended.task_id}")
        else:
            print_outcome(ended)
    if as_json:
        print_json(submission_document(ended))
    return DONE if how == "drop" else submission_exit_code(ended)


async def _refuse_ended(core: Core, submission_id: str) -> None:
    """Raise InvalidRequest for a submission with a known outcome, with the command that sends such a request."""
    submission = await core.read(Library.submission, submission_id)
    if submission is None or submission.state is SubmissionState.UNKNOWN:
        return
    command = request_command(submission.request)
    what = {
        SubmissionState.REJECTED: "That request was refused, so it is not sent again as it is",
        SubmissionState.DROPPED: "That request was marked as lost, so it is not sent again from here",
        SubmissionState.ACCEPTED: "That request was accepted, so it needs no retry",
    }.get(submission.state, "That request is being sent")
    if submission.state.is_open:
        advice = "'sunotui submissions' shows how it ends"
    elif submission.state is SubmissionState.ACCEPTED:
        advice = f"'{command}', with --again in the first ten minutes, makes another one"
    else:
        advice = f"Correct it and send it as a new one: '{command}' ('sunotui submissions --json' shows its fields)"
        if not isinstance(submission.request, MAY_HAVE_NO_TASK):
            advice += "; on screen, s in the journal (J) puts it into the composer"
    raise InvalidRequest(what, advice=advice)


async def _look(core: Core, submission_id: str, *, as_json: bool) -> int:
    """Print the listed songs that the submission may have become; its outcome stays unknown."""
    matches = await core.services.unknown_outcomes.matches(submission_id)
    if as_json:
        print_json([match_document(match) for match in matches])
    elif matches:
        now = core.clock.now()
        rows = [
            (
                match.id,
                match.title or "untitled",
                str(len(match.clips)),
                "" if match.made_at is None else age(now - match.made_at),
                ", ".join(match.same),
            )
            for match in matches
        ]
        print_table(("SONG", "TITLE", "TAKES", "AGE", "SAME"), rows, flexible=1)
    if not matches:
        say("No song in the gateway's list fits, at least not yet; the outcome stays unknown")
        return NOT_FOUND
    say(f"If this is the song, record it: 'sunotui submissions --resolve {submission_id} found {matches[0].id}'")
    return DONE


async def _full_id(core: Core, wanted: str) -> str:
    """A submission's id by its first characters, which may be in capitals. An id that matches nothing is returned as it
    is, to be reported as not found. Raises InvalidRequest."""
    wanted = cleaned_id(wanted)
    if not wanted:
        raise InvalidRequest("The id of the request is empty", advice="'sunotui submissions' lists them")
    fitting = await core.read(Library.submission_ids_by_prefix, wanted)
    for whole in (wanted, wanted.lower()):
        if whole in fitting:
            return whole
    if len(fitting) > 1:
        raise InvalidRequest(f"{len(fitting)} requests begin with {wanted}", advice="Give more characters")
    return fitting[0] if fitting else wanted


def _kind_of(request: Request) -> str:
    """What a request makes, in the words of a table of songs."""
    if request.task_kind is not TaskKind.MUSIC:
        return request.task_kind.label
    extends = isinstance(request, MusicRequest) and request.is_extension
    return origin_of(request.task_kind, request.kind, extends=extends, derivations="").value


def _print(found: Sequence[Submission], names: Sequence[str], now: float) -> None:
    """Print a table; `names` are the words by which the songs were requested."""
    if not found:
        say("Nothing has been sent yet")
        return
    rows = [
        (
            submission.id,
            submission.state.value,
            _kind_of(submission.request),
            name,
            submission.task_id or "",
            age(now - submission.created_at),
            submission.error,
        )
        for submission, name in zip(found, names, strict=True)
    ]
    print_table(("REQUEST", "STATE", "KIND", "WHAT", "SONG", "AGE", "ERROR"), rows, flexible=6)
    unknown = next((submission for submission in found if submission.state is SubmissionState.UNKNOWN), None)
    if unknown is not None:
        say(f"'sunotui submissions --resolve {unknown.id} drop' ends an unknown one; retry and found SONG_ID do too")
        if is_listed(unknown.request):
            say(f"'--resolve {unknown.id} look' searches the gateway's list of songs, where it has one")
        if unknown.task_hints:
            say(f"Its response named {', '.join(unknown.task_hints)}: '--resolve {unknown.id} found ID' looks for it")
