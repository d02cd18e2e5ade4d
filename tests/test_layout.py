"""The tests mirror the package: a folder for each package, and a file that is named after a module beside its like."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE, TESTS = ROOT / "sunotui", ROOT / "tests"
MOST_MODULES = 12
MOST_LINES = 600


def mirrored_files() -> list[Path]:
    """The test files in folders that mirror a package, relative to tests/."""
    tops = [folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()]
    return [path.relative_to(TESTS) for top in tops for path in sorted((TESTS / top).rglob("test_*.py"))]


def test_every_folder_of_tests_is_that_of_a_package() -> None:
    folders = {path.parent for path in mirrored_files()}
    assert len(folders) > 20
    assert sorted(str(folder) for folder in folders if not (PACKAGE / folder / "__init__.py").exists()) == []


def test_a_file_named_after_a_module_is_in_the_folder_of_that_module() -> None:
    """A part is a package of the first level, such as core: another part may have a module of the same name."""
    folders: dict[tuple[str, str], set[Path]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE)
        folders[module.parts[0], f"test_{module.name}"].add(module.parent)
    misplaced = [
        f"tests/{path} tests a module in {', '.join(map(str, known))}"
        for path in mirrored_files()
        if (known := folders.get((path.parts[0], path.name))) and path.parent not in known
    ]
    assert misplaced == []


def test_folders_stay_small() -> None:
    """A folder with more modules than a reader can keep in mind is divided by what its modules are about."""
    modules = Counter(path.parent.relative_to(ROOT) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")
    assert sum(modules.values()) > 300
    assert {str(folder): count for folder, count in modules.items() if count > MOST_MODULES} == {}


def test_files_stay_short() -> None:
    lengths = {
        path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines())
        for folder in (PACKAGE, TESTS)
        for path in folder.rglob("*.py")
    }
    assert len(lengths) > 1_000
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
