"""The reasons for all late imports, and the table of them in docs/start-up.md.

A late import is inside a function and runs when the function is called. It is an exception that shortens the start-up
time; all are listed here, and `tests/test_docs.py` fails for an unlisted one and for an entry without an import.
"""

from __future__ import annotations

from enum import Enum

from tests.support.source_scan import BY_NAME, Position, source

LIMIT = 60
"""The maximum number of late imports in the package; each statement and module counts once. The functions
that load a module by its name do not count: what they load is listed here or in a registry."""
TYPE_CHECKING_LIMIT = 30
"""The maximum number of `if TYPE_CHECKING` blocks in the package."""


class Reason(Enum):
    """The reason for a late import; the value is the sentence in the document."""

    ARGUMENTS = "`--version`, `--help` and a wrong argument load the parser and nothing else."
    COLLECTOR = "The garbage collector is turned off before the first import: what is imported stays."
    COMMAND = "A command imports only what it needs itself, not what other commands in its file need."
    PARALLEL = "The storage thread opens the library while the main thread loads Textual and the screens."
    SERVICES = "The services that send, poll and learn are built on the storage thread after the first frame."
    GATEWAY = "The gateway package loads httpx; the first frame sends nothing."
    SCREEN = "A screen or dialog that a key opens is not part of the first frame."
    ACTION = "Only this action needs it, and the first frame does not."
    ON_DEMAND = "The rows of the first frame do not need it; the first use imports it."
    FILES = "A library that only files need; it is loaded for the first one, in a thread."
    OPTIONAL = "The libraries of these modules are missing on some platforms or without an extra."
    REGISTRY = "A registry names its handlers by module, and loads the module of the one that runs."
    LIBRARY = "A library that only this call needs."


