"""Classes and modules of the package: one public class of a name, docstrings, and no metaphors of earlier versions; and
the length of the names of tests."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache

from tests.support.paths import ROOT

PACKAGE = ROOT / "sunotui"

_REMOVED_CLASSES = """
    AnswerUnreadable Arrival Arrivals Bench Blame Carried Carrier Catalogue Chronicle Complaint Counted Crashing Desk
    DraftKeeper Equipped Errands Experience Family Fate Flagged Follower Ground Intake JournalUnwritable Keeper Kept
    KeptPlayback KeyringTrouble Ledger LibraryAiling LibraryTrouble LineChanged Making Mended Misunderstood Neighbours
    NetworkDown Newsroom Offerings OfferBook Opened Opinions Orders Owner PaidOnce Parts Patience Place Places PriceBook
    ProfileBook Provide Quiet Rescue Rescued Reunion Salvage SentAlready SettingsTrouble Shelf Shown Slices Studio
    StudioNews Stumbled Stumbling Tally TakesLetters TakesNews Tenancy Tidying TokenDoors TooFast Trouble Twin
    UnderWayChanged Usual Watch Watched Watches Ways Wishes
    """
"""Class names that design documents replaced by standard terms."""

_REMOVED_MODULES = """
    ailing arriving arrivals carried carrying cautions chronicle crashing desk door equipped errands families ground
    intake kept kept_playback kept_songs keeping keyring_door ledger lessons litter mending mends neighbours newborn
    newsroom offerings offers opinions orders packing parentage patience places pointing refusals rejoining reunion
    salvage shelf slices soundness strays studio swap tally tenancy tidying tongues trouble unpacking watch watches ways
    wordings
    """
"""Module names that design documents replaced by standard terms."""


@cache
def classes() -> tuple[tuple[str, ast.ClassDef], ...]:
    """The classes of the package, each with its module."""
    return tuple(
        (str(path.relative_to(PACKAGE)), node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )


def public_classes() -> dict[str, list[str]]:
    """The public classes of the package: name -> modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, node in classes():
        if not node.name.startswith("_"):
            found[node.name].append(module)
    return found


def test_every_class_has_a_docstring() -> None:
    assert [f"{module}: {node.name}" for module, node in classes() if not ast.get_docstring(node)] == []


def test_public_classes_have_different_names() -> None:
    found = public_classes()
    assert len(found) > 500
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


_REMOVED_WORDS = frozenset(
    {
        "trouble",
        "litter",
        "newborn",
        "desk",
        "wish",
        "wishes",
        "errand",
        "newsroom",
        "neighbour",
        "salvage",
        "twin",
        "fate",
        "intake",
        "news",
        "noted",
        "tell",
        "tells",
        "told",
    }
)
"""Words in the names of earlier versions that design documents replaced by standard terms."""


def _defined_names(tree: ast.AST) -> set[str]:
    """The names that a module gives to functions, classes, arguments, variables and attributes."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                names.add(name)
    return names


def test_tests_use_no_replaced_words_as_names() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for name in sorted(_defined_names(ast.parse(path.read_text(encoding="utf-8"))))
        if _REMOVED_WORDS & set(re.findall("[a-z]+", re.sub("([A-Z])", r"_\1", name).lower()))
    ]
    assert found == []


LONGEST_TEST_NAME = 70
"""Characters; a name says the subject, the condition and the result."""


def test_test_names_are_short() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {node.name} ({len(node.name)})"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name) > LONGEST_TEST_NAME
    ]
    assert found == []


def test_class_names_are_not_replaced_metaphors() -> None:
    assert sorted(set(_REMOVED_CLASSES.split()) & public_classes().keys()) == []


def test_module_names_are_not_replaced_metaphors() -> None:
    modules = {path.stem for path in PACKAGE.rglob("*.py")} | {path.parent.name for path in PACKAGE.rglob("*.py")}
    assert sorted(set(_REMOVED_MODULES.split()) & modules) == []
