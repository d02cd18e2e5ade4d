"""`NamedTuple` as in `typing`, in half the time: `typing` compiles the annotation of every field at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple  # noqa: TID251 - the type checker knows only this one
else:
    from collections import namedtuple

    class _NamedTupleMeta(type):
        """Makes a class of `collections.namedtuple` from the body of a class."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = body.get("__annotations__", {})
            with_default = [field for field in fields if field in body]
            if [*fields][len(fields) - len(with_default) :] != with_default:
                raise TypeError("fields with a default must follow those without one")
            defaults = [body.pop(field) for field in with_default]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            for member, value in body.items():
                setattr(made, member, value)
            return made

    class NamedTuple(metaclass=_NamedTupleMeta):
        """The base of a class whose annotated names are the fields of a tuple."""
