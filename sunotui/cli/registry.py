"""The commands and the functions that run them. A handler is imported when its command runs."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from importlib import import_module

Handler = Callable[[object, Mapping[str, str]], int]
"""A function that takes the parsed arguments and the environment and returns the exit code."""

HANDLERS = {
    "": "sunotui.cli.launch:launch_screens",
    "login": "sunotui.cli.commands.gateway.account:login",
    "logout": "sunotui.cli.commands.gateway.account:logout",
    "profiles": "sunotui.cli.commands.gateway.account:profiles",
    "music": "sunotui.cli.commands.gateway.generate:music",
    "lyrics": "sunotui.cli.commands.gateway.generate:lyrics",
    "upload": "sunotui.cli.commands.gateway.generate:upload",
    "concat": "sunotui.cli.commands.gateway.generate:concat",
    "stems": "sunotui.cli.commands.gateway.generate:stems",
    "tags": "sunotui.cli.commands.gateway.extras:tags",
    "timing": "sunotui.cli.commands.gateway.extras:timing",
    "wav": "sunotui.cli.commands.library.clip_files:wav",
    "video": "sunotui.cli.commands.library.clip_files:video",
    "midi": "sunotui.cli.commands.library.clip_files:midi",
    "feed": "sunotui.cli.commands.gateway.extras:feed",
    "personas": "sunotui.cli.commands.gateway.extras:personas",
    "persona": "sunotui.cli.commands.gateway.extras:persona",
    "fetch": "sunotui.cli.commands.gateway.poll:fetch",
    "wait": "sunotui.cli.commands.gateway.poll:wait",
    "tasks": "sunotui.cli.commands.library.tasks:tasks",
    "show": "sunotui.cli.commands.library.show:show",
    "url": "sunotui.cli.commands.library.clip_files:url",
    "stats": "sunotui.cli.commands.statistics:stats",
    "export": "sunotui.cli.commands.library.transfer:export",
    "import": "sunotui.cli.commands.library.transfer:import_file",
    "adopt": "sunotui.cli.commands.library.adopt:adopt",
    "label add": "sunotui.cli.commands.library.annotations:label",
    "label remove": "sunotui.cli.commands.library.annotations:label",
    "label list": "sunotui.cli.commands.library.annotations:label_list",
    "rate": "sunotui.cli.commands.library.annotations:rate",
    "note": "sunotui.cli.commands.library.annotations:note",
    "trash": "sunotui.cli.commands.library.annotations:trash",
    "restore": "sunotui.cli.commands.library.annotations:restore",
    "album list": "sunotui.cli.commands.library.collections:album_list",
    "album show": "sunotui.cli.commands.library.collections:album_show",
    "album add": "sunotui.cli.commands.library.collections:album_add",
    "album remove": "sunotui.cli.commands.library.collections:album_remove",
    "album move": "sunotui.cli.commands.library.collections:album_move",
    "album rename": "sunotui.cli.commands.library.collections:album_rename",
    "album delete": "sunotui.cli.commands.library.collections:album_delete",
    "album artist": "sunotui.cli.commands.library.album_export:album_artist",
    "album cover": "sunotui.cli.commands.library.album_export:album_cover",
    "album export": "sunotui.cli.commands.library.album_export:album_export",
    "search list": "sunotui.cli.commands.library.collections:search_list",
    "search save": "sunotui.cli.commands.library.collections:search_save",
    "search show": "sunotui.cli.commands.library.collections:search_show",
    "search delete": "sunotui.cli.commands.library.collections:search_delete",
    "download": "sunotui.cli.commands.library.downloads:download",
    "play": "sunotui.cli.commands.library.playback:play",
    "queue": "sunotui.cli.commands.library.playback:queue",
    "queue list": "sunotui.cli.commands.library.playback:queue",
    "queue add": "sunotui.cli.commands.library.playback:queue_add",
    "queue remove": "sunotui.cli.commands.library.playback:queue_remove",
    "queue move": "sunotui.cli.commands.library.playback:queue_move",
    "queue clear": "sunotui.cli.commands.library.playback:queue_clear",
    "submissions": "sunotui.cli.commands.gateway.submissions:submissions",
    "doctor": "sunotui.cli.commands.doctor:doctor",
    "demo-gateway": "sunotui.cli.commands.gateway.demo_gateway:demo_gateway",
}
"""Handlers as "module:function", by command; an empty command opens the screens."""


def find_handler(command: str) -> Handler:
    """Import the handler of a command."""
    module, _, function = HANDLERS[command].partition(":")
    # What an import creates stays: 50 garbage collections would find nothing in 5 ms.
    gc.disable()
    try:
        handler: Handler = getattr(import_module(module), function)
    finally:
        # The next collection would examine all of it.
        gc.freeze()
        gc.enable()
    return handler
