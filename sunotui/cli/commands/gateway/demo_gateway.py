"""Starts the demo gateway for the command demo-gateway, and for the screens with --demo."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, SimpleNamespace

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.text import print_json, say
from sunotui.demo.dialects import dialect_of_screens, find_dialect
from sunotui.demo.faults import FaultPlan
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect, choose_dialect
from sunotui.domain.gateways.profile import DEMO_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.token import Token


def demo_gateway(args: SimpleNamespace, environ: Mapping[str, str]) -> int:
    """Run the demo gateway until SIGINT or SIGTERM."""
    is_over = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        is_over.set()

    server, form = start_server(args, args.port), demo_dialect(args)
    before = {caught: signal.signal(caught, end) for caught in (signal.SIGINT, signal.SIGTERM)}
    try:
        # The demo's token is not secret: it is for a simulator on this computer.
        if args.json:
            print_json(
                {
                    "base_url": server.base_url,
                    "token": server.token,
                    "dialect": args.dialect,
                    "request_dialect": form.value,
                }
            )
        else:
            print(f"SUNOTUI_BASE_URL={server.base_url}")
            print(f"SUNOTUI_TOKEN={server.token}")
            if form is not Dialect.FLAT:
                # Its URL does not show the dialect, and with another one a song with lyrics may be wrong.
                print(f"SUNOTUI_DIALECT={form.value}")
        sys.stdout.flush()
        say("The demo gateway runs; Ctrl+C ends it")
        is_over.wait()
    finally:
        server.stop()
        for caught, handler in before.items():
            signal.signal(caught, handler)
    return DONE


def check_demo_options(args: SimpleNamespace) -> None:
    """Raise InvalidRequest for an unknown fault or dialect."""
    try:
        find_dialect(args.dialect)
        FaultPlan(args.fault)
    except ValueError as error:
        raise InvalidRequest(str(error)) from error


def demo_dialect(args: SimpleNamespace) -> Dialect:
    """The dialect of the imitated gateway."""
    return choose_dialect("", args.dialect).dialect


def start_server(
    args: SimpleNamespace, port: int = 0, songs_file: Path | None = None, *, is_for_screens: bool = False
) -> DemoServer:
    """Start a demo server; `songs_file` is the file in which its songs are kept for the next run. Raises InvalidRequest
    for an unknown fault or dialect, or a port that is in use."""
    check_demo_options(args)
    dialect = (dialect_of_screens if is_for_screens else find_dialect)(args.dialect)
    try:
        server = DemoServer(
            seed=args.seed, speed=args.speed, faults=args.fault, dialect=dialect, port=port, songs_file=songs_file
        )
        server.start()
    except OSError as error:
        raise InvalidRequest(
            f"The port {port} cannot be used: {error.strerror}", advice="Leave --port out for any free one"
        ) from error
    return server


def demo_access(server: DemoServer, args: SimpleNamespace) -> tuple[Profile, Token]:
    """The profile and the token of a running demo gateway. The profile has the demo's name and the dialect of the
    imitated gateway."""
    base_url = parse_base_url(server.base_url + server.prefix)
    return Profile(DEMO_PROFILE, base_url, dialect=demo_dialect(args).value), Token(server.token)
