"""The entry point of `sunotui` and `python -m sunotui`."""

from __future__ import annotations

import sys

from sunotui.cli.main import main as run


def main() -> int:
    """Run the command line in `sys.argv` and return its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
