"""The demo gateway out of the command line's options; both --demo and demo-gateway start it here."""

from argparse import Namespace
from typing import TYPE_CHECKING

from sunotui.domain.errors import RequestImpossible

if TYPE_CHECKING:
    from sunotui.demo.server import DemoServer


def make_server(args: Namespace, port: int = 0) -> "DemoServer":
    """A demo server that is not started yet. Raises RequestImpossible for a fault or dialect that it does not know."""
    from sunotui.demo.server import DemoServer

    try:
        return DemoServer(seed=args.seed, speed=args.speed, faults=tuple(args.fault), dialect=args.dialect, port=port)
    except ValueError as error:
        raise RequestImpossible(str(error)) from error
