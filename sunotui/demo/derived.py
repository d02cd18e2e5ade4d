"""Derived tasks that differ in their fields alone, one row each: what they need, and what a clip shows of it.

Source: published pages of gateways (November 2026). Which words refuse a request is not documented.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sunotui.demo.orders import BadOrder, number_of, text_of


@dataclass(frozen=True, slots=True)
class Sources:
    """What a derived task is made from."""

    clip_ids: tuple[str, ...]
    range_s: tuple[float, float] | None
    """Seconds of the first clip."""
    metadata: Mapping[str, Any]
    """What a clip that was made of them shows."""


@dataclass(frozen=True, slots=True)
class DerivedTask:
    """The fields of one derived task."""

    clip: str = ""
    """The field with the id of the clip; empty where none is needed."""
    shown_as: str = ""
    """Its name in a clip's metadata; empty where that is the same."""
    range: str = ""
    """What the names of the range begin with, before `_start_s` and `_end_s`; empty where there is no range."""
    needs_words: bool = False

    def read(self, params: Mapping[str, Any]) -> Sources:
        """The sources in a task's fields. Raises BadOrder."""
        fields = dict(params)
        clip_ids: tuple[str, ...] = ()
        shown: dict[str, Any] = {}
        if self.clip:
            clip_ids = (_needed(fields, self.clip),)
            shown[self.shown_as or self.clip] = clip_ids[0]
        range_s = self._range(fields) if self.range else None
        if range_s is not None:
            shown |= {f"{self.range}_start_s": range_s[0], f"{self.range}_end_s": range_s[1]}
        return Sources(clip_ids, range_s, shown)

    def _range(self, fields: dict[str, Any]) -> tuple[float, float]:
        names = f"{self.range}_start_s", f"{self.range}_end_s"
        start_s, end_s = (number_of(fields, name) for name in names)
        if start_s is None or end_s is None:
            raise BadOrder(f"{names[0]} and {names[1]} are required")
        if not 0 <= start_s < end_s:
            raise BadOrder(f"{self.range} range is not inside the clip")
        return start_s, end_s


def _needed(fields: dict[str, Any], name: str) -> str:
    text = text_of(fields, name)
    if not text:
        raise BadOrder(f"{name} is empty")
    return text


DERIVED: Mapping[str, DerivedTask] = {
    "underpainting": DerivedTask(clip="underpainting_clip_id", range="underpainting"),
    "overpainting": DerivedTask(clip="overpainting_clip_id", range="overpainting", needs_words=True),
}
"""By task. An instrumental is put under a voice, or a voice over an instrumental."""
