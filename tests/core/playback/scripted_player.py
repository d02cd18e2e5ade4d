"""A player process that misbehaves: `python scripted_player.py BEHAVIOUR`. It answers like the real one, except:

well       never
mute       it responds nothing at all
silent     it responds nothing after `hello`
dies       it exits at the first `play`
garbage    it writes what is no JSON at the first `play`
endless    it writes one line without an end at the first `play`
lies       its events have values of wrong types
hangs      it says at the first `play` that its sound system hangs, and exits
deaf       it does not read after `hello`, and ignores SIGTERM and the end of its input
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any


def write(message: dict[str, Any]) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(behaviour: str) -> None:
    """Answer until the input ends."""
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        command = request["cmd"]
        if behaviour == "mute":
            continue
        if command == "hello":
            write({"ev": "ready", "backend": "scripted", "output": request["output"], "message": ""})
            write({"re": request["id"], "ok": True})
            if behaviour == "deaf":
                time.sleep(1_000)
        elif behaviour == "silent":
            pass
        elif command == "play" and behaviour == "dies":
            os._exit(3)
        elif command == "play" and behaviour == "hangs":
            write({"ev": "fatal", "message": "The sound system does not respond"})
            os._exit(3)
        elif command == "play" and behaviour == "garbage":
            print("libsound: underrun", flush=True)
        elif command == "play" and behaviour == "endless":
            while True:
                sys.stdout.write("x" * 65_536)
                sys.stdout.flush()
        elif command == "measure":
            write({"re": request["id"], "ok": True, "lufs": -12.5, "peak": None})
        else:
            answer(behaviour, command, request)


def answer(behaviour: str, command: str, request: dict[str, Any]) -> None:
    """Answer a request, with the events that it causes."""
    if command == "load":
        write({"ev": "state", "gen": request["gen"], "playing": request["play"], "pos": request["pos"]})
        if behaviour == "lies":
            for gen in (request["gen"], "x", None, -1, [1]):
                write({"ev": "pos", "gen": gen, "pos": "far", "heard": {}})
                write({"ev": "end", "gen": gen, "decoded": 1e999, "heard": None, "err": 7, "next": "yes"})
            write({"ev": "media", "key": 5, "value": "\u202e"})
            write({"ev": ["unknown"]})
            write({"re": "x"})
            write({"re": True, "ok": None})
            write({"ev": "output", "lost": True, "message": "\x1b]52;c;x\x07" + "long " * 10_000})
    write({"re": request["id"], "ok": True})


if __name__ == "__main__":
    main(sys.argv[1])
