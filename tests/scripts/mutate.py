"""Mutation testing: makes one small change at a time in a module and reports the changes that no test detects; slow,
not part of the suite.

Run with `python -m tests.scripts.mutate [MODULE ...] [--every N]`. It works on a copy of the checkout. MODULE is a path
below sunotui/ as in TESTS; without one all of them are tested, which takes hours. The reported changes need a review:
some of them do not alter the behaviour.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.support.paths import ROOT

TIMEOUT_S = 300
"""A change that makes the tests run longer than this, in seconds, counts as detected."""
TESTS: dict[str, str] = {
    "domain/search/filters.py": "domain/search/test_filters.py domain/search/test_query.py",
    "domain/gateways/capability_proofs.py": "core/gateways/test_capability_learning.py",
    "domain/tasks/merge.py": "domain/tasks/test_merge.py storage/transfer/test_importer.py",
    "domain/search/query.py": "domain/search/test_query.py",
    "domain/submission.py": "domain/test_submission.py storage/submissions/test_journal.py",
    "domain/text.py": "domain/test_text.py",
    "gateway/transport/auth.py": "gateway/transport/test_connection.py",
    "gateway/discovery/site_info.py": "gateway/discovery/test_site_info.py",
    "gateway/transport/redaction.py": (
        "gateway/transport/test_token_echo.py gateway/transport/test_redaction.py"
        " gateway/transport/test_secret_forms.py"
    ),
    "gateway/transport/secret_search.py": (
        "gateway/transport/test_secret_search.py gateway/transport/test_token_echo.py"
        " gateway/transport/test_secret_forms.py"
    ),
    "gateway/parsing/clips.py": "gateway/test_media.py gateway/parsing/test_clips.py",
    "gateway/submit/outcome.py": (
        "gateway/submit/test_outcome.py gateway/errors/test_error_messages.py gateway/submit/test_relayed_refusals.py"
        " guarantees/money/test_outcome_classification.py"
    ),
    "gateway/errors/classification.py": "gateway/errors/test_classification.py gateway/errors/test_error_messages.py",
    "gateway/errors/mapping.py": "gateway/errors/test_mapping.py gateway/errors/test_error_messages.py",
    "gateway/errors/message_rules.py": "gateway/errors/test_message_rules.py gateway/errors/test_missing_task.py",
    "storage/submissions/journal.py": "storage/submissions/test_journal.py",
    "storage/submissions/reader.py": "storage/submissions/test_reader.py storage/submissions/test_journal.py",
    "storage/browse/list_queries.py": "storage/browse/test_query_sql.py storage/browse/test_list_queries.py",
    "storage/browse/query_sql.py": "storage/browse/test_query_sql.py storage/browse/test_matching.py",
    "domain/search/matching.py": "storage/browse/test_matching.py",
    "storage/secrets/tokens.py": "storage/secrets/test_tokens.py",
    "core/gateways/billing.py": "core/gateways/test_billing.py",
    "core/gateways/capability_learning.py": "core/gateways/test_capability_learning.py",
    "core/polling/schedule.py": "core/polling/test_schedule.py",
    "core/submissions/submitter.py": "core/submissions/test_submitter.py core/submissions/test_prepared_request.py",
    "core/gateways/price_inference.py": "core/gateways/test_price_inference.py",
    "core/polling/poller.py": "core/polling/test_poller.py core/polling/test_feed_fallback.py",
    "tui/commands/keymap.py": "tui/commands/test_keymap.py",
    "tui/library/task_list/window.py": "tui/library/task_list/test_window.py",
}
"""The critical modules and the tests, below tests/, that must detect changes in them."""

_OPPOSITES: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SUMS: dict[type[ast.operator], str] = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}


class Change(NamedTuple):
    """One small change of a source text."""

    start: int
    end: int
    """Offsets in bytes, as used by Python's parser."""
    new: str


def changes_of(source: str) -> list[Change]:
    """All changes of a text, in the order of their positions."""
    return sorted(set(_Finder(source).found()))


