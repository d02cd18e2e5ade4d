"""The command that lists tasks."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping

from sunotui.cli.exits.exit_codes import DONE
from sunotui.cli.output.task_text import print_tasks
from sunotui.cli.output.text import print_json, say, within_limit
from sunotui.core.documents.json_documents import task_documents
from sunotui.core.library.library import open_library
from sunotui.core.paths import find_paths
from sunotui.domain.browse import Sort
from sunotui.domain.errors import ConfigError
from sunotui.domain.search.query import MATCH_ALL, parse_strictly
from sunotui.domain.tasks.kinds import TaskStatus


def tasks(args: Namespace, environ: Mapping[str, str]) -> int:
    """List tasks, newest first or in the requested order."""
    status = TaskStatus(args.status) if args.status else None
    query = MATCH_ALL if args.search is None else parse_strictly(args.search)
    sort = None if args.sort == "age" and not args.reverse else Sort(args.sort)
    with open_library(find_paths(environ)) as library:
        found = library.recent(
            query,
            args.limit + 1,
            status=status,
            profile=args.profile or None,
            sort=sort,
            is_reversed=args.reverse,
            now=time.time(),
        )
        found = within_limit(found, args.limit)
        documents = task_documents(library, found) if args.json else []
        rows = [] if args.json else library.summaries([task.id for task in found])
    if args.profile and not found:
        _check_profile(args.profile, environ)
    if args.json:
        print_json(documents)
    elif found:
        print_tasks(rows, time.time())
    else:
        say("No matching songs" if args.status or args.search or args.profile else "The library is empty")
    return DONE


def _check_profile(name: str, environ: Mapping[str, str]) -> None:
    """Reject an unknown profile without tasks, which is probably misspelt. Raises ConfigError."""
    from sunotui.core.gateways.active_profiles import is_profile

    if not is_profile(find_paths(environ), name):
        raise ConfigError(f"There is no gateway '{name}'", advice="'sunotui profiles' lists them")
