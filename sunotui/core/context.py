"""The context: the dependencies that every service needs."""

from __future__ import annotations

import random

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock
from sunotui.core.event_bus import EventBus
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.named_tuple import NamedTuple
from sunotui.storage.worker import StorageThread


class Context(NamedTuple):
    """Access to storage, gateways, events, time and background tasks."""

    storage: StorageThread
    clients: ClientPool
    events: EventBus
    clock: Clock
    rng: random.Random
    background: BackgroundTasks
