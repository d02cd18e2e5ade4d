"""What a song is made of, as its icon says it."""

from __future__ import annotations

import pytest

from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.tasks import origin
from sunotui.domain.tasks.clip import DerivationKind
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.origin import Origin, origin_of


@pytest.mark.parametrize(
    ("kind", "request_kind", "extends", "derivations", "expected"),
    [
        (TaskKind.MUSIC, "", False, "", Origin.SONG),
        (TaskKind.LYRICS, "lyrics", False, "", Origin.LYRICS),
        (TaskKind.CONCAT, "", False, "continuation:a", Origin.JOINED),
        (TaskKind.UPLOAD, "upload", False, "", Origin.UPLOAD),
        (TaskKind.MUSIC, "music", True, "", Origin.EXTENSION),
        (TaskKind.MUSIC, "music", False, "", Origin.SONG),
        (TaskKind.MUSIC, "infill", False, "continuation:a", Origin.SECTION),
        (TaskKind.MUSIC, "stems", False, "", Origin.STEMS),
        (TaskKind.MUSIC, "remaster", False, "", Origin.SONG),
        (TaskKind.MUSIC, "", False, "continuation:a", Origin.EXTENSION),
        (TaskKind.MUSIC, "", False, "continuation:a cover:a", Origin.COVER),
        (TaskKind.MUSIC, "", False, "continuation:a section:a", Origin.SECTION),
        (TaskKind.MUSIC, "", False, "persona:x", Origin.SONG),
    ],
)
def test_origins(kind: TaskKind, request_kind: str, extends: bool, derivations: str, expected: Origin) -> None:
    assert origin_of(kind, request_kind, extends=extends, derivations=derivations) is expected


def test_the_words_are_those_that_are_stored() -> None:
    assert set(origin._OF_DERIVATIONS) <= set(DerivationKind)
    assert set(origin._OF_REQUESTS) <= {task.name for task in DERIVED_TASKS}
