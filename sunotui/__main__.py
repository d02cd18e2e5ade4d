"""The entry point of `sunotui` and `python -m sunotui`."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line in `sys.argv` and return its exit code."""
    # What is imported stays, so collections would find nothing, in 2 ms. `find_handler` turns the collector on for a
    # command.
    gc.disable()
    try:
        from sunotui.cli.main import main as run

        return run(sys.argv[1:])
    finally:
        gc.enable()


if __name__ == "__main__":
    raise SystemExit(main())
