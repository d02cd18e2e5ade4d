"""Which songs of a gateway's list an unknown submission may have become."""

from __future__ import annotations

from typing import Any

import pytest

from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadRequest,
    WavRequest,
)
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.song_listing import (
    MOST_APART_S,
    SAME_TASK_S,
    ListedSong,
    is_listed,
    matches,
)

SENT = 1_000_000.0
DESCRIBED = MusicRequest(description="Rain on  a tin roof")
CUSTOM = MusicRequest(lyrics="[Verse]\nRed dust", title="Mars", style="folk, warm")
INSTRUMENTAL = MusicRequest(instrumental=True, style="slow brass", title="Dusk")
EXTENSION = MusicRequest(lyrics="More dust", extend_clip_id="parent", extend_at_s=30.0)
COVER = DerivedRequest("cover", clip_id="parent", style="metal")
SOUND = DerivedRequest("sound", sound="a door that creaks")


def listed(clip_id: str = "c1", task_id: str = "t1", made_at: float | None = SENT + 5, **facts: Any) -> ListedSong:
    return ListedSong(Clip(clip_id, **facts), task_id, made_at)


def found(request: Request, *songs: ListedSong) -> list[tuple[str, tuple[str, ...]]]:
    return [(match.id, match.same) for match in matches(request, SENT, songs)]


@pytest.mark.parametrize(
    ("request_", "facts", "same"),
    [
        (DESCRIBED, {"description": "rain on a tin roof", "lyrics": "Generated", "title": "Tin"}, ("description",)),
        (DESCRIBED, {"lyrics": "Rain on a tin roof"}, ("description",)),
        (CUSTOM, {"lyrics": "[Verse]\r\nRed dust ", "title": "Mars", "tags": "folk"}, ("lyrics", "title")),
        (CUSTOM, {"lyrics": "[Verse] Red dust", "tags": "folk, warm"}, ("lyrics", "style")),
        (INSTRUMENTAL, {"title": "Dusk", "tags": "brass"}, ("title",)),
        (EXTENSION, {"parents": ("parent",), "lyrics": "Dust. More dust"}, ("source",)),
        (COVER, {"parents": ("parent",), "tags": "metal"}, ("source", "style")),
        (ConcatRequest("parent"), {"parents": ("other", "parent")}, ("source",)),
        (SOUND, {"description": "A door that creaks"}, ("description",)),
    ],
)
def test_agreeing_fields_make_a_match(request_: Request, facts: dict[str, Any], same: tuple[str, ...]) -> None:
    assert found(request_, listed(**facts)) == [("t1", same)]


@pytest.mark.parametrize(
    ("request_", "facts"),
    [
        (DESCRIBED, {"description": "rain on a slate roof"}),
        (DESCRIBED, {"title": "Tin", "tags": "folk"}),
        (CUSTOM, {"lyrics": "[Verse]\nBlue dust", "title": "Mars"}),
        (CUSTOM, {"lyrics": "[Verse]\nRed dust", "title": "Venus"}),
        (CUSTOM, {"title": "Mars", "tags": "folk, warm"}),
        (INSTRUMENTAL, {"title": "Dawn", "tags": "slow brass"}),
        (INSTRUMENTAL, {}),
        (COVER, {"parents": ("another",), "tags": "metal"}),
        (COVER, {"tags": "metal"}),
        (SOUND, {"description": "a bell"}),
    ],
)
def test_different_or_insufficient_fields_make_no_match(request_: Request, facts: dict[str, Any]) -> None:
    assert found(request_, listed(**facts)) == []


def test_only_long_texts_may_be_listed_shortened() -> None:
    long = "dust " * 60
    assert found(MusicRequest(lyrics=long), listed(lyrics=long[:90] + "…"))
    assert not found(MusicRequest(lyrics="dust dust dust"), listed(lyrics="dust"))


@pytest.mark.parametrize(
    ("made_at", "is_found"),
    [(None, True), (SENT - 60, True), (SENT + 8 * 3_600, True), (SENT + MOST_APART_S + 1, False), (0.0, False)],
)
def test_the_time_may_be_that_of_another_zone_and_no_other_day(made_at: float | None, is_found: bool) -> None:
    assert bool(found(DESCRIBED, listed(made_at=made_at, description=DESCRIBED.description))) is is_found


def test_the_likeliest_comes_first() -> None:
    facts = {"lyrics": CUSTOM.lyrics}
    songs = [
        listed("c1", "untimed", None, **facts),
        listed("c2", "late", SENT + 500, **facts),
        listed("c3", "near", SENT + 5, **facts),
        listed("c4", "same title", SENT + 900, title="Mars", **facts),
    ]
    assert [name for name, _ in found(CUSTOM, *songs)] == ["same title", "near", "late", "untimed"]


def test_the_takes_of_a_task_are_one_match_without_duplicates() -> None:
    facts: dict[str, Any] = {"description": DESCRIBED.description}
    songs = [listed("c1", **facts), listed("c2", title="Tin", **facts), listed("c1", **facts)]
    (match,) = matches(DESCRIBED, SENT, songs)
    assert ([clip.id for clip in match.clips], match.title) == (["c1", "c2"], "Tin")
    assert [match.has(name) for name in ("t1", "c1", "c2", "", "t2")] == [True, True, True, False, False]


def test_without_tasks_equal_texts_of_one_minute_are_one() -> None:
    facts: dict[str, Any] = {"description": DESCRIBED.description, "title": "Tin"}
    songs = [
        listed("c1", "", SENT, **facts),
        listed("c2", "", SENT + SAME_TASK_S, **facts),
        listed("c3", "", SENT + SAME_TASK_S + 1, **facts),
        listed("c4", "", None, **facts),
        listed("c5", "t5", SENT, **facts),
    ]
    names = [[clip.id for clip in match.clips] for match in matches(DESCRIBED, SENT, songs)]
    assert sorted(names) == [["c1", "c2"], ["c3"], ["c4"], ["c5"]]
    assert sorted(match.id for match in matches(DESCRIBED, SENT, songs)) == ["c1", "c3", "c4", "t5"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        *((request, True) for request in (DESCRIBED, COVER, ConcatRequest("c"))),
        *((LyricsRequest("rain"), False), (UploadRequest("https://a.example/x.mp3"), False)),
        *((PersonaRequest("c", "n"), False), (WavRequest("c"), False)),
    ],
)
def test_only_songs_are_listed(request_: Request, expected: bool) -> None:
    assert is_listed(request_) is expected
    if not expected:
        assert found(request_, listed(title="x", lyrics="rain", description="rain")) == []
