"""The composition root: builds the services that work with gateways or change the library.

Imported as a whole after the first frame, so its modules have no late imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sunotui.core.adoption.service import AdoptionService
from sunotui.core.albums.exporter import AlbumExporter
from sunotui.core.albums.take_saver import TakeSaver
from sunotui.core.comparison.service import ComparisonService
from sunotui.core.context import Context
from sunotui.core.decks.service import DeckService
from sunotui.core.downloads.links import LinkFinder, LinkObserver
from sunotui.core.downloads.receiver import Receiver
from sunotui.core.downloads.saver import Saver
from sunotui.core.downloads.service import DownloadService
from sunotui.core.downloads.tagging.late_sidecars import LateSidecars
from sunotui.core.downloads.tagging.tagger import SongTagger
from sunotui.core.downloads.take_loader import TakeLoader
from sunotui.core.downloads.verify.audio_verifier import HelperVerifier
from sunotui.core.gateways.billing import Billing
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.gateways.capability_learning import CapabilityObserver
from sunotui.core.gateways.extras import ExtrasService
from sunotui.core.gateways.model_choice import ModelChoice
from sunotui.core.gateways.parent_checks import ParentChecks
from sunotui.core.hooks.service import Hooks
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.daily_backup import DailyBackup
from sunotui.core.library.external_changes import ExternalChanges
from sunotui.core.library.library import Library
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.media.cache import MediaCache
from sunotui.core.media.cover_provider import BeforeRequest, CoverFile
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.covers import CoverService
from sunotui.core.media.fetcher import MediaFetcher
from sunotui.core.paths import AppPaths
from sunotui.core.playback.helper_player import HelperPlayer
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.playback_saver import PlaybackSaver
from sunotui.core.playback.player import Player, PlayerListener
from sunotui.core.playback.service import PlaybackService
from sunotui.core.playback.take_source import TakeReader
from sunotui.core.playback.track import CoverFinder, TrackOpener
from sunotui.core.playback.track_player import TrackPlayer
from sunotui.core.playback.tracks.current_track import TrackOwner
from sunotui.core.polling.active_submissions import ActiveSubmissions
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.safety.auto_saver import AutoSaver
from sunotui.core.safety.service import SafetyService
from sunotui.core.stems.service import StemService
from sunotui.core.stores import Stores
from sunotui.core.submissions.results import ResultCollector
from sunotui.core.submissions.song_matcher import SongMatcher
from sunotui.core.submissions.submitter import Submitter
from sunotui.core.submissions.unknown_outcomes import UnknownOutcomes
from sunotui.core.triage.service import TriageService
from sunotui.domain.gateways.profile import Profile
from sunotui.storage.config.settings import PlayerSettings, Settings
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.safety import SafetyStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.gateway_facts.balances import BalanceStore
from sunotui.storage.gateway_facts.capabilities import CapabilityStore
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.gateway_facts.prices import PriceStore
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.hook_runs import HookRunStore
from sunotui.storage.playback.loudness_store import LoudnessStore
from sunotui.storage.playback.playback_store import PlaybackStore
from sunotui.storage.tasks.lineage_store import LineageStore


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one open library."""

    parent_checks: ParentChecks
    billing: Billing
    capabilities: CapabilityService
    pollers: PollerPool
    extras: ExtrasService
    adoption: AdoptionService
    model_choice: ModelChoice
    submitter: Submitter
    results: ResultCollector
    song_matcher: SongMatcher
    unknown_outcomes: UnknownOutcomes
    annotations: AnnotationService
    playback: PlaybackService
    decks: DeckService
    stems: StemService
    comparison: ComparisonService
    triage: TriageService
    external_changes: ExternalChanges
    daily_backup: DailyBackup
    hooks: Hooks
    downloads: DownloadService
    safety: SafetyService
    auto_save: AutoSaver
    albums: AlbumExporter
    covers: CoverService

    def load(self) -> None:
        """Load the learned prices and capabilities; call it on the storage thread. Raises LibraryError."""
        self.billing.load()
        self.capabilities.load()


