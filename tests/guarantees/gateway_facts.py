"""Facts about gateways that the source and the tests refer to by a code."""

from __future__ import annotations

GATEWAY_FACTS = {
    "G1": "No gateway has an idempotency key: an identical second POST is a second paid task.",
    "G2": "No gateway lists the tasks of a token, so an unknown outcome cannot be looked up.",
    "G3": "one-hub can respond to a paid, accepted submission with status 200 and an empty body.",
    "G4": "new-api can respond to one submission with two JSON documents, which may stand for two paid tasks.",
    "G5": "Gateways retry upstream themselves, so a 5xx response can follow an accepted task.",
    "G6": "Suno-API can return 500 after Suno accepted the request.",
    "G7": "A submission may legitimately take six minutes before the response.",
    "G8": "one-hub returns at most 100 tasks of a batch and leaves out the rest without notice; unknown ids are left "
    "out too.",
    "G9": "One task with bad data can make the response to a whole batch empty or invalid.",
    "G10": "Error texts can contain a whole upstream response, of any size and content.",
    "G11": "FAILURE is not always final: Suno-API gives up after 600 seconds although the song may still be finished.",
    "G12": "Suno-API strips the characters of the word Bearer from the start of a token, so some tokens never work.",
    "G13": "Suno-API's account page contains the owner's cookie and JWT; sunotui never requests it.",
    "G14": "The response to a fetch of a single task differs between gateways; only the batch form is common to all.",
    "G15": "new-api passes the headers of its upstream on, cookies included.",
    "G16": "A well-formed refusal is not charged, and a failed task is normally refunded.",
}
"""Facts about gateways that decided the design. They are observations, not guarantees, and have no tests of their
own."""
