"""Builds the command line for a request, for sentences that say how to send it again."""

from __future__ import annotations

from shlex import quote

from sunotui.cli.arguments.generate import PARTS
from sunotui.domain.requests.request import (
    ClipFileRequest,
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MidiRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
)

_PART_WORDS = {task: f" --part {part}" for part, task in PARTS.items()} | {"infill": ""}
_OPTIONS = {"inspired": "--inspired-by", "cover_extend": "--cover"}
"""Options of `music` whose names differ from their task's."""

_LONGEST_SOURCE = 200
"""The maximum length of a URL in a sentence, in characters."""


def request_command(request: Request) -> str:
    """The command with its main arguments: ids and URLs unchanged, texts as placeholders in capitals."""
    match request:
        case MusicRequest():
            return f"sunotui music {_song_words(request)}"
        case DerivedRequest(task="stems" | "stems_short", clip_id=clip_id):
            return f"sunotui stems {quote(clip_id)}"
        case DerivedRequest():
            return f"sunotui music {_derived_words(request)}"
        case LyricsRequest():
            return "sunotui lyrics PROMPT"
        case ConcatRequest(clip_id=clip_id):
            return f"sunotui concat {quote(clip_id)}"
        case UploadRequest(url=source) | UploadFileRequest(path=source):
            return f"sunotui upload {_source(source)}"
        case PersonaRequest(clip_id=clip_id):
            return f"sunotui persona {quote(clip_id)} --name NAME"
        case UpsampleTagsRequest():
            return "sunotui tags TEXT"
        case MidiRequest(clip_id=clip_id):
            return f"sunotui midi {quote(clip_id)} -o FILE"
        case Mp4Request(clip_id=clip_id):
            return f"sunotui video {quote(clip_id)}"
        case ClipFileRequest(clip_id=clip_id):
            return f"sunotui wav {quote(clip_id)}"


def _song_words(song: MusicRequest) -> str:
    words = "--describe TEXT" if song.is_described else "--lyrics-file FILE"
    if song.instrumental and not song.is_described:
        words = "--instrumental --style TAGS"
    if song.is_extension:
        words = f"--extend {quote(song.extend_clip_id)} --at {song.extend_at_s or 0:g} {words}"
    return words


def _derived_words(request: DerivedRequest) -> str:
    task = request.task
    if task in _PART_WORDS:
        return f"--replace {quote(request.clip_id)}{_PART_WORDS[task]} --from TIME --to TIME --lyrics-file FILE"
    option = _OPTIONS.get(task, f"--{task.replace('_', '-')}")
    source = _source(request.url) if request.url else "TEXT" if request.sound else ""
    sources = [source] if source else [quote(clip_id) for clip_id in request.clip_ids]
    return " ".join([option, *sources, *(["--at TIME"] if task == "cover_extend" else [])])


def _source(text: str) -> str:
    """An address or a path, or a placeholder for a long one."""
    return quote(text) if len(text) <= _LONGEST_SOURCE else "URL_OR_FILE"
