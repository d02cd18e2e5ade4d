"""Runs many command lines in one process, one per line of a file, with their output on the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    from sunotui.cli.main import main

    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        code = main(json.loads(line))
        print(f"ran {code}", flush=True)
    print("all ran", flush=True)
