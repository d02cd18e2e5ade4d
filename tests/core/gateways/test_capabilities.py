"""Capabilities of a gateway: probed once a day, learned from outcomes, saved, and never blocking."""

from __future__ import annotations

import json
from typing import Any

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
from tests.support.send_request import send_request

CONCAT = ConcatRequest(clip_id="c")
COVER = DerivedRequest("cover", clip_id="parent", style="jazz")


def support(harness: CoreHarness, feature: Feature) -> Support:
    return harness.core.services.capabilities.known("main").support(feature)


async def respond(harness: CoreHarness) -> None:
    """Trigger a successful response of the gateway."""
    await harness.core.refresh(["anything"])
    await harness.settle()


async def test_pages_are_probed_after_the_first_response_and_once_a_day(harness: CoreHarness, rare_beat: None) -> None:
    harness.gateway.found = Capabilities(software=Software.NEW_API, version="v0.9")
    await harness.core.start()
    await harness.settle()
    assert harness.gateway.probes == 0, "nothing is asked before the gateway responded for another reason"
    for _ in range(3):
        await respond(harness)
    assert harness.gateway.probes == 1
    assert (await harness.core.services.capabilities.of("main")).software is Software.NEW_API
    await harness.clock.advance(PROBE_EVERY_S + 1)
    await respond(harness)
    assert harness.gateway.probes == 2


async def test_a_failed_probe_is_not_repeated_for_an_hour(harness: CoreHarness, rare_beat: None) -> None:
    harness.gateway.probe_error = NetworkError()
    await harness.core.start()
    await respond(harness)
    await respond(harness)
    assert harness.gateway.probes == 1
    await harness.clock.advance(PROBE_AGAIN_S + 1)
    harness.gateway.probe_error = None
    await respond(harness)
    assert harness.gateway.probes == 2
    assert harness.core.services.capabilities.known("main").probed_at is not None


async def test_another_probe_keeps_learned_evidence(harness: CoreHarness) -> None:
    await harness.core.services.capabilities.learn("main", Feature.CONCAT, False, "seen")
    harness.gateway.found = Capabilities(software=Software.ONE_HUB).learned(Feature.FEED, True, 1.0)
    found = await harness.core.services.capabilities.probe("main")
    assert [found.support(feature) for feature in (Feature.CONCAT, Feature.FEED, Feature.WAV)] == [
        Support.MISSING,
        Support.OFFERED,
        Support.UNKNOWN,
    ]
    assert harness.published(CapabilitiesChanged)[-1] == CapabilitiesChanged("main", found)


async def test_evidence_is_saved_and_equal_evidence_is_not_published(harness: CoreHarness) -> None:
    for _ in range(3):
        await harness.core.services.capabilities.learn("main", Feature.WAV, True, "it responded")
    assert len(harness.published(CapabilitiesChanged)) == 1
    kept = await harness.core.storage.run(CapabilityStore(harness.core.stores.database).load, "main")
    assert kept == harness.core.services.capabilities.known("main")
    await harness.core.services.capabilities.learn("main", Feature.WAV, False, "gone")
    assert support(harness, Feature.WAV) is Support.MISSING


async def test_with_a_full_disk_evidence_lasts_for_this_run(harness: CoreHarness) -> None:
    def full(*_: object) -> None:
        raise LibraryError("The disk is full")

    harness.core.services.capabilities._store.change = full  # type: ignore[method-assign, assignment]
    await harness.core.services.capabilities.learn("main", Feature.WAV, False, "gone")
    assert support(harness, Feature.WAV) is Support.MISSING


