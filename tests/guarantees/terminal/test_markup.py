"""Data is never parsed as markup, so it cannot disappear, crash the program or run an action (T2, T3, T4)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sunotui.tui
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.widgets.text_view import TextLine
from tests.tui.harness import AppHarness, open_app

TUI = Path(sunotui.tui.__file__).parent

# The names that parse text as markup; the first group accepts markup=False.
WITH_MARKUP_SWITCH = {"Static", "Label", "OptionList", "notify"}
ALWAYS_MARKUP = {
    "Markdown", "MarkdownViewer", "DataTable", "Tree", "DirectoryTree", "RichLog", "Log", "Pretty", "Link", "Select",
    "Selection", "SelectionList", "RadioButton", "Checkbox", "Collapsible", "Tabs", "Tab", "TabPane", "TabbedContent",
    "Toast", "Header", "Footer", "from_markup", "escape", "render_markup",
}  # fmt: skip
SAFE_CONSTRUCTORS = {"Text", "Content", "Row", "WrappedRow", "assemble", "styled"}
SCROLLBAR_ACTIONS = {"scroll_up", "scroll_down", "grab"}
UPDATING = {"update", "set_content"}
TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}


def name_of(call: ast.expr) -> str:
    """The last part of the name of a called function."""
    return call.attr if isinstance(call, ast.Attribute) else call.id if isinstance(call, ast.Name) else ""


def is_safe(value: ast.expr) -> bool:
    """Whether the expression is a literal or wrapped in content without markup."""
    if isinstance(value, ast.Constant):
        return True
    return isinstance(value, ast.Call) and name_of(value.func) in SAFE_CONSTRUCTORS


def unsafe_calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line number and reason of every expression that could parse data as markup."""
    # Our own classes, such as Checkbox, which have the name of a Textual widget.
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sunotui.")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = name_of(node.func)
            keywords = {word.arg: word.value for word in node.keywords}
            if name in ALWAYS_MARKUP and name not in ours:
                yield node.lineno, f"{name} parses markup or opens links"
            if name in WITH_MARKUP_SWITCH and (node.args or name == "notify"):
                switch = keywords.get("markup")
                is_off = isinstance(switch, ast.Constant) and switch.value is False
                if not is_off and not all(is_safe(value) for value in node.args):
                    yield node.lineno, f"{name} without markup=False"
            if name in {"Option", "Button"} and node.args and not is_bound_to_safe(tree, node.args[0]):
                yield node.lineno, f"{name} of a text that may have markup"
        for target, value in assignments(node):
            if isinstance(target, ast.Attribute) and target.attr in TITLES and not is_safe(value):
                yield target.lineno, f"{target.attr} of a text that may have markup"


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What the node assigns, each target with its value."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=False)
            elif isinstance(target, ast.Tuple):
                yield from ((part, node.value) for part in target.elts)
            else:
                yield target, node.value


def is_bound_to_safe(tree: ast.Module, value: ast.expr) -> bool:
    """Whether the expression is safe, a name bound to a safe expression, or a call of a function that returns
    content."""
    if is_safe(value):
        return True
    wanted = value.id if isinstance(value, ast.Name) else name_of(value.func) if isinstance(value, ast.Call) else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == wanted for t in node.targets):
            return is_safe(node.value)
        if isinstance(node, ast.FunctionDef) and node.name == wanted and node.returns is not None:
            return set(ast.unparse(node.returns).split(" | ")) <= {"Text", "Content", "Row", "WrappedRow"}
    return False


