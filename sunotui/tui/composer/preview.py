"""The preview beside the form: problems, warnings, cost, and the JSON to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sunotui.domain.gateways.money import Balance, Price, amount_text
from sunotui.domain.requests.validation import ValidationIssue
from sunotui.tui.library.detail.sections import pretty_json


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known about a request at one gateway before it is sent."""

    warnings: Sequence[str] = ()
    price: Price | None = None
    balance: Balance | None = None

    def money(self, takes: int) -> str:
        """The usual cost and the balance, as far as they are known."""
        parts: list[str] = []
        if self.price is not None:
            cost = f"usually {self.price}"
            if takes > 1:
                cost += f", {takes} times: {amount_text(self.price.amount * takes, self.price.unit)}"
            parts.append(cost)
        if self.balance is not None:
            parts.append(f"{self.balance} left")
        return " · ".join(parts)


class Preview(VerticalScroll, can_focus=False):
    """Shows problems and warnings, then the cost, then the request as it will be sent."""

    def compose(self) -> ComposeResult:
        """Problems and warnings, money, then the JSON."""
        yield Static(id="problems", markup=False)
        yield Static(id="money", markup=False)
        yield Static(id="outgoing", markup=False)

    def show_problem(self, problem: str) -> None:
        """Show why the form makes no request."""
        self.query_one("#problems", Static).update(Content.assemble((f"✗ {problem}\n", "$warn")))
        self._show_money("")
        self.query_one("#outgoing", Static).update("")

    def show_request(
        self, path: str, body: str, problems: Sequence[ValidationIssue], refusal: str, advice: Advice, takes: int
    ) -> None:
        """Show a request, which will be sent `takes` times, and everything known about it.

        `path` and `body` are as they will go out; empty while they cannot be built. `refusal` says why the gateway's
        dialect has no form for the request; empty where it has one.
        """
        lines = [f"✗ {refusal}"] if refusal else []
        lines += [f"{'✗' if problem.is_blocking else '▲'} {problem.sentence}" for problem in problems]
        lines += [f"▲ {warning}" for warning in advice.warnings]
        if takes > 1:
            lines.append(f"▲ {takes} requests, each paid for")
        if not refusal and not any(problem.is_blocking for problem in problems):
            lines.append("✓ You can still send it (ctrl+s)" if lines else "✓ Ready: ctrl+s sends it")
        pieces = [(f"{line}\n", "$good" if line.startswith("✓") else "$warn") for line in lines]
        self.query_one("#problems", Static).update(Content.assemble(*pieces))
        self._show_money(advice.money(takes))
        outgoing = Content.assemble((f"POST {path}\n", "$muted"), pretty_json(body)[:4_000]) if path else Content("")
        self.query_one("#outgoing", Static).update(outgoing)

    def _show_money(self, text: str) -> None:
        money = self.query_one("#money", Static)
        money.update(Content(f"{text}\n"))
        money.display = bool(text)
