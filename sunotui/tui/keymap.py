"""The user's own keys: checked here, since Textual takes nonsense silently."""

import re
from collections.abc import Mapping

from sunotui.tui.commands import COMMANDS, Scope, binding_id

_KEY = re.compile(r"(ctrl\+|shift\+|alt\+)*([a-zA-Z0-9]|[a-z_]{2,24}|f[0-9]{1,2})")


_COMPOSER = f"{Scope.COMPOSER.name.lower()}."


def checked(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The config's [keys] that can be used, and a sentence for each that cannot."""
    known = {binding_id(command) for command in COMMANDS}
    good: dict[str, str] = {}
    complaints: list[str] = []
    for name, wanted in keys.items():
        parts = [part.strip() for part in wanted.split(",") if part.strip()]
        if name not in known:
            complaints.append(f"There is no command '{name}' to give keys to")
        elif not parts or any(_KEY.fullmatch(part) is None for part in parts):
            complaints.append(f"'{wanted}' is no key for '{name}'; write such as 'ctrl+s,f5'")
        elif name.startswith(_COMPOSER) and any(len(part) == 1 for part in parts):
            complaints.append(f"'{wanted}' is text in the composer: give '{name}' keys with ctrl, or an F key")
        else:
            good[name] = ",".join(parts)
    return good, complaints
