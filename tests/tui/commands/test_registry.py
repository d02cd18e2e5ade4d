"""The registry of commands: each runs something that exists, and is disabled until what it needs is ready."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input

import sunotui.tui
from sunotui.domain.errors import LibraryError
from sunotui.tui.app import SunoApp
from sunotui.tui.commands.command import Command, Scope, binding_id, only_moves
from sunotui.tui.commands.registry import COMMANDS, MESSAGES, command_named
from sunotui.tui.compare.screen_actions import CompareContext
from sunotui.tui.composer.check_pane import CheckPane
from sunotui.tui.composer.pick import FoldButton, PickField
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.dialogs.filtered import FilteredDialog
from sunotui.tui.downloads.screen import DownloadsScreen
from sunotui.tui.feedback.messages import HasApp
from sunotui.tui.gateways.profiles import ProfileList, ProfilesScreen
from sunotui.tui.history.statistics import StatisticsScreen
from sunotui.tui.history.submissions import SubmissionList, SubmissionsScreen
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.playback.screen_actions import PlayingContext
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.stems.part_list import PartList
from sunotui.tui.stems.screen import StemsScreen
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.search_line import SearchLine
from sunotui.tui.widgets.text_view import TextView
from tests.tui.harness import open_app

OWNERS: dict[Scope, type[DOMNode]] = {
    Scope.EVERYWHERE: SunoApp,
    Scope.LIST: TaskList,
    Scope.SIDEBAR: Sidebar,
    Scope.DETAIL: TextView,
    Scope.SEARCH: SearchLine,
    Scope.COMPOSER: ComposeScreen,
    Scope.CHECK: CheckPane,
    Scope.SUBMISSIONS: SubmissionsScreen,
    Scope.PROFILES: ProfilesScreen,
    Scope.STATISTICS: StatisticsScreen,
    Scope.QUEUE: QueueList,
    Scope.SYNCED_LYRICS: SyncedLyrics,
    Scope.STEMS: StemsScreen,
    Scope.PARTS: PartList,
    Scope.DOWNLOADS: DownloadsScreen,
}
"""The classes whose action methods run the commands of a scope. Those of the library screen have handlers."""
LISTS: dict[Scope, type[DOMNode]] = {Scope.SUBMISSIONS: SubmissionList, Scope.PROFILES: ProfileList}
"""The lists whose action methods run those commands of a scope that move the cursor."""
WITHOUT_COMMANDS: dict[type[DOMNode], str] = {
    Dialog: "its last row has its keys, and help and palette do not open over it",
    ChoiceList: "j and k beside the cursor keys, in every dialog with a list; on a screen they are the screen's",
    Checkbox: "enter and space, as every control of a form",
    PickField: "the same",
    FoldButton: "the same",
}
"""The classes with keys that are no commands, and why."""
LIBRARY = [command for command in COMMANDS if command.scope is Scope.LIBRARY]
CONTEXTS = {Scope.LIBRARY: LibraryContext, Scope.PLAYING: PlayingContext, Scope.COMPARE: CompareContext}


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.scope in CONTEXTS], ids=binding_id)
def test_every_command_of_these_screens_has_a_handler(command: Command) -> None:
    handler = command.load_handler()
    signature = inspect.signature(handler, eval_str=True)
    context, *arguments = signature.parameters.values()
    # The app runs the command that opens the messages, too.
    assert context.annotation is (HasApp if binding_id(command) == MESSAGES else CONTEXTS[command.scope])
    assert signature.return_annotation is None
    assert [argument.annotation for argument in arguments] == (
        [] if command.argument is None else [type(command.argument)]
    )
    assert handler.__doc__


@pytest.mark.parametrize("command", [command for command in COMMANDS if not command.handler], ids=binding_id)
def test_every_other_command_has_an_action(command: Command) -> None:
    owner = LISTS.get(command.scope, OWNERS[command.scope]) if only_moves(command) else OWNERS[command.scope]
    assert binding_id(command) in _binding_ids(owner)
    action = getattr(owner, "action_" + command.action.partition("(")[0])
    _, *arguments = inspect.signature(action).parameters
    assert len(arguments) == (command.argument is not None)


def _binding_ids(owner: type[DOMNode]) -> set[str | None]:
    return {binding.id for kind in owner.__mro__ for binding in kind.__dict__.get("BINDINGS", ())}


def test_a_command_that_needs_services_needs_the_library() -> None:
    assert all(command.needs_library for command in COMMANDS if command.needs_services)


async def test_commands_are_disabled_until_the_library_is_open(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        screen = harness.app.screen
        assert isinstance(screen, LibraryScreen)

        def enabled() -> set[str]:
            names = map(binding_id, LIBRARY)
            return {name for name in names if screen.check_action("run_command", (name,))}

        everything = set(map(binding_id, LIBRARY))
        assert enabled() == everything
        screen.context.state.is_open = False
        assert enabled() == {name for name in everything if not command_named(name).needs_library}
        screen.context.state.is_open = True


async def test_a_key_before_the_services_are_ready_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        harness.app.core_opened.clear()
        with monkeypatch.context() as patch:
            patch.setattr(harness.core_harness.core, "_services", None)
            harness.app.simulate_key("s")
            await asyncio.sleep(0.05)
            assert not harness.core_harness.core.has_services, "nothing ran yet"
        harness.app.core_opened.set()
        await harness.until(lambda: "Favourite: 1 take" in harness.app.message_log.lines()[0].text, "the star")


async def test_a_key_that_waited_for_services_in_vain_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LibraryError("The library could not be read just now")

    monkeypatch.setattr("sunotui.core.services.build_services", broken)
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        harness.app.clear_notifications()
        await harness.press("s")
        assert "could not be read just now" in harness.text().splitlines()[-1]
        assert not list(harness.app._notifications)
        assert not harness.app.crash_handling.has_crashed


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(sunotui.tui.__path__, "sunotui.tui."):
        yield importlib.import_module(module.name)


def _own_classes() -> set[type[DOMNode]]:
    return {
        kind
        for module in _modules()
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__ and issubclass(kind, DOMNode)
    }


def test_every_key_is_that_of_a_command() -> None:
    """Thus it is in the help and in docs/keys.md, and can be changed in the config file."""
    known = {binding_id(command) for command in COMMANDS}
    from_textual = {binding for binding in (*Input.BINDINGS, *App.BINDINGS) if isinstance(binding, Binding)}
    without = {
        f"{kind.__name__}: {binding}"
        for kind in _own_classes()
        if not issubclass(kind, tuple(WITHOUT_COMMANDS))
        for binding in kind.__dict__.get("BINDINGS", ())
        if not (isinstance(binding, Binding) and (binding.id in known or binding in from_textual))
    }
    assert without == set()


def _own_bases(kind: type[DOMNode], own: set[type[DOMNode]]) -> set[type[DOMNode]]:
    return {base for base in own if base is not kind and issubclass(kind, base) and issubclass(base, Screen)}


def test_a_screen_inherits_from_no_other_screen() -> None:
    """What screens share is a widget or a function. Only dialogs have a base, the box, and a box with a filter."""
    own = _own_classes()
    found = {base for kind in own for base in _own_bases(kind, own)}
    assert found == {Dialog, FilteredDialog}


def test_every_exception_is_needed() -> None:
    literal = {kind for kind in _own_classes() if any(not one.id for one in kind.__dict__.get("BINDINGS", ()))}
    assert {kind for kind in WITHOUT_COMMANDS if not any(issubclass(one, kind) for one in literal)} == set()


def test_equal_keys_that_move_have_equal_texts() -> None:
    """Down is Down in every list and in every text."""
    titles: dict[tuple[str, ...], set[str]] = {}
    for command in COMMANDS:
        if only_moves(command) and command.scope not in {Scope.COMPARE, Scope.TRIAGE}:
            titles.setdefault(command.keys, set()).add(command.title)
    assert {keys: names for keys, names in titles.items() if len(names) > 1} == {}
    assert len(titles) >= 6


@pytest.mark.parametrize(("key", "title"), [("r", "Check now")])
def test_asking_the_gateway_is_one_key_with_one_text(key: str, title: str) -> None:
    found = {command.scope for command in COMMANDS if command.title == title}
    assert found == {Scope.LIBRARY, Scope.PROFILES}
    assert all(command.keys[0] == key for command in COMMANDS if command.title == title)


def test_one_title_has_one_meaning_where_its_keys_are_equal() -> None:
    """A key that does the same on two screens is called the same."""
    volumes = {command.title for command in COMMANDS if command.keys == ("minus",)}
    seeks = {command.title for command in COMMANDS if command.keys[0] == "greater_than_sign"}
    assert volumes == {"Quieter"}
    assert seeks == {"Seek forward"}


def test_no_explanation_only_repeats_its_title() -> None:
    assert not [
        command.help for command in COMMANDS if command.help.casefold().startswith(command.title.casefold() + ".")
    ]
