"""Our named tuples behave like those of `typing`."""

from __future__ import annotations

import pickle
import typing

import pytest

from sunotui.named_tuple import NamedTuple

LARGEST = 9


class Ours(NamedTuple):
    """A position."""

    x: int
    """The column."""
    y: int = LARGEST
    name: str | None = None

    @property
    def area(self) -> int:
        """Both multiplied."""
        return self.x * self.y

    @classmethod
    def of(cls, text: str) -> Ours:
        """Parse a position."""
        x, y = text.split(",")
        return cls(int(x), int(y))

    def __str__(self) -> str:
        return f"{self.x}/{self.y}"


class Theirs(typing.NamedTuple):
    """A position."""

    x: int
    y: int = LARGEST
    name: str | None = None


class Empty(NamedTuple):
    """Nothing."""


def test_it_has_the_fields_and_defaults_of_typings() -> None:
    for name in ("_fields", "_field_defaults", "__doc__", "__slots__", "__match_args__", "__module__", "__bases__"):
        assert getattr(Ours, name) == getattr(Theirs, name), name
    assert (Ours(1), Ours(1, 2, name="a")) == (Theirs(1), Theirs(1, 2, name="a"))
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)
    assert repr(Ours(1)) == "Ours(x=1, y=9, name=None)"
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        Ours()  # type: ignore[call-arg]


def test_it_has_the_members_of_its_body() -> None:
    assert (Ours.of("3,4").area, str(Ours(1, 2))) == (12, "1/2")
    assert (Ours.of.__qualname__, Ours.__qualname__) == ("Ours.of", "Ours")


def test_it_can_be_changed_matched_and_sent_to_a_process() -> None:
    assert Ours(1)._replace(name="a") == (1, LARGEST, "a")
    assert pickle.loads(pickle.dumps(Ours(1))) == Ours(1)
    match Ours(5):
        case Ours(x=5, y=y):
            assert y == LARGEST
        case _:
            pytest.fail("not matched")


def test_a_default_before_a_field_without_one_is_an_error() -> None:
    with pytest.raises(TypeError, match="must follow"):
        exec("class Wrong(NamedTuple):\n    a: int = 1\n    b: str\n", {"NamedTuple": NamedTuple, "__name__": "wrong"})


def test_it_may_have_no_field() -> None:
    assert Empty() == ()
    assert not hasattr(Empty(), "__dict__")
