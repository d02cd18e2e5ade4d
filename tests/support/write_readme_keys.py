"""Puts the registry's key table into the README: `python -m tests.support.write_readme_keys`."""

from __future__ import annotations

from tests.support.key_table import key_table
from tests.support.paths import ROOT

README = ROOT / "README.md"


def main() -> None:
    """Replace what stands between the heading and the sentence about config.toml."""
    text = README.read_text(encoding="utf-8")
    head, rest = text.split("## Keys\n", 1)
    _, tail = rest.split("Every key can be changed", 1)
    README.write_text(f"{head}## Keys\n\n{key_table()}\n\nEvery key can be changed{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