class _Finder:
    def __init__(self, source: str) -> None:
        self._bytes = source.encode()
        self._tree = ast.parse(source)
        lines = self._bytes.splitlines(keepends=True)
        self._line_starts = [sum(map(len, lines[:number])) for number in range(len(lines))]

    def found(self) -> Iterator[Change]:
        yield from self._in_body(self._tree)

    def _in_body(self, node: ast.AST) -> Iterator[Change]:
        for child in _code_below(node):
            yield from self._at(child)
            yield from self._in_body(child)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._line_starts[node.lineno - 1] + node.col_offset, (
            self._line_starts[node.end_lineno - 1] + node.end_col_offset
        )

    def _text(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self._bytes[start:end].decode()

    def _between(self, before: ast.expr, after: ast.expr, old: str, new: str) -> Iterator[Change]:
        """The operator between two operands."""
        start, end = self._span(before)[1], self._span(after)[0]
        at = self._bytes.find(old.encode(), start, end)
        if at >= 0:
            yield Change(at, at + len(old.encode()), new)

    def _at(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for before, op, after in zip([left, *others], ops, others, strict=False):
                    old, new = _word(op), _OPPOSITES[type(op)]
                    yield from self._between(before, after, old, new)
            case ast.BoolOp(op=op, values=values):
                old, new = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                for before, after in pairwise(values):
                    yield from self._between(before, after, old, new)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield Change(*self._span(node), self._text(operand))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _SUMS:
                old = {"-": "+", "+": "-", "/": "*", "*": "/"}[_SUMS[type(op)]]
                yield from self._between(left, right, old, _SUMS[type(op)])
            case ast.IfExp(test=test):
                yield Change(*self._span(test), f"not ({self._text(test)})")
            case ast.If(test=test) if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
                yield Change(*self._span(test), f"not ({self._text(test)})")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield Change(*self._span(value), "None")
            case (
                ast.Expr(value=ast.Call() | ast.Await())
                | ast.Raise()
                | ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
                | ast.AugAssign()
            ):
                yield Change(*self._span(node), "pass")
            case ast.Constant(value=bool() as value):
                yield Change(*self._span(node), repr(not value))
            case ast.Constant(value=int() | float() as value):
                yield Change(*self._span(node), repr(value + 1))
            case ast.Constant(value=str() as value) if value:
                yield Change(*self._span(node), repr(""))


def _code_below(node: ast.AST) -> Iterator[ast.AST]:
    """The children whose change a test could detect: no annotation, decorator, import, docstring or part of a text."""
    skipped = {
        "annotation",
        "returns",
        "decorator_list",
        "type_comment",
        "bases",
        "keywords" if _is_class(node) else "",
    }
    if isinstance(node, ast.JoinedStr | ast.MatchValue):
        return
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children if name not in skipped else ():
            if (
                isinstance(child, ast.AST)
                and not isinstance(child, ast.Import | ast.ImportFrom)
                and not _is_text(child)
            ):
                yield child


def _is_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef)


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring, including one of an attribute."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _word(op: ast.cmpop) -> str:
    words: dict[type[ast.cmpop], str] = {ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}
    signs: dict[type[ast.cmpop], str] = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">"}
    return {**words, **signs, ast.GtE: ">="}[type(op)]


def _notices(copy: Path, tests: str) -> bool:
    """Whether the tests fail on the current copy."""
    files = [f"tests/{name}" for name in tests.split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    environ = {**os.environ, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(command, cwd=copy, env=environ, capture_output=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _try_module(copy: Path, module: str, every: int) -> tuple[int, int]:
    """The number of changes made to a module, and how many of them were detected."""
    path = copy / "sunotui" / module
    source = path.read_text("utf-8")
    content = source.encode()
    made = changes_of(source)[::every]
    if _notices(copy, TESTS[module]):
        raise SystemExit(f"{module}: its tests fail without any change")
    noticed = 0
    for change in made:
        path.write_bytes(content[: change.start] + change.new.encode() + content[change.end :])
        # Python identifies a compiled file by its time in seconds and its size, which may both be equal.
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
            compiled.unlink()
        if _notices(copy, TESTS[module]):
            noticed += 1
        else:
            line = content[: change.start].count(b"\n") + 1
            old = " ".join(content[change.start : change.end].decode().split())[:60]
            print(f"{module}:{line}: {old} -> {change.new[:60]}", flush=True)
    path.write_bytes(content)
    return len(made), noticed


def main() -> None:
    """Run the named modules, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", metavar="MODULE", nargs="*", help="below sunotui/, such as domain/search/query.py")
    parser.add_argument("--every", type=int, default=1, help="make only every Nth change")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(TESTS):
        parser.error(f"not in TESTS: {', '.join(sorted(unknown))}")
    made = noticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        for name in ("sunotui", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "snapshots"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        for module in options.modules or TESTS:
            counted = _try_module(copy, module, max(1, options.every))
            print(f"{module}: {counted[1]} of {counted[0]} changes noticed", flush=True)
            made, noticed = made + counted[0], noticed + counted[1]
    print(f"{noticed} of {made} changes noticed ({100 * noticed / max(1, made):.0f} %)")


if __name__ == "__main__":
    main()
