"""The names of the parts of a take that was split."""

from __future__ import annotations

import pytest

from sunotui.domain.music.stems import is_split, part_name, parts_of, source_of
from sunotui.domain.tasks.clip import Clip, Derivation, DerivationKind
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus


def split(*clips: Clip) -> Task:
    return Task("task", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 0.0, clips=clips)


@pytest.mark.parametrize(
    ("title", "tags", "name"),
    [
        ("Rain (Vocals)", "", "Vocals"),
        ("Rain (live) (Backing Vocals)", "", "Backing Vocals"),
        ("Rain [drums] ", "", "Drums"),
        ("Rain - Bass", "", "Bass"),
        ("Rain: Drums stem", "", "Drums"),
        ("Rain (FX)", "", "FX"),
        # Another word is a part only behind the song's own title.
        ("Rain (Hurdy-gurdy)", "", "Hurdy-gurdy"),
        ("Other song (Hurdy-gurdy)", "", ""),
        ("Rain (live)", "", "Live"),
        ("instrumental", "", "Instrumental"),
        ("Rain", "vocals", "Vocals"),
        ("Rain", "Drums stem", "Drums"),
        # The style of the song is not the name of a part.
        ("Rain", "rock, guitar, drums", ""),
        ("", "", ""),
        ("Rain (\x1bVocals\x07)", "", "Vocals"),
        ("Rain (" + "x" * 400 + ")", "", ""),
    ],
)
def test_a_part_is_named_by_its_title_or_tags(title: str, tags: str, name: str) -> None:
    assert part_name(title, tags, "Rain") == name


def test_the_names_of_a_split_are_unique() -> None:
    titles = ("Rain (Vocals)", "Rain (Instrumental)", "Rain (vocals)", "Rain", "Rain (Instrumental)")
    parts = parts_of(split(*(Clip(f"c{number}", title=title) for number, title in enumerate(titles))), "Rain")
    assert [(part.name, part.take, part.is_repeated) for part in parts] == [
        ("Vocals", 1, False),
        ("Instrumental", 2, False),
        ("Vocals 2", 3, True),
        ("Part 4", 4, False),
        ("Instrumental 2", 5, True),
    ]


def test_a_split_is_known_by_its_request_or_by_what_the_gateway_says() -> None:
    stem = Clip("c", derivations=(Derivation(DerivationKind.STEM, "source"),))
    cover = Clip("d", derivations=(Derivation(DerivationKind.COVER, "source"),))
    assert is_split(split(stem))
    assert source_of(split(Clip("e"), stem)) == "source"
    assert not is_split(split(cover))
    assert source_of(split(cover)) == ""
    assert is_split(split(cover), "stems_short")
    assert not is_split(split(cover), "cover")
