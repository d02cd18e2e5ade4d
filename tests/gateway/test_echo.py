"""A gateway that sends the token back: it goes no further, whatever field it stands in (K1)."""

from dataclasses import fields

import pytest

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.lyrics import Lyrics
from sunotui.domain.task import TaskReport, TaskStatus
from sunotui.gateway.echo import without_secret
from sunotui.gateway.outcome import Accepted

SECRET = "key-of-the-test-1234567890"
TEXTS = [field.name for field in fields(Clip) if field.type in (str, "str") or field.name.endswith("_url")]


@pytest.mark.parametrize("name", TEXTS)
def test_no_field_of_a_clip_keeps_it(name: str) -> None:
    clip = Clip(**{"id": "c", name: f"https://a.example/?k={SECRET}&z"})
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("other"), clip))
    for value in (without_secret(report, SECRET), without_secret(Accepted("t", (clip,)), SECRET)):
        assert SECRET not in repr(value)
    told = getattr(without_secret(clip, SECRET), name)
    assert told is None if name.endswith("_url") else "•••" in told


def test_lyrics_and_the_raw_answer_too() -> None:
    report = TaskReport(
        "t", TaskStatus.FAILURE, fail_reason=SECRET, raw=f'{{"k":"{SECRET}"}}', lyrics=Lyrics(SECRET, SECRET, (SECRET,))
    )
    assert SECRET not in repr(without_secret(report, SECRET))


def test_what_does_not_have_it_stays_the_same_value() -> None:
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("c", status=ClipStatus.COMPLETE),))
    assert without_secret(report, SECRET) is report
