"""The servers that the demo gateway can imitate, one module for each family."""

from sunotui.demo.dialects.claude360 import Claude360
from sunotui.demo.dialects.key4u import Key4u
from sunotui.demo.dialects.other_gateways import Crazyrouter, GptProto
from sunotui.demo.dialects.private import Paid
from sunotui.demo.dialects.reference import Extra, ReferenceOfScreens, ServerDialect
from sunotui.demo.dialects.relays import NewApi2025, NewApi2026, OneHub

__all__ = ["DIALECTS", "Extra", "ServerDialect", "dialect_of_screens", "find_dialect"]

DIALECTS: dict[str, ServerDialect] = {
    dialect.name: dialect
    for dialect in (
        *(ServerDialect(), NewApi2025(), NewApi2026(), OneHub(), Paid()),
        *(Key4u(), Claude360(), GptProto(), Crazyrouter()),
    )
}


def find_dialect(name: str) -> ServerDialect:
    """A dialect by its name or an alias; the reference for "". Raises ValueError with the valid names."""
    for dialect in DIALECTS.values():
        if (name or "reference") in (dialect.name, *dialect.aliases):
            return dialect
    raise ValueError(f"There is no dialect {name!r}; there are {', '.join(DIALECTS)}")


def dialect_of_screens(name: str) -> ServerDialect:
    """The dialect that `--demo` uses for a name: the reference shows that it offers timings. Raises ValueError as
    `find_dialect` does."""
    found = find_dialect(name)
    return ReferenceOfScreens() if type(found) is ServerDialect else found
