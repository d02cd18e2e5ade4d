"""Requests that derive something from an existing clip or other material: one row per task in DERIVED_TASKS.

Sources: published pages of gateways, November 2026; none was tested at a live gateway. The attributes of DerivedRequest
and the names of the tasks are stored in the journal: they never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from sunotui.domain.gateways.address import is_web_address
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.features import Feature
from sunotui.domain.gateways.models import REMASTER, find, label_of
from sunotui.domain.requests.music import LONGEST_CLIP_S, SongFields
from sunotui.domain.requests.validation import (
    ValidationIssue,
    blocking_first,
    clip_needed,
    damaged_texts,
    extra_problems,
)
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import trim

STEM_COUNTS = (2, 12)
"""The number of stems: vocals and accompaniment, or each instrument separately."""
VARIATIONS = ("subtle", "normal", "high")
"""How much a remaster may differ from its clip."""


@dataclass(frozen=True, slots=True)
class Form:
    """The body of a task in one dialect: which field has which attribute of the request."""

    task: str
    """The value of the `task` field."""
    top: Mapping[str, str] = field(default_factory=dict)
    """Fields at the top level: the wire name and the request's attribute. Empty attributes are omitted."""
    params: Mapping[str, str] = field(default_factory=dict)
    """Fields inside `metadata_params`, as in `top`; a dot in a name is one level deeper."""
    fixed: Mapping[str, object] = field(default_factory=dict)
    """Fields at the top level with a constant value."""


@dataclass(frozen=True, slots=True)
class DerivedTask:
    """A kind of derivation."""

    name: str
    """The name in the journal."""
    label: str
    """The label on screen."""
    title: str
    """The prefix of the result's title until the gateway names it; the source's title follows."""
    feature: Feature
    forms: Mapping[Dialect, Form]
    """The dialects with a documented format; other dialects do not offer it."""
    clips: int = 1
    """The number of source clips: 0, 1 or 2; see `is_many`."""
    is_many: bool = False
    """Whether it takes `clips` or more."""
    has_range: bool = False
    """Whether it needs a section of the clip, `start_s` to `end_s`."""
    has_point: bool = False
    """Whether it needs a point of the clip, `at_s`."""
    needs_words: bool = False
    needs_style: bool = False
    needs: tuple[str, ...] = ()
    """Other attributes that must not be empty."""
    takes_words: bool = True
    """Whether it accepts lyrics."""


def _section(word: str) -> Form:
    return Form(
        word,
        top={"continue_clip_id": "clip_id", "task_id": "task_id"},
        params={"infill_start_s": "start_s", "infill_end_s": "end_s", "metadata.infill_lyrics": "lyrics"},
    )


def _section_fields(word: str) -> dict[str, str]:
    return {f"{word}_clip_id": "clip_id", f"{word}_start_s": "start_s", f"{word}_end_s": "end_s"}


_OVERRIDE = {"override_fields": ("prompt", "tags")}
_FLAT, _NESTED = Dialect.FLAT, Dialect.NESTED

