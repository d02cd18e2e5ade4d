"""What the screens of the demo run on: a demo gateway, and a library of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

from sunotui.cli.output.text import say
from sunotui.core.core import Core
from sunotui.core.library.library import open_library
from sunotui.core.paths import AppPaths, find_paths, kept_demo_paths
from sunotui.core.system.demo_folder import demo_folder
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.gateways.token import Token

_REAL_GATEWAY = ("SUNOTUI_BASE_URL", "SUNOTUI_TOKEN", "SUNOTUI_PROFILE")


@contextmanager
def demo(
    args: SimpleNamespace, environ: Mapping[str, str]
) -> Iterator[tuple[Core, Callable[[], tuple[Profile, Token]]]]:
    """The core of a demo, and the function that starts its gateway. Raises InvalidRequest for unknown options."""
    if args.fault or args.dialect != "reference":
        # Checked before the screens open. A start without options does not import the tables of names.
        from sunotui.cli.commands.gateway.demo_gateway import check_demo_options

        check_demo_options(args)
    servers = ExitStack()

    def prepare() -> tuple[Profile, Token]:
        from sunotui.cli.commands.gateway.demo_gateway import demo_access, start_server

        songs_file = paths.data / "demo-gateway.json" if args.keep_demo else None
        server = start_server(args, songs_file=songs_file, is_for_screens=True)
        servers.callback(server.stop)
        return demo_access(server, args)

    # Without the real gateway's variables: a paid song must not end up in a library that is deleted.
    safe = {name: value for name, value in environ.items() if name not in _REAL_GATEWAY}
    with demo_paths(environ, is_kept=args.keep_demo) as paths:
        # Its songs do not belong among those of the user, and it does not know the user's unfinished downloads.
        core = Core(
            paths, safe, settings_paths=find_paths(environ), save_folder=paths.data / "saved", keeps_backups=False
        )
        try:
            with servers:
                yield core, prepare
        finally:
            if not args.keep_demo and has_songs(paths):
                say("The demo's songs are gone; --keep-demo keeps them")


def has_songs(paths: AppPaths) -> bool:
    """Whether songs were made in a library."""
    try:
        with open_library(paths) as library:
            return bool(library.clip_ids())
    except SunotuiError:
        return False


@contextmanager
def demo_paths(environ: Mapping[str, str], *, is_kept: bool) -> Iterator[AppPaths]:
    """The folders for the demo: in the data folder with --keep-demo, otherwise private temporary ones, which
    are deleted unless a message named a file in them."""
    if is_kept:
        yield kept_demo_paths(environ)
        return
    with demo_folder() as folder:
        yield AppPaths(folder, folder / "config")
