"""Names of saved files, from a template; safe on Linux, macOS and Windows (W1)."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Mapping

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import printable, trim, without_ignorable
from sunotui.named_tuple import NamedTuple
from sunotui.storage.config.settings import SAVE_TEMPLATE

FIELDS = (
    *("title", "artist", "album", "track", "style", "model", "gateway", "date"),
    *("take", "clip", "clip8", "task", "ext"),
)
"""The fields that a template may use; `track` and `take` are numbers, `clip8` is the beginning of the take's id."""
NAME_BYTES = 200
"""The maximum length of a name in UTF-8: file systems allow 255 bytes, encrypted folders less."""
UNTITLED = "untitled"

_DEFAULT = f"The default is {SAVE_TEMPLATE}"
_SIGNATURE = ("title", "clip", "clip8", "take", "task")
_CUT_FIRST = ("style", "title", "album", "artist", "gateway", "model", "task", "clip")
"""The fields that are shortened when a name is too long, the first one first. The id and the ending stay."""
_LEAST_CUT = 8
"""A field is not shortened below this many bytes while another one can still be shortened."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\ud800-\udfff]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


class NameFields(NamedTuple):
    """The values of a template's fields, as the gateway or the user wrote them."""

    title: str = ""
    artist: str = ""
    album: str = ""
    track: str = ""
    style: str = ""
    model: str = ""
    gateway: str = ""
    date: str = ""
    """YYYY-MM-DD."""
    take: str = ""
    clip: str = ""
    task: str = ""


def check_template(template: str) -> None:
    """Raise InvalidRequest, with one sentence, for a template that cannot name files."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        raise InvalidRequest(
            f"The template '{printable(template)[:80]}' is not complete", advice="Each { needs a }"
        ) from None
    named = [name for _, name, _, _ in parts if name is not None]
    for _, name, form, conversion in parts:
        if name is not None and (name not in FIELDS or form or conversion):
            raise InvalidRequest(
                f"A file name has no field '{printable(name)[:40]}'", advice=f"The fields are {', '.join(FIELDS)}"
            )
    text = "".join(text for text, *_ in parts)
    if _FORBIDDEN.search(text):
        raise InvalidRequest(
            'A template of file names has no separators and none of the characters < > : " | ? *',
            advice="It names files of one folder",
        )
    if not set(named) & set(_SIGNATURE):
        raise InvalidRequest("A template of file names needs {title} or an id", advice=_DEFAULT)
    if not template.endswith(".{ext}"):
        raise InvalidRequest("A template of file names ends with .{ext}", advice=_DEFAULT)


def file_name(template: str, fields: NameFields, extension: str, *, number: int = 1, limit: int = NAME_BYTES) -> str:
    """A safe name of at most `limit` bytes. From the second file of a name on, `number` is in it: "Song (2).mp3".

    `template` has passed `check_template`; an invalid extension becomes "bin". A name that is too long loses text from
    its fields, never the number and the ending.
    """
    ending = f".{extension}" if _EXTENSION.fullmatch(extension) else ".bin"
    counter = f" ({number})" if number > 1 else ""
    room = limit - len(ending) - len(counter)
    values = {name: _tidy(value) for name, value in fields._asdict().items()}
    # Of a title such as ".." nothing would be left at the start of a name.
    values["title"] = values["title"] if _stripped(values["title"]) else UNTITLED
    # Ids can be cut anywhere: their beginnings distinguish them.
    values["clip8"] = values["clip"][:8]
    stem = _safe_stem(_filled(template, values, room), room)
    return f"{stem}{counter}{ending}"


def _filled(template: str, values: dict[str, str], room: int) -> str:
    """The template without its ending, with the values; those are shortened until it has at most `room` bytes."""
    stem = template.removesuffix(".{ext}")
    text = _render(stem, values)
    for least in (_LEAST_CUT, 0):
        for name in _CUT_FIRST:
            excess = len(text.encode()) - room
            if excess <= 0:
                return text
            size = len(values[name].encode())
            if f"{{{name}}}" in stem and size > least:
                values[name] = _cut(values[name], max(least, size - excess))
                text = _render(stem, values)
    return text


def _render(template: str, values: Mapping[str, str]) -> str:
    # A field without a value must not leave empty brackets or a dangling hyphen.
    text = template.format_map({**values, "ext": ""})
    text = re.sub(r"\[\s*\]|\(\s*\)", "", text)
    return re.sub(r"(?:^|(?<=\s))[-–—·,]+(?=\s*$)|^\s*[-–—·,]+\s", "", " ".join(text.split())).strip()


def _safe_stem(text: str, room: int) -> str:
    """A text as the beginning of a name on every system: not hidden, not an option, not a device."""
    stem = _stripped(_cut(_tidy(text), room))
    if not stem:
        return UNTITLED
    # Windows treats the part before the first dot as the device, whatever follows.
    device, dot, rest = stem.partition(".")
    if _RESERVED.fullmatch(device.rstrip(" ")):
        stem = _stripped(_cut(f"{device.rstrip(' ')}_{dot}{rest}", room))
    return stem


def _stripped(text: str) -> str:
    # Windows drops dots and blanks at the end; a leading hyphen is an option, a leading dot hides, ~ is a home.
    return text.lstrip(" .-~").rstrip(" .") if text.lstrip(" .-~").rstrip(" .") else ""


def _tidy(text: str) -> str:
    """A text on one line, without characters that a file system, a shell or a reading direction would act on."""
    text = unicodedata.normalize("NFC", printable(without_ignorable(text)))
    return " ".join(trim(_FORBIDDEN.sub(" ", text)).split())


def _cut(text: str, size: int) -> str:
    """The longest prefix of at most `size` bytes that does not separate a letter from its combining marks."""
    content = text.encode()
    if len(content) <= size:
        return text
    cut = content[: max(0, size)].decode(errors="ignore")
    if unicodedata.combining(text[len(cut)]):
        while cut and unicodedata.combining(cut[-1]):
            cut = cut[:-1]
        cut = cut[:-1]
    return cut.rstrip()