DERIVED_TASKS: tuple[DerivedTask, ...] = (
    DerivedTask(
        *("cover", "Cover", "Cover of", Feature.COVER),
        forms={
            _FLAT: Form("cover", top={"cover_clip_id": "clip_id"}, fixed={"generation_type": "TEXT"}),
            _NESTED: Form("cover", params={"clip_id": "clip_id"}),
        },
        needs_style=True,
    ),
    DerivedTask(
        *("cover_extend", "Extended cover", "Extended cover of", Feature.COVER_EXTEND),
        forms={
            _NESTED: Form(
                "cover_extend",
                top={"continue_clip_id": "clip_id", "continue_at": "at_s"},
                params={"clip_id": "clip_id"},
            )
        },
        has_point=True,
        needs_words=True,
    ),
    DerivedTask(
        *("infill", "Replace section", "New section of", Feature.INFILL),
        forms={
            _FLAT: Form(
                "infill",
                top={
                    "continue_clip_id": "clip_id",
                    "infill_start_s": "start_s",
                    "infill_end_s": "end_s",
                    "task_id": "task_id",
                },
                fixed={"continued_aligned_prompt": None},
            ),
            _NESTED: _section("infill"),
        },
        has_range=True,
        needs_words=True,
    ),
    *(
        DerivedTask(
            *(name, label, title, Feature.INFILL), forms={_NESTED: _section(name)}, has_range=True, needs_words=True
        )
        for name, label, title in (
            ("fixed_infill", "Replace, same length", "New section of"),
            ("infill_intro", "Replace intro", "New intro of"),
            ("infill_outro", "Replace outro", "New outro of"),
            ("cover_infill", "Replace in a cover", "New section of"),
        )
    ),
    DerivedTask(
        *("upload_infill", "Replace in an upload", "New section of", Feature.INFILL),
        forms={
            _FLAT: Form(
                "upload_infill",
                top={"infill_clip_id": "clip_id", "infill_start_s": "start_s", "infill_end_s": "end_s"},
                fixed={"continued_aligned_prompt": None},
            )
        },
        has_range=True,
        needs_words=True,
    ),
    DerivedTask(
        *("add_instrumental", "Add instrumental", "Instrumental for", Feature.ADD_INSTRUMENTAL),
        forms={
            _FLAT: Form("underpainting", top=_section_fields("underpainting"), fixed={"prompt": "", **_OVERRIDE}),
            _NESTED: Form("underpainting", params=_section_fields("underpainting")),
        },
        has_range=True,
        needs_style=True,
        takes_words=False,
    ),
    DerivedTask(
        *("add_vocals", "Add vocals", "Vocals for", Feature.ADD_VOCALS),
        forms={
            _FLAT: Form("overpainting", top=_section_fields("overpainting"), fixed=_OVERRIDE),
            _NESTED: Form("overpainting", params=_section_fields("overpainting")),
        },
        has_range=True,
        needs_words=True,
    ),
    DerivedTask(
        *("remaster", "Remaster", "Remaster of", Feature.REMASTER),
        forms={_NESTED: Form("remaster", params={"clip_id": "clip_id", "variation_category": "variation"})},
        needs=("variation",),
        takes_words=False,
    ),
    DerivedTask(
        *("mashup", "Mashup", "Mashup with", Feature.MASHUP),
        forms={_NESTED: Form("mashup_condition", params={"mashup_clip_ids": "clip_ids"})},
        clips=2,
        needs_words=True,
    ),
    DerivedTask(
        *("inspired", "Inspired by takes", "Inspired by", Feature.INSPIRED),
        forms={_NESTED: Form("playlist_condition", params={"playlist_clip_ids": "clip_ids"})},
        is_many=True,
    ),
    DerivedTask(
        *("sound", "Sound effect", "Sound:", Feature.SOUND),
        forms={_NESTED: Form("sound", params={"sound": "sound", "type": "sound_type"})},
        clips=0,
        needs=("sound",),
        takes_words=False,
    ),
    DerivedTask(
        *("hum", "Song from a hum", "Song of", Feature.HUM),
        forms={_NESTED: Form("vox", top={"artist_clip_id": "clip_id"})},
    ),
    DerivedTask(
        *("image", "Song from an image", "Song of", Feature.IMAGE),
        forms={_NESTED: Form("image_to_song", top={"image_url": "url"})},
        clips=0,
        needs=("url",),
    ),
    DerivedTask(
        *("video", "Song from a video", "Song of", Feature.VIDEO),
        forms={_NESTED: Form("video_to_song", params={"video_url": "url"})},
        clips=0,
        needs=("url",),
    ),
    DerivedTask(
        *("stems", "Stems", "Stems of", Feature.STEMS),
        forms={
            _FLAT: Form(
                "gen_stem",
                top={
                    "task_id": "task_id",
                    "continue_clip_id": "clip_id",
                    "stem_type_group_name": "stem_group",
                    "stem_task": "stem_count_name",
                },
                fixed={
                    "make_instrumental": True,
                    "generation_type": "TEXT",
                    "stem_type_id": 91,
                    "continued_aligned_prompt": None,
                    "continue_at": None,
                },
            )
        },
        takes_words=False,
    ),
    DerivedTask(
        *("stems_short", "Stems, short form", "Stems of", Feature.STEMS),
        forms={_FLAT: Form("", top={"clip_id": "clip_id", "task": "stem_shorthand"})},
        takes_words=False,
    ),
)
_BY_NAME: Mapping[str, DerivedTask] = {task.name: task for task in DERIVED_TASKS}
_NOT_EMPTY = {
    "variation": f"Say how far the remaster may go: {', '.join(VARIATIONS)}",
    "sound": "Say which sound",
    "url": "Enter a URL that starts with https://",
}


def derived_task(name: str) -> DerivedTask:
    """The table row of a task. Raises KeyError for an unknown name."""
    return _BY_NAME[name]


