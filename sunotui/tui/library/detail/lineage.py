"""The part of the detail that shows a take's family as a tree."""

from __future__ import annotations

from collections.abc import Iterator

from sunotui.domain.tasks.lineage import Relative, TreeRow
from sunotui.tui import formatting
from sunotui.tui.library.detail.sections import Part
from sunotui.tui.widgets.text_view import TextLine


def family_lines(part: Part) -> Iterator[TextLine]:
    """The tree, the take itself standing out."""
    family, clip = part.shown.lineage, part.clip
    if family is None or clip is None or clip.id not in family.relatives:
        yield TextLine("Made of nothing else, and nothing was made of it.", "faint")
        return
    for row in family.tree():
        tone = "head" if row.relative.clip_id == clip.id else "plain" if row.relative.task_id else "faint"
        yield TextLine(_line(row, has_parents=bool(family.parents.get(row.relative.clip_id))), tone)
    yield TextLine("")
    yield TextLine("{ goes to the parent, } to a child.", "faint")


def _line(row: TreeRow, *, has_parents: bool) -> str:
    one = row.relative
    words = [relative_words(one)]
    if has_parents:
        words.append(one.making.value)
    if row.is_told:
        words.append("its children stand above")
    return row.branches + " · ".join(words)


def relative_words(one: Relative) -> str:
    """What a relative is called where there is one line for it."""
    if not one.task_id:
        return f"{one.clip_id} (not in this library)"
    facts = [
        formatting.title(one.title),
        f"take {one.take}",
        formatting.model(one.model),
        formatting.length(one.duration_s),
    ]
    return " · ".join(fact for fact in facts if fact != "—")
