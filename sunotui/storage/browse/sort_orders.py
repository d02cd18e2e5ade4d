"""The columns that lists of tasks are sorted by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sunotui.domain.browse import Sort
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.sql_values import Value


class SortOrder(NamedTuple):
    """A sort order: columns of the table of tasks, each with whether it is descending. The last one is unique among the
    tasks that have the others in common."""

    terms: tuple[tuple[str, bool], ...]

    @classmethod
    def by(cls, column: str, *, is_descending: bool) -> SortOrder:
        """By one column; equal values are sorted by seq."""
        return cls(((column, is_descending), ("seq", is_descending)))

    @property
    def columns(self) -> str:
        """The columns for SELECT."""
        return ", ".join(f"task.{column}" for column, _ in self.terms)

    @property
    def sql(self) -> str:
        """The terms for ORDER BY."""
        return ", ".join(f"task.{column} {'DESC' if descends else 'ASC'}" for column, descends in self.terms)

    @property
    def sorted_sql(self) -> str:
        """The terms for ORDER BY with which SQLite may find the rows by any index and sort them afterwards."""
        return self.sql.replace("task.", "+task.", 1)

    @property
    def reversed(self) -> SortOrder:
        """The opposite direction."""
        return SortOrder(tuple((column, not descends) for column, descends in self.terms))

    def after(self, key: Sequence[Value]) -> Iterator[tuple[str, tuple[Value, ...]]]:
        """The rows after the row with these values, as conditions; all rows of one come before those of the next. They
        are separate because a query with all would read every row with an equal key, and most ratings are equal.
        """
        for last in reversed(range(len(self.terms))):
            column, descends = self.terms[last]
            equal = "".join(f"task.{name} = ? AND " for name, _ in self.terms[:last])
            yield f"{equal}task.{column} {'<' if descends else '>'} ?", tuple(key[: last + 1])


ORDERS = {
    Sort.AGE: SortOrder.by("added_at", is_descending=True),
    Sort.TITLE: SortOrder.by("title_key", is_descending=False),
    Sort.LENGTH: SortOrder.by("length_key", is_descending=True),
    Sort.RATING: SortOrder.by("rating", is_descending=True),
    Sort.MODEL: SortOrder.by("model_key", is_descending=True),
    Sort.RELEVANCE: SortOrder.by("added_at", is_descending=True),
}
"""The column and direction of each sort order. That of Sort.RELEVANCE applies only without words and outside of
albums."""
