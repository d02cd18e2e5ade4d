"""`NamedTuple` as in `typing`, in a quarter of the time: a start makes more than eighty such classes.

`typing` compiles the annotation of every field, and `collections` a constructor for every class. Here a constructor is
compiled once for each number of fields, and then given the names of the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple  # noqa: TID251 - the type checker knows only this one
else:
    from collections import _tuplegetter
    from collections.abc import Iterable
    from functools import cache
    from types import CodeType, FunctionType

    _CONSTRUCTOR_GLOBALS = {"__builtins__": {}, "__name__": __name__, "new_tuple": tuple.__new__}

    @cache
    def _constructor_code(count: int) -> CodeType:
        """The code of a constructor with this number of fields."""
        names = [f"field_{at}" for at in range(count)]
        source = f"lambda {', '.join(('_cls', *names))}: new_tuple(_cls, ({''.join(f'{name}, ' for name in names)}))"
        return eval(source, {}).__code__

    @cache
    def _field(at: int) -> _tuplegetter:
        return _tuplegetter(at, f"Alias for field number {at}")

    class _Record(tuple):
        """What all classes of named tuples have in common; the same names as in `collections.namedtuple`."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values: Iterable[object]) -> _Record:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes: object) -> _Record:
            changed = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"Got unexpected field names: {[*changes]!r}")
            return changed

        def _asdict(self) -> dict[str, object]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self) -> tuple[object, ...]:
            return tuple(self)

        __replace__ = _replace

    class _NamedTupleMeta(type):
        """Makes a class of tuples from the body of a class."""

        def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, object]) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = tuple([body[field] for field in fields if field in body])
            if any(field in body for field in fields[: len(fields) - len(defaults)]):
                raise TypeError("fields with a default must follow those without one")
            code = _constructor_code(len(fields)).replace(
                co_name="__new__", co_qualname=f"{body['__qualname__']}.__new__", co_varnames=("_cls", *fields)
            )
            body["__new__"] = FunctionType(code, _CONSTRUCTOR_GLOBALS, "__new__", defaults)
            body["__slots__"] = ()
            body["_fields"] = body["__match_args__"] = fields
            body["_field_defaults"] = dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True))
            for at, field in enumerate(fields):
                body[field] = _field(at)
            return type(name, (_Record,), body)

    class NamedTuple(metaclass=_NamedTupleMeta):
        """The base of a class whose annotated names are the fields of a tuple."""