def build_services(
    ctx: Context,
    stores: Stores,
    *,
    profile_named: Callable[[str], Profile | None],
    profiles_at_same_gateway: Callable[[str], Iterable[str]],
    paths: AppPaths,
    settings: Settings,
    environ: Mapping[str, str],
) -> Services:
    """Build the services with their dependencies and subscribe them to events; on any thread.
    `profiles_at_same_gateway` returns the names of the other profiles with a profile's origin. Child processes get
    `environ` without the token.
    """
    database, tasks = stores.database, stores.tasks
    billing, capabilities, pollers = _gateway_services(ctx, stores, profile_named, profiles_at_same_gateway)
    parent_checks = ParentChecks(ctx.storage, tasks, LineageStore(database))
    model_choice = ModelChoice(ctx, stores.journal, capabilities)
    submitter = Submitter(ctx, stores.journal, pollers, model_choice, parent_checks)
    results, song_matcher, unknown_outcomes = _outcome_services(ctx, stores, capabilities, pollers, submitter)
    annotations = AnnotationService(ctx, database, tasks.reindex)
    hooks = Hooks(ctx, Library(database), HookRunStore(database), settings.on_done, environ)
    ctx.events.subscribe(hooks.on_event)
    extras = ExtrasService(
        ctx,
        library=tasks,
        timings=TimingStore(database),
        personas=PersonaStore(database),
        capabilities=capabilities,
        pollers=pollers,
    )
    media = MediaFetcher(MediaCache(paths.media_cache, settings.player.cache_mb * 1_000_000), profile_named)
    covers = CoverService(paths.covers, profile_named, ctx.clock)

    async def cover_file(source: CoverSource, before_request: BeforeRequest | None = None, /) -> Path | None:
        return None if settings.covers == "off" else await covers.file(source, before_request)

    downloads = _downloads(ctx, stores, extras, pollers, media, profile_named, settings, environ, cover_file)
    playback, decks, make_tracks = _playback(
        ctx, stores, annotations, pollers, media, settings.player, environ, cover_file
    )
    auto_save = AutoSaver(ctx, SafetyStore(database), downloads, settings.save.auto_save)
    ctx.events.subscribe(auto_save.on_event)
    return Services(
        parent_checks=parent_checks,
        billing=billing,
        capabilities=capabilities,
        pollers=pollers,
        extras=extras,
        adoption=AdoptionService(ctx, tasks, pollers),
        model_choice=model_choice,
        submitter=submitter,
        results=results,
        song_matcher=song_matcher,
        unknown_outcomes=unknown_outcomes,
        annotations=annotations,
        playback=playback,
        decks=decks,
        stems=StemService(ctx, stores, decks, playback, downloads, settings.save.folder),
        comparison=ComparisonService(
            ctx,
            TakeReader(stores),
            TaskReader(ctx.storage, stores),
            decks=decks,
            annotations=annotations,
            saved=downloads.saved,
        ),
        triage=TriageService(
            ctx,
            stores,
            annotations,
            make_tracks=make_tracks,
            save=downloads.add if settings.save.auto_save != "off" else None,
            applies_at_once=settings.triage.applies_at_once,
        ),
        external_changes=ExternalChanges(ctx, database, tasks, pollers),
        daily_backup=DailyBackup(database, ctx.events, ctx.clock),
        hooks=hooks,
        downloads=downloads,
        safety=SafetyService(ctx, database, settings.save),
        auto_save=auto_save,
        albums=AlbumExporter(
            ctx.storage, stores, TakeSaver(ctx.events, downloads), cover_file, profile_named, settings.save.folder
        ),
        covers=covers,
    )


