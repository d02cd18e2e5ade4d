"""The demo gateway out of the command line's options; both --demo and demo-gateway start it here."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from sunotui.domain.dialect import Dialect, choose_dialect
from sunotui.domain.errors import InvalidRequest

if TYPE_CHECKING:
    from sunotui.demo.server import DemoServer


def check_options(args: Namespace) -> None:
    """Raise InvalidRequest for a fault or dialect that the demo gateway does not know."""
    from sunotui.demo.dialects import find_dialect
    from sunotui.demo.faults import FaultPlan

    try:
        find_dialect(args.dialect)
        FaultPlan(args.fault)
    except ValueError as error:
        raise InvalidRequest(str(error)) from error


def form_of(args: Namespace) -> Dialect:
    """The form of song requests that the imitated gateway takes."""
    return choose_dialect("", args.dialect).dialect


def start_server(args: Namespace, port: int = 0) -> DemoServer:
    """A demo server that serves. Raises InvalidRequest for a fault or dialect that it does not know, or a port that
    is taken."""
    from sunotui.demo.server import DemoServer

    check_options(args)
    try:
        server = DemoServer(seed=args.seed, speed=args.speed, faults=args.fault, dialect=args.dialect, port=port)
        server.start()
    except OSError as error:
        raise InvalidRequest(
            f"The port {port} cannot be used: {error.strerror}", advice="Leave --port out for any free one"
        ) from error
    return server
