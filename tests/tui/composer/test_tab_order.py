"""Tab and shift+tab reach every field and control of the form, folded and unfolded, and nothing covers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Input

from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.tui.composer.fields import FIELDS, MODES, FieldGroup
from sunotui.tui.composer.pick import MODEL, OTHERS, PICKS, SOURCE, PickField
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.widgets.checkbox import Checkbox
from tests.tui.harness import AppHarness, open_app

_MOST_STEPS = 60


def composer(harness: AppHarness) -> ComposeScreen:
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


def controls_of(screen: ComposeScreen) -> list[str]:
    """The ids of all controls of the form, in the order in which they are drawn."""
    draft, fold = screen.session.draft, screen.session.form.fold
    picks = [pick for pick in PICKS if any(name in draft.shown for name in pick.fields)]
    sources = [pick.id for pick in picks if pick in (SOURCE, OTHERS)]
    options = [pick.id for pick in picks if pick not in (SOURCE, OTHERS)]
    shown = [field for field in FIELDS if field.id in draft.shown and field.id not in {"more", "takes"}]
    texts = [field.id for field in shown if field.group not in (FieldGroup.OPTION, FieldGroup.MORE)]
    options += [field.id for field in shown if field.group is FieldGroup.OPTION]
    folded = [field.id for field in FIELDS if field.id in draft.folded()]
    return [*sources, *texts, *options, *(["fold"] if folded else []), *(folded if fold.is_open else [])]


def assert_is_painted(widget: Widget, harness: AppHarness) -> None:
    region = widget.region
    assert region, f"{widget.id} has no room\n{harness.text()}"
    painted, _ = widget.screen.get_widget_at(*region.offset)
    assert widget in painted.ancestors_with_self, f"{painted} covers {widget.id}\n{harness.text()}"


async def ids_of_one_round(harness: AppHarness, key: str) -> list[str]:
    """The ids of what a key focuses, until it comes back to the first; the check is no part of the form."""
    found: list[str] = []
    for _ in range(_MOST_STEPS):
        await harness.pilot.press(key)
        await harness.pilot.pause()
        focused = harness.app.focused
        assert focused is not None
        assert focused.id is not None
        if found and focused.id == found[0]:
            break
        assert_is_painted(focused, harness)
        found.append(focused.id)
    return [name for name in found if name != "check"]


def from_first(found: list[str], first: str) -> list[str]:
    at = found.index(first)
    return found[at:] + found[:at]


@pytest.mark.parametrize(
    ("mode", "size"),
    [
        *((mode, (60, 15)) for mode in ("describe", "custom", "extend", "infill", "concat", "lyrics", "mashup")),
        *((mode, (80, 24)) for mode in ("custom", "fixed_infill")),
        ("custom", (120, 40)),
    ],
    ids=lambda part: part if isinstance(part, str) else f"{part[0]}x{part[1]}",
)
async def test_tab_reaches_every_control(mode: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("n")
        screen = composer(harness)
        await screen.action_mode(mode)
        await harness.settle()
        for is_open in (False, True):
            if is_open:
                screen.session.form.fold.focus()
                await harness.press("enter")
            controls = controls_of(screen)
            assert from_first(await ids_of_one_round(harness, "tab"), controls[0]) == controls
            backwards = await ids_of_one_round(harness, "shift+tab")
            assert from_first(backwards[::-1], controls[0]) == controls


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_more_is_unfolded_and_folded_by_key(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f3")
        form = composer(harness).session.form
        while harness.app.focused is not form.fold:
            await harness.press("tab")
        await harness.press(key)
        assert form.fold.is_open
        await harness.press("tab", *"m")
        assert form.text_of("gender") == "m", "the fields under More follow it"
        await harness.press("shift+tab", key)
        assert not form.fold.is_open


@pytest.mark.parametrize("size", [(60, 15), (100, 30)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_hint_in_an_empty_field_is_cut(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("n")
        screen = composer(harness)
        screen.session.form.fold.focus()
        await harness.press("enter")
        cut = []
        for mode in dict.fromkeys([*(mode.id for mode in MODES), *(task.name for task in DERIVED_TASKS)]):
            await screen.action_mode(mode)
            await harness.pilot.pause()
            cut += [
                (mode, line.id, line.placeholder, line.size.width)
                for line in screen.session.form.query(Input)
                if line.region and cell_len(str(line.placeholder)) > line.size.width
            ]
        assert not cut


async def test_a_focused_flag_looks_like_every_focused_choice(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        flag = composer(harness).query_one("#instrumental", Checkbox)
        choice = composer(harness).session.form.picks[MODEL.id]

        def has_focus_style(widget: Checkbox | PickField) -> bool:
            return any("reverse" in str(span.style) for span in widget.render().spans)

        flag.focus()
        await harness.settle()
        assert (has_focus_style(flag), has_focus_style(choice)) == (True, False)
        choice.focus()
        await harness.settle()
        assert (has_focus_style(flag), has_focus_style(choice)) == (False, True)


async def test_a_typed_model_is_shown_while_something_else_is_wrong(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", *"rain")
        session = composer(harness).session
        session.form.fold.focus()
        await harness.press("enter")
        session.write("model", "chirp-v4")
        session.write("weirdness", "much")
        await harness.settle()
        assert session.form.picks[MODEL.id].value == "v4"
