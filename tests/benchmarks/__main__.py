"""`python -m tests.benchmarks [NAMES...] [--rounds N] [--keep]`: all rows, or those of the named files, such as `b1` or
`start`. With --keep, the rows are added to RESULTS.md."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys

from tests import benchmarks
from tests.benchmarks import machine, results
from tests.benchmarks.table import Row, Skipped, print_head, print_row, print_skipped

ROUNDS = 15


def _files() -> dict[str, str]:
    """The benchmark files, by number."""
    names = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    measuring = (name for name in names if name[0] == "b" and name[1:].split("_")[0].isdigit())
    return {name.split("_")[0]: name for name in sorted(measuring, key=lambda name: int(name[1:].split("_")[0]))}


def main() -> int:
    """Run the named benchmarks and print the rows; returns 1 if a target was missed."""
    files = _files()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", help=", ".join(files.values()))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is run (default: {ROUNDS})")
    parser.add_argument("--keep", action="store_true", help="add the rows to RESULTS.md")
    args = parser.parse_args()
    wanted = [
        file
        for number, file in files.items()
        if not args.names or {number, file, file[len(number) + 1 :]} & set(args.names)
    ]
    if not wanted:
        parser.error(f"choose from {', '.join(files.values())}")
    rows: list[Row] = []
    busy = machine.busy_share()
    if busy is not None and busy > machine.QUIET:
        print(f"The machine is not quiet: other processes use {busy:.0%} of it. Do not trust these figures.")
    print_head()
    for file in wanted:
        try:
            for row in importlib.import_module(f"tests.benchmarks.{file}").measure(args.rounds):
                print_row(row)
                rows.append(row)
        except Skipped as reason:
            print_skipped(file.split("_")[0].upper(), str(reason))
    if args.keep:
        results.keep(rows, args.rounds, busy)
    return 0 if all(row.is_ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
