"""Capabilities of a gateway: probed once a day, learned from outcomes, saved, and never blocking."""

from __future__ import annotations

import json

from sunotui.core.events import CapabilitiesChanged
from sunotui.core.gateways.capabilities import PROBE_AGAIN_S, PROBE_EVERY_S
from sunotui.domain.errors import LibraryError, NetworkError, NotSupported
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software, Support
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.requests.request import ConcatRequest, DerivedRequest, MusicRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import build_payload
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.capabilities import CapabilityStore
from tests.core.harness import CoreHarness
from tests.support.sending import send_request

CONCAT = ConcatRequest(clip_id="c")
COVER = DerivedRequest("cover", clip_id="parent", style="jazz")


def verdict(bench: CoreHarness, feature: Feature) -> Support:
    return bench.core.services.capabilities.known("main").verdict(feature)


async def answer(bench: CoreHarness) -> None:
    """Trigger a successful response of the gateway."""
    await bench.core.refresh(["anything"])
    await bench.settle()


async def test_pages_are_probed_after_the_first_response_and_once_a_day(bench: CoreHarness, rare_beat: None) -> None:
    bench.gateway.found = Capabilities(software=Software.NEW_API, version="v0.9")
    await bench.core.start()
    await bench.settle()
    assert bench.gateway.probes == 0, "nothing is asked before the gateway answered for another reason"
    for _ in range(3):
        await answer(bench)
    assert bench.gateway.probes == 1
    assert (await bench.core.services.capabilities.of("main")).software is Software.NEW_API
    await bench.clock.advance(PROBE_EVERY_S + 1)
    await answer(bench)
    assert bench.gateway.probes == 2


async def test_a_failed_probe_is_not_repeated_for_an_hour(bench: CoreHarness, rare_beat: None) -> None:
    bench.gateway.probe_trouble = NetworkError()
    await bench.core.start()
    await answer(bench)
    await answer(bench)
    assert bench.gateway.probes == 1
    await bench.clock.advance(PROBE_AGAIN_S + 1)
    bench.gateway.probe_trouble = None
    await answer(bench)
    assert bench.gateway.probes == 2
    assert bench.core.services.capabilities.known("main").probed_at is not None


async def test_another_probe_keeps_learned_evidence(bench: CoreHarness) -> None:
    await bench.core.services.capabilities.learn("main", Feature.CONCAT, False, "seen")
    bench.gateway.found = Capabilities(software=Software.ONE_HUB).learned(Feature.FEED, True, 1.0)
    found = await bench.core.services.capabilities.probe("main")
    assert [found.verdict(feature) for feature in (Feature.CONCAT, Feature.FEED, Feature.WAV)] == [
        Support.MISSING,
        Support.OFFERED,
        Support.UNKNOWN,
    ]
    assert bench.published(CapabilitiesChanged)[-1] == CapabilitiesChanged("main", found)


async def test_evidence_is_saved_and_equal_evidence_is_not_published(bench: CoreHarness) -> None:
    for _ in range(3):
        await bench.core.services.capabilities.learn("main", Feature.WAV, True, "it answered")
    assert len(bench.published(CapabilitiesChanged)) == 1
    kept = await bench.core.storage.run(CapabilityStore(bench.core.stores.database).load, "main")
    assert kept == bench.core.services.capabilities.known("main")
    await bench.core.services.capabilities.learn("main", Feature.WAV, False, "gone")
    assert verdict(bench, Feature.WAV) is Support.MISSING


async def test_with_a_full_disk_evidence_lasts_for_this_run(bench: CoreHarness) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full")

    bench.core.services.capabilities._store.change = full  # type: ignore[method-assign, assignment]
    await bench.core.services.capabilities.learn("main", Feature.WAV, False, "gone")
    assert verdict(bench, Feature.WAV) is Support.MISSING


