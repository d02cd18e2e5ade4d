"""Start-up imports: heavy libraries are not imported until a command needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sunotui import __version__

HEAVY = (
    "textual",
    "httpx",
    "pydantic",
    "keyring",
    "rich",
    "asyncio",
    "sqlite3",
    "uvicorn",
    "starlette",
    "platformdirs",
    "mido",
    "mutagen",
)

REPORT = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
OWN_MODULES = "import sys; print(*sorted(name for name in sys.modules if name.startswith('sunotui.')))"


def run_python(code: str) -> str:
    """The output of a new interpreter that runs this code."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "module", ["sunotui", "sunotui.__main__", "sunotui.cli", "sunotui.cli.main", "sunotui.cli.arguments.parser"]
)
def test_an_import_loads_no_heavy_libraries(module: str) -> None:
    loaded = run_python(f"import {module}; {REPORT}").split()
    assert "sunotui" in loaded
    assert not set(loaded) & set(HEAVY)


def test_the_services_load_no_library_that_only_files_need() -> None:
    loaded = run_python(f"import sunotui.core.services; {REPORT}").split()
    assert "httpx" in loaded
    assert not set(loaded) & {"mutagen", "mido", "miniaudio", "PIL", "textual"}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_no_other_package(option: str) -> None:
    code = f"import sys; from sunotui.cli.main import main; assert main([{option!r}]) == 0; {OWN_MODULES}"
    own = run_python(code).splitlines()[-1].split()
    assert own == [
        "sunotui.cli",
        *(
            f"sunotui.cli.{name}"
            for name in (
                "arguments",
                "arguments.annotations",
                "arguments.base",
                "arguments.downloads",
                "arguments.extras",
                "arguments.generate",
                "arguments.parser",
                "arguments.playback",
                "arguments.transfer",
                "environment",
                "exits",
                "exits.exit_codes",
                "main",
                "output",
                "output.streams",
            )
        ),
        "sunotui.domain",
        "sunotui.domain.text",
    ]


def test_version_says_the_package_s_version() -> None:
    done = subprocess.run([sys.executable, "-m", "sunotui", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"sunotui {__version__}\n"


def test_listing_tasks_needs_neither_network_nor_event_loop(tmp_path: object) -> None:
    environ = f"{{'SUNOTUI_DATA_DIR': {str(tmp_path)!r}, 'SUNOTUI_CONFIG_DIR': {str(tmp_path)!r}}}"
    code = f"from sunotui.cli.main import main; assert main(['tasks', '--json'], {environ}) == 0; {REPORT}"
    output = run_python(code)
    assert output.startswith("[]\n")
    loaded = output.splitlines()[-1].split()
    assert "sqlite3" in loaded
    assert not set(loaded) & {"textual", "httpx", "pydantic", "keyring", "rich", "asyncio"}


def test_only_modules_of_the_first_frame_are_imported() -> None:
    code = "import sunotui.cli.launch, sunotui.core.core, sunotui.tui.run, sunotui.tui.app"
    loaded = set(run_python(f"{code}; print(*sorted(__import__('sys').modules))").split())
    assert {
        "sunotui.tui.library.screen",
        "sunotui.core.library.task_reader",
        "sunotui.storage.tasks.task_store",
        "sqlite3",
    } <= loaded
    libraries = {"argparse", "httpx", "keyring", "pydantic", "textual.widgets._text_area", "tomllib"}
    later = {
        "sunotui.cli.commands.gateway.demo_screens",
        "sunotui.core.media.cover_provider",
        "sunotui.core.context",
        "sunotui.core.gateways.login",
        "sunotui.core.documents.annotation_queries",
        "sunotui.core.library.task_detail",
        "sunotui.core.services",
        "sunotui.core.submissions.pending_search",
        "sunotui.core.submissions.submitter",
        "sunotui.domain.annotations",
        "sunotui.domain.gateways.persona",
        "sunotui.domain.saving.downloads",
        "sunotui.domain.requests.request",
        "sunotui.domain.search.matching",
        "sunotui.domain.search.unfinished",
        "sunotui.domain.tasks.failure_reasons",
        "sunotui.domain.tasks.lineage",
        "sunotui.domain.tasks.task",
        "sunotui.domain.upkeep",
        "sunotui.storage.db.create",
        "sunotui.storage.db.schema",
        "sunotui.storage.db.upgrade",
        "sunotui.tui.composer.drafts.derived",
        "sunotui.tui.composer.drafts.draft",
        "sunotui.tui.composer.fields",
        "sunotui.tui.cover_drawing",
        "sunotui.tui.dialogs.base",
        "sunotui.tui.feedback.event_messages",
        "sunotui.tui.terminal.picture_protocol",
        "sunotui.tui.widgets.open_input",
        "sunotui.tui.widgets.search_line",
    }
    assert not loaded & (libraries | later)
    assert not [name for name in loaded if name.startswith("sunotui.gateway")]


def test_a_start_compiles_no_pattern_of_our_own() -> None:
    """A pattern is compiled by the first text that needs it; those of a start took 6 ms."""
    record = (
        "import re, sys; compiled = []; compile = re.compile\n"
        "def recorded(pattern, flags=0):\n"
        "    name = sys._getframe(1).f_globals['__name__']\n"
        "    compiled.extend([name] if name.startswith('sunotui') else [])\n"
        "    return compile(pattern, flags)\n"
        "re.compile = recorded\n"
    )
    code = f"{record}import sunotui.cli.launch, sunotui.core.core, sunotui.tui.run, sunotui.tui.app\nprint(*compiled)"
    assert run_python(code).split() == []


def test_no_collection_looks_at_the_imports_before_a_command() -> None:
    code = (
        "import gc, sys; sys.argv = ['sunotui', '--version']\n"
        "collections = lambda: sum(generation['collections'] for generation in gc.get_stats())\n"
        "from sunotui import __main__\n"
        "seen = []\n"
        "__main__.gc = type('gc', (), {'disable': gc.disable, 'enable': lambda: seen.append(collections())})\n"
        "before = collections(); __main__.main(); print(seen[0] - before)"
    )
    assert run_python(code).split()[-1] == "0"


def test_no_collection_looks_at_the_imports_of_a_command() -> None:
    code = (
        "import gc, sunotui.cli.registry as registry\n"
        "collections = lambda: sum(generation['collections'] for generation in gc.get_stats())\n"
        "before = collections(); registry.find_handler(''); print(collections() - before, gc.isenabled())"
    )
    assert run_python(code).split() == ["0", "True"]
