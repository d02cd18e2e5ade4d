"""A library for commands that only read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.tasks.task import Task
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.commands.library.small_library import SONG, WORDS
from tests.cli.conftest import CommandLine


def with_tasks(cli: CommandLine, *tasks: Task) -> CommandLine:
    """The command line, with a library of these tasks."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    TaskStore(database).save(tasks)
    database.close()
    return cli


@pytest.fixture
def library(cli: CommandLine) -> CommandLine:
    """A command line with a library of two tasks, without a profile."""
    return with_tasks(cli, SONG, WORDS)
