"""The lineage of a take as a tree."""

from __future__ import annotations

from collections.abc import Iterator

from sunotui.domain.music.stems import part_name
from sunotui.domain.tasks.lineage import DerivationType, Relative, TreeRow
from sunotui.tui import formatting
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.widgets.text_view import TextLine


def lineage_lines(detail: ClipDetail) -> Iterator[TextLine]:
    """The tree, with the take itself highlighted."""
    lineage, clip = detail.shown.lineage, detail.clip
    if detail.shown.sources:
        yield TextLine("Made from", "head")
        yield from (TextLine(relative_summary(one), is_cut=True) for one in detail.shown.sources)
        return
    if lineage is None or clip is None or clip.id not in lineage.relatives:
        yield TextLine("Not made from another take, and nothing was made from it.", "faint")
        return
    rows = tuple(lineage.tree())
    root_title = next((row.relative.title for row in rows if row.relative.task_id), "")
    for row in rows:
        tone = "head" if row.relative.clip_id == clip.id else "plain" if row.relative.task_id else "faint"
        has_parents = bool(lineage.parents.get(row.relative.clip_id))
        yield TextLine(_tree_line(row, has_parents=has_parents, root_title=root_title), tone, is_cut=True)
    yield TextLine("")
    if any(relative.making is DerivationType.TAKEN_APART for relative in lineage.relatives.values()):
        yield TextLine("B plays the parts together.", "faint")
    yield TextLine("{ goes to the parent, } to a child.", "faint")


def _tree_line(row: TreeRow, *, has_parents: bool, root_title: str) -> str:
    """Differences come first, the title last, and only if it differs from that of the first song."""
    relative = row.relative
    name = part_name(relative.title, song_title=root_title)
    if has_parents and name and relative.making is DerivationType.TAKEN_APART:
        return row.branches + " · ".join([name, *_facts(relative)])
    parts = [relative.making.value] if has_parents else []
    if row.is_repeated:
        parts.append("its children are above")
    if has_parents and relative.task_id:
        parts += _facts(relative)
        if relative.title != root_title:
            parts.append(formatting.title(relative.title))
    else:
        parts.append(relative_summary(relative))
    return row.branches + " · ".join(parts)


def relative_summary(relative: Relative) -> str:
    """A take of the lineage in one line."""
    if not relative.task_id:
        return f"{relative.clip_id} (not in this library)"
    return " · ".join([formatting.title(relative.title), *_facts(relative)])


def _facts(relative: Relative) -> list[str]:
    facts = (formatting.length(relative.duration_s), f"take {relative.take}", formatting.model(relative.model))
    return [fact for fact in facts if fact != "—"]
