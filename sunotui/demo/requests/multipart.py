"""Parses multipart forms with a file, as browsers and object stores use them (RFC 7578)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r'multipart/form-data;.*\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(r'\bname="([^"]*)"')
_FILENAME = re.compile(r'\bfilename="([^"]*)"')


class InvalidForm(Exception):
    """The body is not a valid form."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    name: str
    content: bytes
    filename: str | None = None
    """None for a field that is not a file."""


def read_form(content_type: str, body: bytes) -> list[FormField]:
    """The fields of a form, in order. Raises InvalidForm."""
    match = _BOUNDARY.match(content_type)
    if match is None:
        raise InvalidForm("no boundary")
    mark = b"--" + (match[1] or match[2]).encode()
    parts = (b"\r\n" + body).split(b"\r\n" + mark)
    # Text before the first boundary is ignored; two dashes follow the last one.
    if len(parts) < 3 or not parts[-1].startswith(b"--"):
        raise InvalidForm("the form has no end")
    return [_field(part) for part in parts[1:-1]]


def _field(part: bytes) -> FormField:
    head, blank, content = part.partition(b"\r\n\r\n")
    if not blank:
        raise InvalidForm("a field without a head")
    lines = head.decode("utf-8", "replace").split("\r\n")
    about = next((line for line in lines if line.lower().startswith("content-disposition:")), "")
    # The name of the field, not the end of "filename=".
    filename = _FILENAME.search(about)
    name = _NAME.search(_FILENAME.sub("", about))
    if name is None:
        raise InvalidForm("a field without a name")
    return FormField(name[1], content, filename[1] if filename else None)
