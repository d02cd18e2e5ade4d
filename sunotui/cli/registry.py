"""The commands and the functions that run them. A handler is imported when its command runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

Handler = Callable[[object, Mapping[str, str]], int]
"""A function that takes the parsed arguments and the environment and returns the exit code."""

HANDLERS = {
    "": "sunotui.cli.launch:launch_screens",
    "login": "sunotui.cli.commands.account:login",
    "logout": "sunotui.cli.commands.account:logout",
    "profiles": "sunotui.cli.commands.account:profiles",
    "music": "sunotui.cli.commands.generate:music",
    "lyrics": "sunotui.cli.commands.generate:lyrics",
    "upload": "sunotui.cli.commands.generate:upload",
    "concat": "sunotui.cli.commands.generate:concat",
    "stems": "sunotui.cli.commands.generate:stems",
    "tags": "sunotui.cli.commands.extras:tags",
    "timing": "sunotui.cli.commands.extras:timing",
    "wav": "sunotui.cli.commands.clip_files:wav",
    "video": "sunotui.cli.commands.clip_files:video",
    "midi": "sunotui.cli.commands.clip_files:midi",
    "feed": "sunotui.cli.commands.extras:feed",
    "personas": "sunotui.cli.commands.extras:personas",
    "persona": "sunotui.cli.commands.extras:persona",
    "fetch": "sunotui.cli.commands.poll:fetch",
    "wait": "sunotui.cli.commands.poll:wait",
    "tasks": "sunotui.cli.commands.tasks:tasks",
    "show": "sunotui.cli.commands.show:show",
    "url": "sunotui.cli.commands.clip_files:url",
    "stats": "sunotui.cli.commands.statistics:stats",
    "export": "sunotui.cli.commands.transfer:export",
    "import": "sunotui.cli.commands.transfer:import_file",
    "label add": "sunotui.cli.commands.annotations:label",
    "label remove": "sunotui.cli.commands.annotations:label",
    "label list": "sunotui.cli.commands.annotations:label_list",
    "rate": "sunotui.cli.commands.annotations:rate",
    "note": "sunotui.cli.commands.annotations:note",
    "trash": "sunotui.cli.commands.annotations:trash",
    "restore": "sunotui.cli.commands.annotations:restore",
    "album list": "sunotui.cli.commands.collections:album_list",
    "album show": "sunotui.cli.commands.collections:album_show",
    "album add": "sunotui.cli.commands.collections:album_add",
    "album remove": "sunotui.cli.commands.collections:album_remove",
    "album move": "sunotui.cli.commands.collections:album_move",
    "album rename": "sunotui.cli.commands.collections:album_rename",
    "album delete": "sunotui.cli.commands.collections:album_delete",
    "search list": "sunotui.cli.commands.collections:search_list",
    "search save": "sunotui.cli.commands.collections:search_save",
    "search show": "sunotui.cli.commands.collections:search_show",
    "search delete": "sunotui.cli.commands.collections:search_delete",
    "play": "sunotui.cli.commands.playback:play",
    "queue": "sunotui.cli.commands.playback:queue",
    "queue list": "sunotui.cli.commands.playback:queue",
    "queue add": "sunotui.cli.commands.playback:queue_add",
    "queue remove": "sunotui.cli.commands.playback:queue_remove",
    "queue move": "sunotui.cli.commands.playback:queue_move",
    "queue clear": "sunotui.cli.commands.playback:queue_clear",
    "submissions": "sunotui.cli.commands.submissions:submissions",
    "doctor": "sunotui.cli.commands.doctor:doctor",
    "demo-gateway": "sunotui.cli.commands.demo_gateway:demo_gateway",
}
"""Handlers as "module:function", by command; an empty command opens the screens."""


def find_handler(command: str) -> Handler:
    """Import the handler of a command."""
    module, _, function = HANDLERS[command].partition(":")
    handler: Handler = getattr(import_module(module), function)
    return handler