@dataclass(frozen=True, slots=True)
class DerivedRequest(SongFields):
    """A request for one task of DERIVED_TASKS. Attributes that the task does not use stay empty."""

    task_kind: ClassVar[TaskKind] = TaskKind.MUSIC

    task: str
    """The name of the task; it is the `kind` of the request."""
    clip_id: str = ""
    """The source clip; the first of several."""
    task_id: str = ""
    """The gateway's id of the clip's task."""
    start_s: float | None = None
    end_s: float | None = None
    """A section of the clip, in seconds."""
    at_s: float | None = None
    """A point of the clip, in seconds."""
    more_clip_ids: tuple[str, ...] = ()
    """Further sources, in order."""
    count: int = 2
    """How many stems, one of STEM_COUNTS."""
    variation: str = ""
    """One of VARIATIONS."""
    sound: str = ""
    """The description of the sound effect."""
    is_loop: bool = False
    """Whether the sound effect loops."""
    url: str = ""
    """The URL of the image or video."""

    @property
    def kind(self) -> str:
        """The stable name of this kind of request, in the journal and in prices."""
        return self.task

    @property
    def row(self) -> DerivedTask:
        """The task's row in the table. Raises KeyError for an unknown task."""
        return _BY_NAME[self.task]

    @property
    def clip_ids(self) -> tuple[str, ...]:
        """The ids of all source clips in order, trimmed and without empty ones."""
        return tuple(found for each in (self.clip_id, *self.more_clip_ids) if (found := trim(each)))

    @property
    def sound_type(self) -> str:
        """The wire value for a sound that loops."""
        return "loop" if self.is_loop else ""

    @property
    def stem_count_name(self) -> str:
        """The wire value for the number of stems. Raises ValueError for an unsupported number."""
        if self.count not in STEM_COUNTS:
            raise ValueError(f"the number of stems is 2 or 12, not {self.count}")
        return "two" if self.count == STEM_COUNTS[0] else "twelve"

    @property
    def stem_group(self) -> str:
        """The wire name of the group of stems."""
        return self.stem_count_name.capitalize()

    @property
    def stem_shorthand(self) -> str:
        """The wire task of the short form: vocals and accompaniment, or all stems."""
        return "vocal-stems" if self.stem_count_name == "two" else "all-stems"

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        source = self.sound or self.url.rsplit("/", 1)[-1] or ", ".join(self.clip_ids)
        return trim(self.title) or f"{self.row.title} {source}"[:80]

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues, blocking ones first."""
        row = self.row
        found = [*self._clip_problems(row), *self._place_problems(row)]
        found += [ValidationIssue(name, _NOT_EMPTY[name]) for name in row.needs if not trim(getattr(self, name))]
        if "url" in row.needs and trim(self.url) and not is_web_address(trim(self.url)):
            found.append(ValidationIssue("url", _NOT_EMPTY["url"]))
        if self.variation and self.variation not in VARIATIONS:
            found.append(ValidationIssue("variation", f"A variation is one of {', '.join(VARIATIONS)}"))
        if row.feature is Feature.STEMS and self.count not in STEM_COUNTS:
            found.append(ValidationIssue("count", "Stems come by 2 or by 12"))
        if row.name == "remaster" and (model := find(self.model)) is not None and not model.has_remaster:
            found.append(
                ValidationIssue("model", f"{model.label} has no remaster; {label_of(REMASTER)} ({REMASTER}) has one")
            )
        if row.needs_style and not trim(self.style):
            found.append(ValidationIssue("style", "Add a style"))
        if row.feature is Feature.ADD_VOCALS and self.instrumental:
            found.append(ValidationIssue("instrumental", "Vocals cannot be instrumental: add lyrics instead"))
        elif row.needs_words and not trim(self.lyrics) and not self.instrumental:
            found.append(ValidationIssue("lyrics", "Add lyrics, or choose Instrumental"))
        return blocking_first(found + self.text_problems())

    def _clip_problems(self, row: DerivedTask) -> list[ValidationIssue]:
        ids = self.clip_ids
        if len(ids) < row.clips or (not row.is_many and len(ids) > row.clips):
            wanted = {0: "no take", 1: "the id of one take", 2: "the ids of two takes"}[row.clips]
            return [ValidationIssue("clip_id", f"{row.label} needs {wanted}" + (" or more" if row.is_many else ""))]
        if len(set(ids)) < len(ids):
            return [ValidationIssue("clip_id", f"{row.label} needs different takes; one is named twice")]
        return []

    def _place_problems(self, row: DerivedTask) -> list[ValidationIssue]:
        found: list[ValidationIssue] = []
        if row.has_range and not is_section(self.start_s, self.end_s):
            is_backwards = self.start_s is not None and self.end_s is not None and self.start_s >= self.end_s
            missing = "Say where the section is, such as 0:45 to 1:10"
            words = "The section ends before it begins" if is_backwards else missing
            found.append(ValidationIssue("start_s", words))
        if row.has_point and (self.at_s is None or not 0 < self.at_s < LONGEST_CLIP_S):
            found.append(ValidationIssue("at_s", "Say where in the take the new part begins, such as 1:30"))
        return found


def mashup_lyrics(lyrics: Iterable[str]) -> str:
    """The lyrics of a mashup: those of its sources in order. Gateways require them as its prompt."""
    return "\n\n".join(found for each in lyrics if (found := trim(each)))


def is_section(start_s: float | None, end_s: float | None) -> bool:
    """Whether two times in seconds form a section: neither is NaN and the first is earlier."""
    return start_s is not None and end_s is not None and 0 <= start_s < end_s < LONGEST_CLIP_S


@dataclass(frozen=True, slots=True)
class ConcatRequest:
    """A request to join an extended clip and the clips that it continues into one song (protocol 2.4)."""

    kind: ClassVar[str] = "concat"
    task_kind: ClassVar[TaskKind] = TaskKind.CONCAT

    clip_id: str = ""
    is_infill: bool = False
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        return f"Join of {self.clip_id}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: the clip is required."""
        return blocking_first(
            clip_needed("clip_id", self.clip_id, "Give the id of an extended take")
            + extra_problems(self.extra)
            + damaged_texts(self)
        )
