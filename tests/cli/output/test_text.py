"""Printed output: JSON of an exact shape, aligned tables, and nothing that controls a terminal."""

from __future__ import annotations

import contextlib
import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sunotui.cli.output.task_text import print_tasks
from sunotui.cli.output.text import age, length, print_json, print_page, table_lines
from sunotui.core.documents.json_documents import clip_document, iso, submission_document, task_document
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.domain.text import encodable, has_dangerous
from tests.tui.fake_list_source import row

TASK_KEYS = [
    *("id", "profile", "action", "status", "progress", "fail_reason", "submitted_at", "started_at", "finished_at"),
    *("clips", "lyrics", "submission_id", "made_in_s", "differences"),
]
OPINION_KEYS = ["rating", "starred", "heard_at"]
KEPT_KEYS = ["rating", "starred", "heard", "labels", "note", "albums", "trashed"]
"""The additional keys of a task from the library: its annotations."""
CLIP_KEYS = [
    *("id", "take", "title", "status", "tags", "lyrics", "description", "model", "duration"),
    *("audio_url", "video_url", "image_url", "created_at", "error", "exclude", "parents"),
]
SOUND_KEYS = ["bpm", "key", "style_weight", "weirdness", "audio_weight", "persona_id", "is_max_mode"]
"""The last keys of a clip, after the user's rating."""
HOSTILE = [
    "\x1b]52;c;UFdORUQ=\x1b\\",
    "\x1b[2J\x1b[1;1H",
    "\x9b31m red",
    "a\x00b\x07c\x7f",
    "line\nbreak\r\ttab",
    "\u202egnp.exe",
    "zero\u200bwidth\ufeff",
    "\ud800 lone",
    "[/red] markup [bold]",
    "x" * 5_000,
]


def a_task(**changes: object) -> Task:
    """A task with one take."""
    clip = Clip("clip-1", "Rain", ClipStatus.COMPLETE, audio_url="https://cdn.example/1.mp3", duration_s=161.4)
    values: dict[str, object] = {"added_at": 1_700_000_000.0, "clips": (clip,), **changes}
    return Task("task-1", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, **values)  # type: ignore[arg-type]


def test_a_task_s_json_has_exactly_these_keys() -> None:
    document = task_document(a_task(submitted_at=1_732_440_000.9))
    assert list(document) == TASK_KEYS
    assert (document["action"], document["status"], document["lyrics"]) == ("music", "success", None)
    assert document["submitted_at"] == "2024-11-24T09:20:00Z"
    assert document["finished_at"] is None
    assert [list(clip) for clip in document["clips"]] == [[*CLIP_KEYS, *SOUND_KEYS]]


def test_a_clip_s_json_has_exactly_these_keys() -> None:
    document = clip_document(Clip("c", created_at=0.0), 2)
    assert list(document) == [*CLIP_KEYS, *SOUND_KEYS]
    assert (document["take"], document["status"], document["audio_url"], document["created_at"]) == (
        2,
        "submitted",
        None,
        None,
    )


def test_lyrics_have_exactly_these_keys() -> None:
    document = task_document(a_task(lyrics=Lyrics("T", "[Verse]\nla", ("pop", "slow"))))
    assert document["lyrics"] == {"title": "T", "text": "[Verse]\nla", "tags": ["pop", "slow"]}


def test_a_submission_s_json_has_its_request() -> None:
    submission = Submission(
        "s1", "home", MusicRequest(description="rain"), "/p", "{}", SubmissionState.UNKNOWN, 1.0, error="No answer."
    )
    document = submission_document(submission)
    assert document["request"] == {"kind": "music", "description": "rain"}
    assert (document["state"], document["trouble"], document["sent_at"]) == ("unknown", "No answer.", None)
    assert "body" not in document


def test_json_is_ascii_and_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([task_document(a_task(title_hint=text)) | {"fail_reason": text} for text in HOSTILE])
    output = capsys.readouterr().out
    assert output.isascii()
    assert all(char.isprintable() or char == "\n" for char in output)
    assert [task["fail_reason"] for task in json.loads(output)] == [encodable(text) for text in HOSTILE]


@pytest.mark.parametrize("at", [None, 0, -1.0, math.nan, math.inf, 1e18, 253_402_300_800.0])
def test_an_invalid_time_is_null(at: float | None) -> None:
    assert iso(at) is None


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_time_of_a_gateway_breaks_the_output(at: float) -> None:
    shown = iso(at)
    assert shown is None or shown.endswith("Z")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_table_stays_one_plain_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_tasks([row(1, title=text, model=text, fail_reason=text)], 1_700_000_060.0)
    output = capsys.readouterr().out
    assert len(output.splitlines()) == 2
    assert not has_dangerous(output.replace("\n", ""))
    assert "\u202e" not in output


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_on_a_page_is_harmless(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_page([("title", text), ("empty", "")], text)
    output = capsys.readouterr().out
    assert "empty" not in output
    assert not has_dangerous(output.replace("\n", ""))


def test_columns_line_up_in_every_script() -> None:
    lines = table_lines(("A", "B"), [("雨の東京", "1"), ("abc", "2"), ("é👍", "3")])
    starts = {cell_len(line) for line in lines}
    assert starts == {11}


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6), st.integers(20, 100))
def test_on_a_terminal_no_row_is_wider_than_it(titles: list[str], width: int) -> None:
    lines = table_lines(("ID", "TITLE", "AGE"), [("id", title, "1d") for title in titles], width, flexible=1)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) == len(titles) + 1


