"""The demo gateway alone, in the foreground, for scripts and tests."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Mapping
from types import FrameType

from sunotui.cli.demo_server import form_of, start_server
from sunotui.cli.exit_codes import DONE
from sunotui.cli.output.text import print_json, say
from sunotui.domain.dialect import Dialect


def demo_gateway(args: Namespace, environ: Mapping[str, str]) -> int:
    """Run the demo gateway until SIGINT or SIGTERM."""
    is_over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        is_over.set()

    server, form = start_server(args, args.port), form_of(args)
    before = {caught: signal.signal(caught, end) for caught in (signal.SIGINT, signal.SIGTERM)}
    try:
        # The demo's token is no secret: it opens an imaginary studio on this computer.
        if args.json:
            print_json({"base_url": server.base_url, "token": server.token, "dialect": form.value})
        else:
            print(f"SUNOTUI_BASE_URL={server.base_url}")
            print(f"SUNOTUI_TOKEN={server.token}")
            if form is not Dialect.FLAT:
                # Nothing in its address says so, and in another form a song with lyrics may come out wrong.
                print(f"SUNOTUI_DIALECT={form.value}")
        sys.stdout.flush()
        say("The demo gateway runs; Ctrl+C ends it")
        is_over.wait()
    finally:
        server.stop()
        for caught, handler in before.items():
            signal.signal(caught, handler)
    return DONE
