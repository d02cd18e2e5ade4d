"""Parses one line of a file: a record of an export, or ids to fetch."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from pydantic_core import from_json

from sunotui.core.transfer.jsonl_reader import UnsupportedFormat, record_from_document
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.export_records import Record
from sunotui.domain.text import NOT_UTF_8, cleaned_id
from sunotui.gateway.parsing.fields import identity
from sunotui.named_tuple import NamedTuple

LONGEST_LINE = 32 * 2**20
"""The maximum length of a line in bytes; the longest that an export writes is a task of 16 takes with all their
lyrics."""

_BARE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:-]{0,127}")
"""An id on a line of its own: stricter than ids in general, so that parts of another file are not requested."""


class ParsedLine(NamedTuple):
    """The content of a line: a record, ids to fetch, or the first or last line of an export."""

    record: Record | None = None
    ids: tuple[str, ...] = ()
    mark: str = ""


def parse_line(text: bytes) -> ParsedLine:
    """Parse a line. Raises ValueError with the problem, and InvalidRequest for a file of another format."""
    if len(text) > LONGEST_LINE and text[:1] != b"[":
        raise ValueError(f"longer than {LONGEST_LINE // 2**20} MiB, which no record is")
    if text[:1] in {b"{", b"[", b'"'}:
        return _document(_json(text))
    # A list copied from a message or a table often has a comma after each id.
    bare = cleaned_id(text.decode("utf-8", "replace"))
    if _BARE_ID.fullmatch(bare) is None:
        raise ValueError("neither a record nor an id")
    return ParsedLine(ids=(bare,))


def _document(document: object) -> ParsedLine:
    if isinstance(document, str):
        document = [document]
    if isinstance(document, list):
        # A list of ids, or the output of `sunotui tasks --json`.
        named = [item.get("id") if isinstance(item, dict) else item for item in document]
        ids = tuple(identity(name) for name in named)
        if not all(ids):
            raise ValueError("a list in which not everything is an id")
        return ParsedLine(ids=ids)
    try:
        record = record_from_document(document)
    except UnsupportedFormat as error:
        raise InvalidRequest(f"The file is {error}") from None
    if record is not None:
        return ParsedLine(record)
    return ParsedLine(mark="format" if isinstance(document, dict) and "format" in document else "end")


def _json(text: bytes) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        # It may be JSON that this parser rejects, such as half of a surrogate pair.
        pass
    try:
        return _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError(NOT_UTF_8) from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON, or cut off") from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_constant=_no_number)
