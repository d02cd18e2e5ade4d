"""The commands of saved searches: list, save, show, delete."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sunotui.cli.exit_codes import DONE
from sunotui.cli.output.json_documents import read_documents
from sunotui.cli.output.text import print_json, print_table, print_tasks, say, within_limit
from sunotui.cli.session import with_core
from sunotui.core.library.library import Library
from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.text import clean

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.annotations import SavedSearch


def listed(args: Namespace, environ: Mapping[str, str]) -> int:
    """List the saved searches, by name."""

    async def work(core: Core) -> int:
        found = await core.services.annotations.searches()
        if args.json:
            print_json([_document(search) for search in found])
        elif found:
            print_table(("SEARCH", "LOOKS FOR", "BY"), [(s.name, s.text, _order_words(s)) for s in found], flexible=1)
        else:
            say("There are no saved searches; 'sunotui search save NAME Q' makes one")
        return DONE

    return with_core(environ, args.profile, work)


def save(args: Namespace, environ: Mapping[str, str]) -> int:
    """Keep a search under a name, in place of the one that had it."""
    listing = ListQuery(query=parse(args.query), sort=Sort(args.sort), is_reversed=args.reverse)

    async def work(core: Core) -> int:
        sentence = await core.services.annotations.save_search(args.name, listing)
        await _tell(core, args, sentence)
        return DONE

    return with_core(environ, args.profile, work)


def show(args: Namespace, environ: Mapping[str, str]) -> int:
    """List what a saved search finds, as the screen does."""

    async def work(core: Core) -> int:
        search = await core.services.annotations.search(args.name)
        search.query.require_valid()
        place = Collection(CollectionKind.SEARCH, search.name)
        listing = ListQuery(place, sort=search.sort, is_reversed=search.is_reversed)
        window = await core.browser.page(listing, at=0, before=0, after=args.limit)
        tasks = await core.read(Library.tasks, [row.id for row in window.rows])
        found = within_limit([tasks[row.id] for row in window.rows], args.limit)
        if args.json:
            print_json(await read_documents(core, found))
        elif found:
            print_tasks(found, time.time())
        else:
            say("No task fits")
        return DONE

    return with_core(environ, args.profile, work)


def delete(args: Namespace, environ: Mapping[str, str]) -> int:
    """Forget a saved search; its tasks stay."""

    async def work(core: Core) -> int:
        search = await core.services.annotations.search(args.name)
        await _tell(core, args, await core.services.annotations.delete_search(search.name))
        return DONE

    return with_core(environ, args.profile, work)


async def _tell(core: Core, args: Namespace, sentence: str) -> None:
    """What was changed, or with --json the searches there are now."""
    if args.json:
        print_json([_document(search) for search in await core.services.annotations.searches()])
    elif sentence:
        print(clean(sentence, 2_000))
    else:
        say("Nothing changed: it was so already")


def _document(search: SavedSearch) -> dict[str, Any]:
    return {"name": search.name, "search": search.text, "sort": search.sort.value, "reversed": search.is_reversed}


def _order_words(search: SavedSearch) -> str:
    return f"{search.sort.value}, reversed" if search.is_reversed else search.sort.value
