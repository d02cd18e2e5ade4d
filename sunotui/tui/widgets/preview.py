"""Beside the form: what is wrong with it, and the JSON that will be sent."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sunotui.domain.request import Request
from sunotui.studio.preview import body_of
from sunotui.tui.widgets.detail import pretty_json


class Preview(VerticalScroll, can_focus=False):
    """Says what stands in the way of sending, then shows the request as it goes out."""

    def compose(self) -> ComposeResult:
        """Problems, then the JSON."""
        yield Static(id="problems", markup=False)
        yield Static(id="outgoing", markup=False)

    def show_request(self, request: Request | None, complaint: str, takes: int) -> None:
        """Show this request; None with a complaint when the form makes none."""
        pieces: list[tuple[str, str]] = []
        if request is None:
            pieces.append((f"✗ {complaint}\n", "$warning"))
        else:
            for problem in request.problems():
                pieces.append((f"{'✗' if problem.is_blocking else '▲'} {problem.sentence}\n", "$warning"))
            if not pieces:
                pieces.append(("✓ Ready: ctrl+s sends it\n", "$success"))
            if takes > 1:
                pieces.append((f"▲ {takes} requests, each paid for\n", "$warning"))
        self.query_one("#problems", Static).update(Content.assemble(*pieces))
        outgoing = self.query_one("#outgoing", Static)
        if request is None:
            outgoing.update("")
            return
        path, body = body_of(request)
        outgoing.update(Content.assemble((f"POST {path}\n", "$text-muted"), pretty_json(body)[:4_000]))
