"""The name of an output file, and the check before writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.transfer.output_path import check_output, file_name
from sunotui.domain.errors import InvalidRequest


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (("雨の東京 Neon Rain", "c-1"), "雨の東京 Neon Rain.mid"),
        (("../../.ssh/authorized_keys", "c-1"), "ssh authorized_keys.mid"),
        (("-rf ~/$(x) `y`\n\x1b[0m|z", "c-1"), "rf (x) y 0m z.mid"),
        (("हिन्दी", "c-1"), "हिन्दी.mid"),
        ((" ... 🪿 ", "c-1"), "c-1.mid"),
        (("", "../.."), "song.mid"),
        (("東" * 300, "c-1"), "東" * 40 + ".mid"),
    ],
)
def test_a_title_makes_a_plain_file_name(texts: tuple[str, ...], name: str) -> None:
    assert file_name(".mid", *texts) == name


def test_an_unwritable_file_is_rejected_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("", "~nosuchuser/x", str(tmp_path), str(tmp_path / "no" / "x"), str(tmp_path / "file" / "x"), "a\0b"):
        with pytest.raises(InvalidRequest):
            check_output(name)
    for name in (str(tmp_path / "file"), str(tmp_path / "new"), "/dev/null"):
        check_output(name)
