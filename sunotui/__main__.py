"""The program's door: `sunotui` and `python -m sunotui` both come in here."""

import gc
import sys


def main() -> int:
    """Run the command line in `sys.argv` and return its exit code."""
    # A start makes tens of thousands of objects that live as long as the program; looking through them is lost time.
    gc.disable()
    from sunotui.cli.main import main as run

    gc.freeze()
    gc.enable()
    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
