"""Programs that this one starts: an editor, an opener, a clipboard tool, a token_command."""

from __future__ import annotations

from collections.abc import Mapping

_SECRETS = frozenset({"SUNOTUI_TOKEN"})


def without_token(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child: everything but the token, which is nobody else's business (K1)."""
    return {name: value for name, value in environ.items() if name not in _SECRETS}