async def test_acceptance_and_rejection_are_evidence(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Rejected(NotSupported(http_status=503))
    await send_request(harness.core, CONCAT, "main")
    await harness.settle()
    assert support(harness, Feature.CONCAT) is Support.MISSING
    (sentence,) = harness.core.services.capabilities.warnings(CONCAT, build_payload(CONCAT), "main")
    assert "did not work at this gateway on 2023-11-14" in sentence
    harness.gateway.outcome = lambda _: Accepted("task-2")
    await send_request(harness.core, CONCAT, "main", is_again=True)
    await harness.settle()
    assert support(harness, Feature.CONCAT) is Support.OFFERED
    assert harness.core.services.capabilities.warnings(CONCAT, build_payload(CONCAT), "main") == ()


async def test_an_unknown_outcome_without_the_endpoint_is_evidence(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda _: Unknown(NotSupported(), "<html>")
    await send_request(harness.core, CONCAT, "main")
    await harness.settle()
    assert support(harness, Feature.CONCAT) is Support.MISSING


async def test_a_finished_take_shows_whether_fields_are_passed_on(harness: CoreHarness) -> None:
    await harness.core.start()
    for number, kind in ((1, DerivationKind.CONTINUATION), (2, DerivationKind.COVER)):
        await send_request(harness.core, COVER, "main", is_again=True)
        made_of: dict[str, Any] = {"parents": ("parent",), "derivations": (Derivation(kind, "parent"),)}
        clip = Clip(f"take-{number}", status=ClipStatus.COMPLETE, tags="jazz", **made_of)
        harness.gateway.set_task(f"task-{number}", TaskStatus.SUCCESS, clips=(clip,))
        await harness.clock.advance(6)
        expected = Support.OFFERED if kind is DerivationKind.COVER else Support.MISSING
        assert support(harness, Feature.COVER) is expected
        if kind is DerivationKind.CONTINUATION:
            shown = await harness.core.reader.detail("task-1")
            assert shown is not None
            assert [difference.field for difference in shown.differences_of(clip)] == ["Cover source"]
            (sentence,) = harness.core.services.capabilities.warnings(COVER, build_payload(COVER), "main")
            assert sentence.endswith("the finished take does not show it")


async def test_a_low_balance_causes_a_warning(harness: CoreHarness) -> None:
    harness.gateway.money = Balance(0.0, "$")
    await harness.core.services.billing.refresh("main")
    song = MusicRequest(description="rain")
    assert harness.core.services.capabilities.warnings(song, build_payload(song), "main") == (
        "The gateway says that the balance is used up ($0.00)",
    )


async def test_another_gateway_under_the_same_name_is_another_gateway(harness: CoreHarness) -> None:
    core = harness.core
    await core.services.capabilities.learn("main", Feature.CONCAT, False, "seen")
    harness.gateway.money = Balance(5.0, "$")
    await core.services.billing.refresh("main")
    await core.services.billing._save_price("main", "music", 0.1, "$")
    core.add_profile(Profile("main", parse_base_url("http://127.0.0.1:10")))
    await harness.settle()
    assert core.services.capabilities.known("main") == Capabilities()
    assert (core.services.billing.balance("main"), core.services.billing.price("main", "music")) == (None, None)
    assert await core.storage.run(core.services.billing._price_store.all) == {}
    assert await core.storage.run(core.services.capabilities._store.all) == {}


async def test_evidence_of_another_process_is_loaded(harness: CoreHarness) -> None:
    await harness.core.start()
    await harness.settle()
    other_program = Database.open(harness.core.paths.library)
    CapabilityStore(other_program).save("main", Capabilities().learned(Feature.STEMS, True, 1.0))
    other_program.close()
    await harness.clock.advance(3)
    assert support(harness, Feature.STEMS) is Support.OFFERED
    known = harness.core.services.capabilities.known("main")
    assert harness.published(CapabilitiesChanged) == [CapabilitiesChanged("main", known)]


async def test_values_of_a_newer_version_cause_no_error(harness: CoreHarness) -> None:
    def write() -> None:
        with harness.core.stores.database.write() as connection:
            text = json.dumps({"evidence": {"telepathy": {"is_offered": True, "learned_at": 1}}, "software": "x"})
            connection.execute("INSERT INTO offers (profile, text) VALUES ('new', ?)", (text,))

    await harness.core.storage.run(write)
    assert await harness.core.services.capabilities.of("new") == Capabilities()
