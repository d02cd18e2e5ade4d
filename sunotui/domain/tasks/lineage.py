"""The lineage of a clip: its sources and the clips derived from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sunotui.named_tuple import NamedTuple


class DerivationType(StrEnum):
    """How a clip was derived from its parents; the values are shown between the two."""

    EXTENDED = "extended"
    COVERED = "covered"
    JOINED = "joined"
    REPLACED = "a section replaced"
    TAKEN_APART = "taken apart"
    UPLOADED = "uploaded"
    MADE = "made of it"
    """The gateway names the parent but not how it was used."""


class Relative(NamedTuple):
    """A clip of a lineage."""

    clip_id: str
    task_id: str = ""
    """Empty if the library has no task with this clip, which is known only from its child."""
    take: int = 0
    title: str = ""
    model: str = ""
    duration_s: float | None = None
    making: DerivationType = DerivationType.MADE
    added_at: float = 0.0


class TreeRow(NamedTuple):
    """A line of the lineage tree."""

    relative: Relative
    branches: str
    """The tree lines drawn before it, such as "│  └─ "."""
    is_repeated: bool = False
    """Whether its children are listed further up: the clip has several parents."""


@dataclass(frozen=True)
class Lineage:
    """A graph of clips and their parents around one clip."""

    relatives: Mapping[str, Relative]
    parents: Mapping[str, tuple[str, ...]]
    """The nearest parents of each clip: a grandparent that a gateway names along with the parent is omitted."""

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """The clips derived from each clip, oldest first."""
        found: dict[str, list[str]] = {}
        for child in sorted(self.relatives.values(), key=lambda one: (one.added_at, one.task_id, one.take)):
            for parent in self.parents.get(child.clip_id, ()):
                found.setdefault(parent, []).append(child.clip_id)
        return {parent: tuple(ids) for parent, ids in found.items()}

    def tree(self) -> Iterator[TreeRow]:
        """The lineage as tree lines, from its oldest clips on; the children of each clip appear once."""
        shown: set[str] = set()
        for root in sorted(self.relatives):
            if not self.parents.get(root):
                yield from self._branch(root, "", "", shown)

    def _branch(self, clip_id: str, before: str, below: str, shown: set[str]) -> Iterator[TreeRow]:
        # A stack instead of recursion: a song extended a thousand times is a thousand levels deep.
        stack = [(clip_id, before, below)]
        while stack:
            current, branches, margin = stack.pop()
            children = self.children.get(current, ())
            yield TreeRow(self.relatives[current], branches, current in shown and bool(children))
            if current in shown:
                continue
            shown.add(current)
            for at, child in reversed(list(enumerate(children))):
                is_last = at == len(children) - 1
                stack.append((child, margin + ("└─ " if is_last else "├─ "), margin + ("   " if is_last else "│  ")))


def lineage_of(relatives: Iterable[Relative], edges: Iterable[tuple[str, str]]) -> Lineage:
    """Build a lineage from its clips and (parent, child) pairs; pairs with unknown clips and cycles are omitted."""
    known = {one.clip_id: one for one in relatives}
    parents: dict[str, dict[str, None]] = {clip_id: {} for clip_id in known}
    for parent, child in edges:
        is_circle = parent == child or (parent in known and child in _ancestors(parent, parents))
        if parent in known and child in known and not is_circle:
            parents[child][parent] = None
    nearest: dict[str, tuple[str, ...]] = {}
    for child, named in parents.items():
        above = {elder for parent in named for elder in _ancestors(parent, parents)}
        nearest[child] = tuple(parent for parent in named if parent not in above)
    return Lineage(known, nearest)


def _ancestors(clip_id: str, parents: Mapping[str, Mapping[str, None]]) -> set[str]:
    found: set[str] = set()
    ahead = list(parents.get(clip_id, ()))
    while ahead:
        elder = ahead.pop()
        if elder not in found:
            found.add(elder)
            ahead += parents.get(elder, ())
    return found
