"""A file upload is handled like every request: journalled first, sent once, with limited progress events."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.events import SubmissionChanged, UploadProgress
from sunotui.domain.errors import Charge, DuplicateRequest, InvalidRequest, RequestRejected, TimedOut
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.requests.request import UploadFileRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

FILE = UploadFileRequest(path="mine.mp3")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with an audio extension."""
    monkeypatch.chdir(tmp_path)
    for name in ("mine.mp3", "other.mp3"):
        (tmp_path / name).write_bytes(b"audio")


async def test_an_accepted_upload_is_a_task_with_its_clip(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Accepted("clip-u", clips=(Clip("clip-u", "Mine", ClipStatus.COMPLETE),))
    ended = await send_request(harness.core, FILE, "main")
    await harness.settle()
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, "clip-u")
    assert harness.gateway.orders[0].file == "mine.mp3"
    task = await harness.task("clip-u")
    assert task is not None
    assert (task.kind, task.status, task.title) == (TaskKind.UPLOAD, TaskStatus.SUCCESS, "Mine")
    assert harness.core.services.capabilities.known("main").support(Feature.UPLOAD_FILE) is Support.OFFERED


async def test_it_is_journalled_before_the_first_byte(harness: CoreHarness) -> None:
    states: list[SubmissionState] = []

    def record(event: object) -> None:
        if isinstance(event, UploadProgress):
            row = harness.core.storage.call(harness.core.stores.journal.reader.get, event.submission_id)
            assert row is not None
            states.append(row.state)

    harness.core.events.subscribe(record)
    harness.gateway.upload = [(0, 10), (10, 10)]
    await send_request(harness.core, FILE, "main", submission_id="s-1")
    assert states == [SubmissionState.SENDING, SubmissionState.SENDING]


async def test_progress_is_published_at_most_ten_times_a_second_and_at_the_end(harness: CoreHarness) -> None:
    class Walking:
        """Each step of the upload takes a hundredth of a second."""

        def __iter__(self) -> Walking:
            self.sent = -1
            return self

        def __next__(self) -> tuple[int, int]:
            if self.sent == 200:
                raise StopIteration
            self.sent += 1
            harness.clock._monotonic += 0.01
            return self.sent, 200

    harness.gateway.upload = Walking()
    await send_request(harness.core, FILE, "main", submission_id="s-1")
    reported = [event for event in harness.events if isinstance(event, UploadProgress)]
    assert 15 <= len(reported) <= 22
    assert (reported[0].sent, reported[-1]) == (0, UploadProgress("s-1", 200, 200))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Rejected(RequestRejected("The gateway could not use the file")), SubmissionState.REJECTED),
        (Unknown(TimedOut(charge=Charge.MAYBE), hints=("clip-u",)), SubmissionState.UNKNOWN),
    ],
)
async def test_the_gateways_response_is_the_outcome(
    harness: CoreHarness, outcome: Rejected | Unknown, state: SubmissionState
) -> None:
    harness.gateway.outcome = lambda _: outcome
    ended = await send_request(harness.core, FILE, "main")
    assert ended.state is state
    assert await harness.core.storage.run(harness.core.stores.tasks.unfinished) == []
    reported = [event.submission.state for event in harness.events if isinstance(event, SubmissionChanged)]
    assert reported == [SubmissionState.SENDING, state]


async def test_the_same_file_is_a_duplicate_and_another_one_is_not(harness: CoreHarness) -> None:
    """Both begin with the same request, which has only the extension."""
    await send_request(harness.core, FILE, "main")
    await send_request(harness.core, UploadFileRequest(path="other.mp3"), "main")
    assert harness.gateway.orders[0].body == harness.gateway.orders[1].body
    with pytest.raises(DuplicateRequest):
        await send_request(harness.core, FILE, "main")
    submitter = harness.core.services.submitter
    assert await submitter.find_duplicate(await submitter.prepare(FILE, "main"), "new") is not None
    await send_request(harness.core, FILE, "main", is_again=True)
    assert len(harness.gateway.orders) == 3


@pytest.mark.parametrize(("path", "reason"), [("gone.mp3", "no file at that path"), ("empty.mp3", "is empty")])
async def test_a_file_that_cannot_be_sent_is_not_journalled(harness: CoreHarness, path: str, reason: str) -> None:
    await asyncio.to_thread(Path("empty.mp3").touch)
    with pytest.raises(InvalidRequest, match=reason):
        await send_request(harness.core, UploadFileRequest(path=path), "main")
    assert harness.gateway.orders == []
    assert await harness.core.reader.submissions(10) == []
