"""The first screen reads the library before anything heavy is loaded."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "modules",
    [
        "sunotui.storage.library, sunotui.storage.journal, sunotui.storage.desk, sunotui.storage.drafts",
        "sunotui.storage.settings, sunotui.storage.profiles, sunotui.storage.tokens, sunotui.storage.event_log",
    ],
)
def test_nothing_heavy_is_imported(modules: str) -> None:
    code = (
        f"import {modules}, sys\n"
        "heavy = {'pydantic', 'keyring', 'platformdirs', 'httpx', 'textual', 'rich', 'importlib.resources'}\n"
        "sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