async def test_acceptance_and_rejection_are_evidence(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Rejected(NotSupported(http_status=503))
    await send_request(bench.core, CONCAT, "main")
    await bench.settle()
    assert verdict(bench, Feature.CONCAT) is Support.MISSING
    (sentence,) = bench.core.services.capabilities.warnings(CONCAT, build_payload(CONCAT), "main")
    assert "did not work at this gateway on 2023-11-14" in sentence
    bench.gateway.outcome = lambda _: Accepted("task-2")
    await send_request(bench.core, CONCAT, "main", is_again=True)
    await bench.settle()
    assert verdict(bench, Feature.CONCAT) is Support.OFFERED
    assert bench.core.services.capabilities.warnings(CONCAT, build_payload(CONCAT), "main") == ()


async def test_an_unknown_outcome_without_the_endpoint_is_evidence(bench: CoreHarness) -> None:
    bench.gateway.outcome = lambda _: Unknown(NotSupported(), "<html>")
    await send_request(bench.core, CONCAT, "main")
    await bench.settle()
    assert verdict(bench, Feature.CONCAT) is Support.MISSING


async def test_a_finished_take_shows_whether_fields_are_passed_on(bench: CoreHarness) -> None:
    await bench.core.start()
    for number, kind in ((1, DerivationKind.CONTINUATION), (2, DerivationKind.COVER)):
        await send_request(bench.core, COVER, "main", is_again=True)
        made_of = {"parents": ("parent",), "derivations": (Derivation(kind, "parent"),)}
        clip = Clip(f"take-{number}", status=ClipStatus.COMPLETE, tags="jazz", **made_of)
        bench.gateway.tell(f"task-{number}", TaskStatus.SUCCESS, clips=(clip,))
        await bench.clock.advance(6)
        expected = Support.OFFERED if kind is DerivationKind.COVER else Support.MISSING
        assert verdict(bench, Feature.COVER) is expected
        if kind is DerivationKind.CONTINUATION:
            shown = await bench.core.reader.detail("task-1")
            assert shown is not None
            assert [difference.field for difference in shown.differences_of(clip)] == ["Cover of"]
            (sentence,) = bench.core.services.capabilities.warnings(COVER, build_payload(COVER), "main")
            assert sentence.endswith("the finished take does not show it")


async def test_a_low_balance_causes_a_warning(bench: CoreHarness) -> None:
    bench.gateway.money = Balance(0.0, "$")
    await bench.core.services.billing.refresh("main")
    song = MusicRequest(description="rain")
    assert bench.core.services.capabilities.warnings(song, build_payload(song), "main") == (
        "The gateway says that the balance is used up ($0.00)",
    )


async def test_another_gateway_under_the_same_name_is_another_gateway(bench: CoreHarness) -> None:
    core = bench.core
    await core.services.capabilities.learn("main", Feature.CONCAT, False, "seen")
    bench.gateway.money = Balance(5.0, "$")
    await core.services.billing.refresh("main")
    await core.services.billing._save_price("main", "music", 0.1, "$")
    core.add_profile(Profile("main", parse_base_url("http://127.0.0.1:10")))
    await bench.settle()
    assert core.services.capabilities.known("main") == Capabilities()
    assert (core.services.billing.balance("main"), core.services.billing.price("main", "music")) == (None, None)
    assert await core.storage.run(core.services.billing._price_store.all) == {}
    assert await core.storage.run(core.services.capabilities._store.all) == {}


async def test_evidence_of_another_process_is_loaded(bench: CoreHarness) -> None:
    await bench.core.start()
    await bench.settle()
    neighbour = Database.open(bench.core.paths.library)
    CapabilityStore(neighbour).save("main", Capabilities().learned(Feature.STEMS, True, 1.0))
    neighbour.close()
    await bench.clock.advance(3)
    assert verdict(bench, Feature.STEMS) is Support.OFFERED


async def test_values_of_a_newer_version_cause_no_error(bench: CoreHarness) -> None:
    def write() -> None:
        with bench.core.stores.database.write() as connection:
            text = json.dumps({"evidence": {"telepathy": {"is_offered": True, "learned_at": 1}}, "software": "x"})
            connection.execute("INSERT INTO offers (profile, text) VALUES ('new', ?)", (text,))

    await bench.core.storage.run(write)
    assert await bench.core.services.capabilities.of("new") == Capabilities()