LATE_IMPORTS: dict[Reason, tuple[str, ...]] = {
    Reason.ARGUMENTS: (
        "sunotui.cli.main -> sunotui.cli.arguments.parser",
        "sunotui.cli.main -> sunotui.cli.command_run",
    ),
    Reason.COLLECTOR: ("sunotui.__main__ -> sunotui.cli.main",),
    Reason.COMMAND: (
        "sunotui.cli.commands.library.tasks -> sunotui.core.gateways.active_profiles",
        "sunotui.cli.command_run -> sunotui.cli.output.library_upgrade",
        "sunotui.cli.commands.library.clip_files -> sunotui.core.transfer.midi_file",
        "sunotui.cli.commands.library.transfer -> sunotui.cli.commands.library.transfer_html",
        "sunotui.cli.launch -> sunotui.cli.commands.gateway.demo_screens",
        "sunotui.cli.commands.gateway.demo_screens -> sunotui.cli.commands.gateway.demo_gateway",
        "sunotui.core.documents.json_documents -> sunotui.domain.requests.request",
        "sunotui.core.documents.json_documents -> sunotui.domain.tasks.differences",
    ),
    Reason.PARALLEL: (
        "sunotui.tui.run -> sunotui.tui.app",
        "sunotui.tui.run -> sunotui.tui.runtime.class_patches",
    ),
    Reason.SERVICES: (
        "sunotui.core.core -> sunotui.core.context",
        "sunotui.core.core -> sunotui.core.gateways.login",
        "sunotui.core.core -> sunotui.core.services",
    ),
    Reason.GATEWAY: (
        "sunotui.core.gateways.client_pool -> sunotui.gateway.client",
        "sunotui.core.library.task_detail -> sunotui.gateway.parsing.word_timings",
    ),
    Reason.SCREEN: (
        "sunotui.tui.base -> sunotui.tui.composer.drafts.store",
        "sunotui.tui.navigation -> sunotui.tui.composer.screen",
        "sunotui.tui.navigation -> sunotui.tui.dialogs.picker",
        "sunotui.tui.navigation -> sunotui.tui.gateways.login",
        "sunotui.tui.navigation -> sunotui.tui.history.submissions",
    ),
    Reason.ACTION: (
        "sunotui.cli.command_run -> sunotui.core.system.crash_report",
        "sunotui.tui.base -> sunotui.tui.runtime.links",
        "sunotui.tui.cover_art -> sunotui.tui.cover_drawing",
        "sunotui.tui.app -> sunotui.tui.feedback.event_messages",
        "sunotui.tui.app -> sunotui.tui.playback.display",
        "sunotui.tui.app -> sunotui.tui.submit",
        "sunotui.tui.library.detail.pane -> sunotui.tui.library.detail.sections",
    ),
    Reason.ON_DEMAND: (
        "sunotui.core.library.library -> sunotui.storage.submissions.reader",
        "sunotui.storage.db.connection -> sunotui.storage.db.create",
        "sunotui.storage.db.connection -> sunotui.storage.db.upgrade",
        "sunotui.storage.browse.search_counts -> sunotui.storage.annotations.saved_searches",
        "sunotui.core.library.list_reader -> sunotui.core.submissions.pending_search",
        "sunotui.core.library.task_reader -> sunotui.core.library.task_detail",
        "sunotui.tui.widgets.search_bar -> sunotui.tui.widgets.search_line",
        "sunotui.gateway.transport.connection -> sunotui.gateway.transport.proxy_transport",
        "sunotui.storage.secrets.tokens -> sunotui.domain.gateways.token",
        "sunotui.storage.submissions.journal -> sunotui.storage.gateway_facts.personas",
        "sunotui.storage.submissions.rows -> sunotui.domain.requests.request",
        "sunotui.storage.tasks.task_store -> sunotui.storage.tasks.row_mapping",
        "sunotui.storage.tasks.task_store -> sunotui.storage.tasks.task_writer",
    ),
    Reason.FILES: (
        "sunotui.core.albums.exporter -> sunotui.core.albums.track_tags",
        "sunotui.core.albums.pictures -> sunotui.core.media.cover_pixels",
        "sunotui.core.media.covers -> sunotui.core.media.cover_pixels",
        "sunotui.core.downloads.tagging.tagger -> sunotui.core.downloads.tagging.writer",
    ),
    Reason.OPTIONAL: (
        "sunotui.player.analysis.measuring -> sunotui.player.analysis.loudness_estimate",
        "sunotui.player.analysis.verification -> sunotui.player.files.whole_file",
        "sunotui.player.desktop_bus.desktop -> sunotui.player.desktop_bus.mpris_bus",
        "sunotui.player.engines.players -> sunotui.player.engines.miniaudio_engine",
        f"sunotui.player.optional -> {BY_NAME}",
    ),
    Reason.REGISTRY: (
        f"sunotui.cli.registry -> {BY_NAME}",
        f"sunotui.tui.commands.command -> {BY_NAME}",
    ),
    Reason.LIBRARY: (
        "sunotui.cli.output.text -> rich",
        "sunotui.domain.gateways.address -> idna",
        "sunotui.storage.config.toml_file -> tomllib",
        "sunotui.core.paths -> platformdirs",
        "sunotui.storage.secrets.keyring_backend -> keyring.errors",
        "sunotui.storage.secrets.tokens -> keyring",
    ),
}
"""Every late import as "importing module -> imported module", by its reason."""


def listed() -> dict[str, Reason]:
    """The reason for each entry. Raises ValueError for an entry that is listed twice."""
    reasons: dict[str, Reason] = {}
    for reason, entries in LATE_IMPORTS.items():
        for entry in entries:
            if entry in reasons:
                raise ValueError(f"{entry} is listed twice")
            reasons[entry] = reason
    return reasons


def found() -> dict[str, list[str]]:
    """Every late import of the source, in the form of `LATE_IMPORTS`, with the functions in which it stands."""
    functions: dict[str, list[str]] = {}
    for item in source().imports:
        if item.position is Position.LATE:
            names = functions.setdefault(f"{item.importer} -> {item.target}", [])
            if item.function not in names:
                names.append(item.function)
    return functions


def late_import_table() -> str:
    """The tables of the document: for each reason its late imports, with the functions that run them.

    Raises KeyError for an import without a reason.
    """
    reasons, functions = listed(), found()
    parts: list[str] = []
    for reason in LATE_IMPORTS:
        rows = sorted(entry for entry in functions if reasons[entry] is reason)
        parts += [f"**{reason.value}**", "", "| in | function | imports |", "|---|---|---|"]
        for entry in rows:
            importer, target = entry.split(" -> ")
            names = ", ".join(f"`{name}`" for name in functions[entry])
            parts.append(f"| `{importer.removeprefix('sunotui.')}` | {names} | `{target.removeprefix('sunotui.')}` |")
        parts.append("")
    return "\n".join(parts).rstrip()