def _gateway_services(
    ctx: Context,
    stores: Stores,
    profile_named: Callable[[str], Profile | None],
    profiles_at_same_gateway: Callable[[str], Iterable[str]],
) -> tuple[Billing, CapabilityService, PollerPool]:
    """What is learned about gateways from events, and their pollers, which use one another."""
    active = ActiveSubmissions()
    prices, balances = PriceStore(stores.database), BalanceStore(stores.database)
    billing = Billing(ctx, prices, balances, active.of, profiles_at_same_gateway)
    capabilities = CapabilityService(ctx, CapabilityStore(stores.database), billing, profile_named)
    ctx.clients.use_evidence(capabilities.dialect_evidence)
    capability_observer = CapabilityObserver(ctx, stores.journal, stores.tasks, capabilities)
    for on_event in (billing.on_event, capabilities.on_event, capability_observer.on_event):
        ctx.events.subscribe(on_event)
    pollers = PollerPool(ctx, stores.tasks, capabilities, active)
    return billing, capabilities, pollers


def _playback(
    ctx: Context,
    stores: Stores,
    annotations: AnnotationService,
    pollers: PollerPool,
    media: MediaFetcher,
    settings: PlayerSettings,
    environ: Mapping[str, str],
    cover_file: CoverFinder,
) -> tuple[PlaybackService, DeckService, Callable[[TrackOwner], TrackPlayer]]:
    """Playback, whose player is created when it is needed; playback of several files together; and the factory of
    further players for single takes."""

    def make_player(listener: PlayerListener) -> Player:
        return HelperPlayer(listener, environ, output=environ.get("SUNOTUI_AUDIO_OUTPUT") or settings.output)

    takes = TakeReader(stores)
    opener = TrackOpener(ctx, takes, media, lambda task_id, profile: pollers.of(profile).poll_now(task_id), cover_file)
    loudness = LoudnessStore(stores.database)
    leveling = Leveling(ctx, loudness, is_on=settings.loudness)

    def make_tracks(owner: TrackOwner) -> TrackPlayer:
        return TrackPlayer(ctx, owner, opener=opener, leveling=leveling, make_player=make_player)

    playback = PlaybackService(
        ctx,
        takes,
        annotations,
        opener=opener,
        leveling=leveling,
        saver=PlaybackSaver(ctx, PlaybackStore(stores.database)),
        make_player=make_player,
    )
    ctx.events.subscribe(playback.on_event)
    decks = DeckService(ctx, opener, Leveling(ctx, loudness, is_on=True), make_player)
    return playback, decks, make_tracks


def _downloads(
    ctx: Context,
    stores: Stores,
    extras: ExtrasService,
    pollers: PollerPool,
    media: MediaFetcher,
    profile_named: Callable[[str], Profile | None],
    settings: Settings,
    environ: Mapping[str, str],
    cover_file: CoverFile,
) -> DownloadService:
    """Downloads, whose files are checked in a process of their own and tagged in threads."""
    save = settings.save
    tagger = SongTagger(ctx.storage, stores, extras, cover_file, profile_named, artist=save.artist, kinds=save.sidecars)
    links = LinkFinder(ctx.storage, stores, pollers)
    observer = LinkObserver(ctx, LinkLifeStore(stores.database))
    saver = Saver(ctx, links, media, Receiver(profile_named), HelperVerifier(environ), tagger, observer.record)
    late_sidecars = LateSidecars(ctx, SavedFileStore(stores.database), TakeLoader(stores), tagger)
    ctx.events.subscribe(late_sidecars.on_event)
    return DownloadService(ctx, stores, saver, save, late_sidecars.complete)


def _outcome_services(
    ctx: Context, stores: Stores, capabilities: CapabilityService, pollers: PollerPool, submitter: Submitter
) -> tuple[ResultCollector, SongMatcher, UnknownOutcomes]:
    """The services that determine the outcomes of requests that were sent."""
    tasks, journal = stores.tasks, stores.journal
    results = ResultCollector(
        ctx, library=tasks, journal=journal, capabilities=capabilities, pollers=pollers, submitter=submitter
    )
    song_matcher = SongMatcher(ctx, tasks, journal, capabilities)
    for on_event in (results.on_event, song_matcher.on_event):
        ctx.events.subscribe(on_event)
    unknown_outcomes = UnknownOutcomes(
        ctx, journal, pollers=pollers, submitter=submitter, results=results, song_matcher=song_matcher
    )
    return results, song_matcher, unknown_outcomes