def test_text_that_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = table_lines(("ID", "TITLE"), [("1", "a title that is much too long for this")], 20, flexible=1)
    assert lines[1] == "1   a title that is…"


@given(st.lists(st.tuples(*[st.text(max_size=50)] * 5), max_size=4), st.integers(1, 120), st.integers(0, 4))
def test_no_line_is_wider_than_any_terminal(rows: list[tuple[str, ...]], width: int, flexible: int) -> None:
    lines = table_lines(("SUBMISSION", "STATE", "KIND", "TITLE", "ERROR"), rows, width, flexible)
    assert all(cell_len(line) <= width for line in lines)


TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "searches": (("SEARCH", "LOOKS FOR", "BY"), ("long " * 80, "tag:jazz", "rating, reversed"), 1),
    "labels": (("LABEL", "SONGS"), ("long " * 80, "12"), 0),
    "albums": (("ALBUM", "TAKES"), ("雨" * 200, "12"), 0),
    "personas": (("PERSONA", "NAME", "CLIP", "AGE"), ("p" * 36, "N" * 90, "c" * 36, "14m"), 1),
    "tasks": (
        ("SONG", "STATUS", "KIND", "TITLE", "MODEL", "LENGTH", "TAKES", "AGE"),
        ("0123456789ab-" * 3, "in_progress", "lyrics", "A long title " * 9, "chirp-hawk", "12:41", "2", "14m"),
        3,
    ),
    "submissions": (
        ("REQUEST", "STATE", "KIND", "WHAT", "SONG", "AGE", "ERROR"),
        ("0123456789abcdef", "accepted", "upsample_tags", "w" * 60, "0" * 36, "14m", "It was refused. " * 20),
        6,
    ),
}
"""Tables of commands with a row of long cells, and the column that is narrowed first."""


@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_on_the_terminal(name: str, width: int) -> None:
    """Regression: a long name of a saved search pushed its query off the screen."""
    heads, row, flexible = TABLES[name]
    head, line = table_lines(heads, [row], width, flexible)
    assert max(cell_len(head), cell_len(line)) <= width
    initials = [word[0] for words in heads for word in words.split()]
    assert [word[0] for word in head.split()] == initials
    assert line.endswith(row[-1]) or (line.endswith("…") and row[-1][:3] in line)


@given(st.lists(st.text(min_size=1, max_size=50), min_size=1, max_size=9), st.data())
def test_every_column_has_a_cell_if_the_terminal_is_wide_enough(row: list[str], data: st.DataObject) -> None:
    flexible = data.draw(st.integers(0, len(row) - 1))
    width = data.draw(st.integers(2 * len(row) - 1, 120))
    heads = [chr(ord("A") + at) * 9 for at in range(len(row))]
    head, _ = table_lines(heads, [row], width, flexible)
    # One cell has space for the ellipsis only.
    parts = head.split()
    assert len(parts) == len(heads)
    assert all(part == "…" or part[0] == heads[at][0] for at, part in enumerate(parts))


def test_the_first_column_is_narrowed_by_no_other() -> None:
    task_id = "0123456789abcdef0123456789abcdef0123"
    lines = table_lines(("TASK", "TITLE", "MODEL"), [(task_id, "a long title", "a very long model's name")], 60, 1)
    assert lines[1].startswith(task_id + "  ")
    assert max(map(cell_len, lines)) <= 60


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (0, ""), (-3, ""), (161.4, "2:41"), (59.6, "1:00")])
def test_lengths_are_minutes_and_seconds(seconds: float | None, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(-50, "now"), (59, "now"), (60, "1m"), (3_599, "59m"), (7_200, "2h"), (200_000, "2d")]
)
def test_ages_are_in_the_largest_unit(seconds: float, words: str) -> None:
    assert age(seconds) == words


@given(st.text(st.characters()))
def test_json_is_valid_unicode_whatever_an_older_version_stored(text: str) -> None:
    """Regression: a surrogate from an argument was in the requests of `submissions --json`."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print_json({"text": text, "list": [{text: "caf\udce9"}]})
    assert out.getvalue().isascii()
    found = json.loads(out.getvalue())
    out.getvalue().encode()
    json.dumps(found, ensure_ascii=False).encode()
    assert found["list"] == [{found["text"]: "caf\ufffd"}]
    assert found["text"] == encodable(text)