@pytest.mark.guarantee("T2", ordinary="every call of the screens that could parse markup")
@pytest.mark.guarantee("T3", ordinary="every import and call of the screens")
@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: str(path.relative_to(TUI)))
def test_no_data_is_parsed_as_markup(path: Path) -> None:
    """Fails with `Static(self._title)` without `markup=False` in a dialog, and with `Option(row.error)` in
    submissions.py."""
    assert list(unsafe_calls(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.guarantee("T2")
@pytest.mark.parametrize(
    "code",
    [
        "Static(task.title)", "Label(f'{x}')", "self.notify(text)", "Markdown(text)", "Option(title)", "Button(name)",
        "widget.border_title = task.title", "a.border_title, a.border_subtitle = 'x', task.title",
        "table = DataTable()", "self.tooltip = clip.tags", "Option(f(x), id=1)",
        "Static(escape(x), markup=True)", "from textual.widgets import Checkbox\nCheckbox(label)",
    ],
)  # fmt: skip
def test_the_lint_finds_unsafe_code(code: str) -> None:
    assert list(unsafe_calls(ast.parse(code)))


@pytest.mark.guarantee("T2")
def test_the_lint_accepts_our_own_widget_with_the_name_of_a_library_widget() -> None:
    assert not list(unsafe_calls(ast.parse("from sunotui.tui.widgets.checkbox import Checkbox\nCheckbox(label)")))


# --- clicks -----------------------------------------------------------------------------------------------------------

HOSTILE = [
    "[@click=app.quit]quit[/]",
    "[@click=app.simulate_key('n')]n[/]",
    "[@click=screen.compose]c[/]",
    "[on red @click=app.bell()]bell[/]",
    "[link=file:///etc/passwd]l[/link]",
    "[/Outro]",
    "[Verse]",
    "[b]bold[/b] \\[x] [",
    "tail\\",
]


def nasty_tasks() -> list[Task]:
    tasks = []
    for at, text in enumerate(HOSTILE):
        clip = Clip(
            f"c{at}", title=text, status=ClipStatus.COMPLETE, tags=text, exclude=text, lyrics=f"{text}\n{text}",
            description=text, model=text, error=text, audio_url="https://cdn.example.com/a.mp3",
        )  # fmt: skip
        tasks.append(
            Task(f"t{at}", "main", TaskKind.MUSIC, TaskStatus.FAILURE, 9.0 - at, fail_reason=text, clips=(clip,))
        )
    return tasks


async def click_on_hostile_text(ui: AppHarness) -> None:
    """Check that no cell of the screen has an action, and click on cells with hostile text."""
    for strip in ui.app.screen._compositor.render_strips():
        for segment in strip:
            meta = segment.style.meta if segment.style is not None else {}
            actions = {name: action for name, action in meta.items() if name.startswith("@")}
            assert set(actions.values()) <= SCROLLBAR_ACTIONS, segment.text
    clicked = 0
    for y, line in enumerate(ui.text().splitlines()):
        x = line.find("[@", 18)
        if x > 0 and clicked < 3:
            clicked += 1
            await ui.pilot.click(offset=(x + 8, y))
    await ui.settle()


@pytest.mark.guarantee("T2", ordinary="9 hostile texts on 6 screens")
@pytest.mark.guarantee("T4", ordinary="9 hostile texts on 6 screens: no cell has an action, and clicks run none")
async def test_a_click_on_hostile_markup_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with `Content.from_markup(name)` as the head of the detail pane: a cell then has an action."""
    ran: list[str] = []

    async with open_app(tmp_path, (120, 24), tasks=nasty_tasks()) as ui:
        before = ui.app.run_action

        async def run_action(action: object, *args: object, **rest: object) -> bool:
            ran.append(str(action))
            return await before(action, *args, **rest)  # type: ignore[arg-type]

        monkeypatch.setattr(ui.app, "run_action", run_action)
        screen = ui.app.screen
        for text in HOSTILE:
            assert text[:16] in ui.text(), "the text is shown unchanged"
        await click_on_hostile_text(ui)
        for _ in range(3):
            await ui.press("i")
            await click_on_hostile_text(ui)
            assert ui.app.screen is screen
        for text in HOSTILE:
            ui.app.say(text, "error")
        await ui.until(lambda: "[/Outro]" in ui.text().partition("▌")[2], "a toast")
        await click_on_hostile_text(ui)
        assert ui.app.screen is screen
        ui.app.push_screen(TextViewer("[@click=app.quit]t[/]", [TextLine(text, label=text) for text in HOSTILE]))
        await ui.settle()
        await click_on_hostile_text(ui)
        assert isinstance(ui.app.screen, TextViewer)
        ui.app.pop_screen()
        ui.app.push_screen(SelectDialog("[@click=app.quit]t[/]", [(str(n), t, t) for n, t in enumerate(HOSTILE)]))
        await ui.settle()
        assert HOSTILE[5] in ui.text()
        box = ui.app.screen.query_one("#dialog")
        assert "[@click=app.quit]t[/]" in ui.text()
        await ui.pilot.click(box, offset=(3, 0))
        await ui.pilot.click(box, offset=(20, 0))
        await ui.settle()
        assert isinstance(ui.app.screen, SelectDialog)
        assert ui.app.return_code is None
        assert ui.core_harness.gateway.orders == []
    assert not [action for action in ran for word in ("quit", "simulate", "compose", "bell") if word in action]


@pytest.mark.guarantee("T2")
@pytest.mark.guarantee("T4")
async def test_the_submissions_screen_shows_markup_without_running_it(tmp_path: Path) -> None:
    """Fails with `Option(row.error)` in submissions.py."""
    async with open_app(tmp_path) as ui:
        journal = ui.core_harness.core.stores.journal

        def write() -> None:
            from sunotui.domain.errors import RequestRejected
            from sunotui.domain.requests.request import MusicRequest

            for at, text in enumerate(HOSTILE):
                request = MusicRequest(description=text)
                body = '{"gpt_description_prompt": "x"}'
                journal.add(
                    Submission(f"w{at}", "main", request, "/suno/submit/music", body, SubmissionState.READY, 1.0)
                )
                journal.claim(f"w{at}", 1.0)
                journal.reject(f"w{at}", RequestRejected(text), 2.0, answer=text)

        await ui.core_harness.core.storage.run(write)
        await ui.press("J")
        assert HOSTILE[5] in ui.text()
        await ui.press("enter")
        await click_on_hostile_text(ui)
        assert isinstance(ui.app.screen, TextViewer)
        assert ui.app.return_code is None
        assert ui.core_harness.gateway.orders == []
