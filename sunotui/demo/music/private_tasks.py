"""How a private build handles a song's `task`: extensions, covers, replaced sections, voices, stems (protocol 2.2). The
required fields and models are documented; the error messages are not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sunotui.demo.media import sound
from sunotui.demo.music import prices
from sunotui.demo.music.derived_tasks import ANY_SONG_MODEL, DERIVED
from sunotui.demo.music.documented_tasks import SECTIONS, STEM_SHORTHAND
from sunotui.demo.music.jobs import Job, Part, Take
from sunotui.demo.music.songs import Song
from sunotui.demo.music.takes import Flaws, apply_flaws, new_take, with_length
from sunotui.demo.personas import Personas
from sunotui.demo.requests.payloads import InvalidBody, MusicPayload, number_field, text_field
from sunotui.demo.simulator import Simulator, UnknownClip
from sunotui.domain.tasks.task import TaskKind

STEM_MODEL = "chirp-stem"
STEMS = {
    "two": ("Vocals", "Instrumental"),
    "twelve": (
        "Vocals",
        "Backing Vocals",
        "Drums",
        "Bass",
        "Guitar",
        "Keyboard",
        "Percussion",
        "Strings",
        "Synth",
        "FX",
        "Brass",
        "Woodwinds",
    ),
}
"""The stems by `stem_task`; `stem_type_group_name` is the same name capitalized."""

_SECTION_OF = {"cover_infill": "cover_clip_id", "artist_infill": "persona_id"}
_PLAIN = frozenset({"", "generate"})
_MVS = {
    "upload_extend": ANY_SONG_MODEL | {"chirp-v3-5-upload", "chirp-v4-upload", "chirp-auk-upload"},
    "cover": ANY_SONG_MODEL,
    "cover_extend": ANY_SONG_MODEL,
    **dict.fromkeys(SECTIONS, ANY_SONG_MODEL),
    "artist_consistency": ANY_SONG_MODEL | {"chirp-v3-5-tau", "chirp-v4-tau"},
    "gen_stem": ANY_SONG_MODEL | {STEM_MODEL},
}
"""The models that support a task; models newer than the documentation are accepted, those documented as rejected are
not."""


@dataclass(frozen=True, slots=True)
class PrivateTaskBuilder:
    """Builds the job of one payload."""

    simulator: Simulator
    personas: Personas
    payload: MusicPayload
    flaws: Flaws
    tasks: frozenset[str]
    """The derived tasks that the server supports."""

    def build(self) -> Job:
        """The job for the payload. Raises InvalidBody for an incomplete payload, UnknownClip for an unknown clip."""
        task = self.payload.options.task
        if task not in self.tasks | _PLAIN:
            raise InvalidBody(f"invalid task {task}")
        takers = _MVS.get(task, DERIVED[task].models if task in DERIVED else None)
        if takers is not None and self.payload.mv not in takers:
            raise InvalidBody(f"mv {self.payload.mv or 'is empty and'} does not support task {task}")
        return self.simulator.add_job(_MAKERS.get(task, PrivateTaskBuilder.derived)(self))

    def plain(self) -> Job:
        """A new song, or an extension if there is a parent, as on all servers."""
        return self.extend() if self.payload.continue_clip_id else self._song({})

    def extend(self) -> Job:
        """A song that continues another one from a position."""
        parent = self._parent()
        return self._song({}, parent, self._part_of(parent))

    def upload_extend(self) -> Job:
        """An extension of an uploaded clip; the response has only its clips (sample submit_ok_raw_upload_extend)."""
        parent = self._parent()
        if parent[0].kind is not TaskKind.UPLOAD:
            raise InvalidBody("clip is not an upload")
        made = self._song({"audio_prompt_id": parent[1].id}, parent, self._part_of(parent))
        return replace(made, is_bare=True)

    def cover(self) -> Job:
        """The lyrics in another style. An upload can be covered, too: it belongs to one Suno account (quirk 17), and
        this gateway has only one."""
        of = self._covered()
        return self._song({"cover_clip_id": of[1].id, "is_remix": True}, of)

    def cover_extend(self) -> Job:
        """A cover that continues another clip from a position."""
        of = self._covered()
        if self.payload.continue_at is None:
            raise InvalidBody("continue_at is required")
        parent = self._parent()
        return self._song({"cover_clip_id": of[1].id, "is_remix": True}, parent, self._part_of(parent))

    def infill(self) -> Job:
        """A new section, as long as the one it replaces; concat inserts it."""
        options, parent = self.payload.options, self._section_parent()
        start_s, end_s = options.infill_start_s, options.infill_end_s
        if start_s is None or end_s is None:
            raise InvalidBody("infill_start_s and infill_end_s are required")
        end_of_clip_s = parent[1].duration_s + 1
        if not 0 <= start_s < end_s <= end_of_clip_s:
            raise InvalidBody("infill range is not inside the clip")
        context = {
            name: number_field(dict(self.payload.params), f"infill_context_{name}_s") for name in ("start", "end")
        }
        context_start_s = start_s if context["start"] is None else context["start"]
        context_end_s = end_s if context["end"] is None else context["end"]
        if not 0 <= context_start_s <= start_s < end_s <= context_end_s <= end_of_clip_s:
            raise InvalidBody("infill context does not enclose the range")
        if not self.payload.prompt and not self.payload.make_instrumental:
            raise InvalidBody("prompt is empty")
        part = Part(parent[1].id, start_s, is_infill=True, infill_end_s=end_s, kind=_type_of(parent[0]))
        about = {"infill": True, "infill_start_s": start_s, "infill_end_s": end_s}
        made = self._song(about | self._kept_of(parent[0]), parent, part)
        return replace(made, takes=tuple(with_length(take, end_s - start_s) for take in made.takes))

    def artist_consistency(self) -> Job:
        """A song with a persona; a server with persona models requires the persona's own clip."""
        options = self.payload.options
        persona = self.personas.find(options.persona_id)
        if persona is None:
            raise InvalidBody("persona not found" if options.persona_id else "persona_id is empty")
        if options.persona_model:
            return self._song({})
        artist = self._generated(options.artist_clip_id, "artist_clip_id")
        if artist[1].id not in (persona.root_clip_id, *persona.clip_ids):
            raise InvalidBody("artist_clip_id is not a clip of the persona")
        return self._song({})

    def derived(self) -> Job:
        """A derived task that differs from others only in its fields."""
        task = DERIVED[self.payload.options.task]
        found = task.read(self.payload.params)
        sources = [self.simulator.require_clip(clip_id) for clip_id in found.clip_ids]
        first = sources[0] if sources else None
        if first and found.range_s and found.range_s[1] > first[1].duration_s + 1:
            raise InvalidBody(f"{task.range} range is not inside the clip")
        if task.needs_words and not self.payload.prompt:
            raise InvalidBody("prompt is empty")
        made = self._song(dict(found.metadata), first)
        if first and task.keeps_words and not made.lyrics:
            made = replace(made, lyrics=first[0].lyrics)
        length_s = first[1].duration_s if first and task.keeps_length else task.length_s
        if length_s is None:
            return made
        return replace(made, takes=tuple(with_length(take, length_s) for take in made.takes))

    def gen_stem(self) -> Job:
        """Two or twelve clips with one stem each; the response has an id that no fetch knows (sample
        submit_ok_raw_stems)."""
        options, parent = self.payload.options, self._parent()
        if options.stem_task not in STEMS or options.stem_type_group_name != options.stem_task.capitalize():
            raise InvalidBody("stem_task and stem_type_group_name do not name the same stems")
        if not self.payload.task_id and not parent[0].is_bare:
            # The response to an uploaded file, and to what was made from it, has no task id to send.
            raise InvalidBody("task_id is empty")
        return replace(self._stems(parent, options.stem_task, {"stem_type_id": options.stem_type_id}), is_bare=True)

    def stem_shorthand(self) -> Job:
        """Stems from a clip id only. The response is not documented; here it is that of any task."""
        clip_id = text_field(dict(self.payload.params), "clip_id")
        if not clip_id:
            raise InvalidBody("clip_id is empty")
        return self._stems(
            self.simulator.require_clip(clip_id), STEM_SHORTHAND[self.payload.options.task], {"task": "gen_stem"}
        )

    # --- helpers ------------------------------------------------------------------------------------------------------

    def _song(self, metadata: dict[str, Any], like: tuple[Job, Take] | None = None, part: Part | None = None) -> Job:
        made = self.simulator.open_song(self.payload, self.flaws, like)
        duration_s = self.payload.options.duration_s
        if duration_s is not None:
            made = replace(made, takes=tuple(with_length(take, duration_s) for take in made.takes))
        return replace(made, metadata=self._with_options(metadata), history=(part,) if part else ())

    def _with_options(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """The options that Suno repeats in a clip's metadata."""
        options = self.payload.options
        repeated: dict[str, Any] = {
            "task": options.task,
            "negative_tags": options.negative_tags,
            "vocal_gender": options.vocal_gender,
            "generation_type": options.generation_type,
            "persona_id": options.persona_id,
            "persona_model": options.persona_model,
            "artist_clip_id": options.artist_clip_id,
            "control_sliders": dict(options.sliders),
        }
        return {name: value for name, value in repeated.items() if value} | metadata

    def _stems(self, parent: tuple[Job, Take], word: str, more: dict[str, Any]) -> Job:
        """The stems for the `stem_task` `word`, each as long as the clip; `more` extends the metadata."""
        job, source = parent
        rng = self.simulator.next_rng()
        slow = new_take(rng, job.tags, self.flaws)
        takes = tuple(
            replace(
                with_length(new_take(rng, "", self.flaws), source.duration_s),
                title=f"{job.title} ({name})",
                loop=sound.part_for(source.loop, name),
                # In sync with the take, so that the parts can be played together.
                turn=source.turn,
                streams_s=slow.streams_s,
                done_s=slow.done_s,
            )
            for name in STEMS[word]
        )
        about = more | {"stem_type_group_name": word.capitalize(), "stem_task": word, "stem_from_id": source.id}
        price = prices.price_of(TaskKind.MUSIC, len(takes))
        song = Song(job.title, "", job.tags)
        made = self.simulator.open_job(rng, TaskKind.MUSIC, song, price, apply_flaws(takes, self.flaws))
        history = (Part(source.id, None, kind=_type_of(job), stems=about),)
        return replace(made, model=STEM_MODEL, metadata=self._with_options(about), history=history)

    def _parent(self) -> tuple[Job, Take]:
        if not self.payload.continue_clip_id:
            raise InvalidBody("continue_clip_id is empty")
        return self.simulator.require_clip(self.payload.continue_clip_id)

    def _section_parent(self) -> tuple[Job, Take]:
        """The clip whose section is replaced: an upload has its own field."""
        if self.payload.options.task != "upload_infill":
            return self._parent()
        clip_id = text_field(dict(self.payload.params), "infill_clip_id")
        if not clip_id:
            raise InvalidBody("infill_clip_id is empty")
        found = self.simulator.require_clip(clip_id)
        if found[0].kind is not TaskKind.UPLOAD:
            raise InvalidBody("clip is not an upload")
        return found

    def _kept_of(self, parent: Job) -> dict[str, Any]:
        """The clip's metadata in a section; for some tasks the clip must be a cover, or a persona's song."""
        name = _SECTION_OF.get(self.payload.options.task)
        if name is None:
            return {}
        if not parent.metadata.get(name):
            raise InvalidBody(f"clip has no {name}")
        return {name: parent.metadata[name]}

    def _part_of(self, parent: tuple[Job, Take]) -> Part:
        at_s = self.payload.continue_at
        return Part(parent[1].id, parent[1].duration_s if at_s is None else at_s, kind=_type_of(parent[0]))

    def _covered(self) -> tuple[Job, Take]:
        clip_id = self.payload.options.cover_clip_id
        if not clip_id:
            raise InvalidBody("cover_clip_id is empty")
        return self.simulator.require_clip(clip_id)

    def _generated(self, clip_id: str, name: str) -> tuple[Job, Take]:
        if not clip_id:
            raise InvalidBody(f"{name} is empty")
        found = self.simulator.require_clip(clip_id)
        if found[0].kind is TaskKind.UPLOAD:
            raise UnknownClip(clip_id)
        return found


def stem_count(payload: MusicPayload) -> int:
    """The number of stems that a payload requests, which determines its price; 0 for other tasks."""
    options = payload.options
    word = options.stem_task if options.task == "gen_stem" else STEM_SHORTHAND.get(options.task, "")
    return len(STEMS.get(word, ()))


def _type_of(job: Job) -> str:
    return "upload" if job.kind is TaskKind.UPLOAD else "gen"


_MAKERS: dict[str, Callable[[PrivateTaskBuilder], Job]] = {
    "": PrivateTaskBuilder.plain,
    "generate": PrivateTaskBuilder.plain,
    "extend": PrivateTaskBuilder.extend,
    "upload_extend": PrivateTaskBuilder.upload_extend,
    "cover": PrivateTaskBuilder.cover,
    "cover_extend": PrivateTaskBuilder.cover_extend,
    **dict.fromkeys(SECTIONS, PrivateTaskBuilder.infill),
    "artist_consistency": PrivateTaskBuilder.artist_consistency,
    "gen_stem": PrivateTaskBuilder.gen_stem,
    **dict.fromkeys(STEM_SHORTHAND, PrivateTaskBuilder.stem_shorthand),
}
