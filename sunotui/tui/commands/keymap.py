"""Validates the keys of the user's config file, since Textual silently accepts any text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from textual.keys import KEY_NAME_REPLACEMENTS, KEY_TO_UNICODE_NAME, Keys

from sunotui.tui.commands.command import binding_id, precedes_fields
from sunotui.tui.commands.registry import COMMANDS

_MODIFIERS = frozenset({"ctrl", "shift", "alt"})
_NAMED = frozenset(key.value.rpartition("+")[2] for key in Keys) | frozenset(KEY_NAME_REPLACEMENTS.values())
_CHARACTERS = frozenset(KEY_TO_UNICODE_NAME) | frozenset(KEY_NAME_REPLACEMENTS.values())
"""Names of keys that type a character, such as "slash"."""
_BEFORE_FIELDS = frozenset(binding_id(command) for command in COMMANDS if precedes_fields(command))


def checked(keys: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The valid entries of the config's [keys], and a sentence for each invalid one."""
    known = {binding_id(command) for command in COMMANDS}
    valid: dict[str, str] = {}
    problems: list[str] = []
    for name, text in keys.items():
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if name not in known:
            problems.append(f"There is no command '{name}'")
        elif not parts or not all(map(_is_key, parts)):
            problems.append(f"'{text}' is not a key for '{name}'; write for example 'ctrl+s,f5'")
        elif name in _BEFORE_FIELDS and any(map(_is_text, parts)):
            problems.append(f"'{text}' types text into a field: give '{name}' keys with ctrl, or a function key")
        else:
            valid[name] = ",".join(parts)
    return valid, problems


def _is_key(text: str) -> bool:
    """Whether Textual knows a key by this name: a character, a named key such as "pageup", or a character's own name
    such as "question_mark", with modifiers before it."""
    *modifiers, base = text.split("+")
    if not _MODIFIERS.issuperset(modifiers):
        return False
    if len(base) == 1:
        return base.isprintable() and not base.isspace()
    return base in _NAMED or base in KEY_TO_UNICODE_NAME or _is_character_name(base.replace("_", " "))


def _is_text(key: str) -> bool:
    """Whether a key types a character: by itself, by its name, or with shift."""
    *modifiers, base = key.split("+")
    if not {"ctrl", "alt"}.isdisjoint(modifiers):
        return False
    return len(base) == 1 or base in _CHARACTERS or _is_character_name(base.replace("_", " "))


def _is_character_name(name: str) -> bool:
    try:
        return unicodedata.lookup(name).isprintable()
    except KeyError:
        return False
