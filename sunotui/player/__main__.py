"""`python -m sunotui.player [--null] [--parent PID]`: the player process, started by the app."""

from __future__ import annotations

import argparse
import os
import sys

from sunotui.player.descriptors import take_standard_descriptors
from sunotui.player.parent import end_with_parent, ignore_interrupts
from sunotui.player.process import PlayerProcess

OUTPUT_VARIABLE = "SUNOTUI_AUDIO_OUTPUT"
"""The environment variable that, set to "null", makes everything play into nothing, in real time."""


def main() -> int:
    """Run the player until the app closes its end of standard input; returns the exit code."""
    parser = argparse.ArgumentParser(prog="sunotui.player", allow_abbrev=False)
    parser.add_argument("--null", action="store_true", help="play into nothing, in real time")
    parser.add_argument("--parent", type=int, metavar="PID", help="the process to end with")
    options = parser.parse_args()
    channel = take_standard_descriptors()
    end_with_parent(options.parent)
    ignore_interrupts()
    is_null = options.null or os.environ.get(OUTPUT_VARIABLE) == "null"
    return PlayerProcess(channel, is_null=is_null).run()


if __name__ == "__main__":
    # Threads of sound libraries may still run, so their libraries must not be unloaded.
    code = main()
    sys.stdout.flush()
    os._exit(code)
