"""Money: what is left at each gateway, and what a request was seen to cost there. Asked after events, not polled."""

import asyncio
from collections.abc import Callable, Iterable

from sunotui.domain.errors import Trouble
from sunotui.domain.money import Balance, Price, Refund
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.task import Task, TaskStatus
from sunotui.storage.prices import PriceBook
from sunotui.studio.events import BalanceChanged, Event, LibraryChanged, RefundChecked, SubmissionChanged, TaskEnded
from sunotui.studio.ground import Ground
from sunotui.studio.tally import SETTLE_S, Tally

LOOK_AFTER_S = SETTLE_S + 0.5
"""Seconds from an acceptance or a failure to the look at the balance; what happens meanwhile shares that look."""


class Ledger:
    """Keeps balances in memory, since they are old at once, and prices in the library."""

    def __init__(
        self,
        ground: Ground,
        book: PriceBook,
        lively: Callable[[str], int],
        siblings: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        """`lively` counts a profile's tasks that are being watched; `siblings` are profiles that may spend from the
        same account."""
        self._desk = ground.desk
        self._gateways = ground.gateways
        self._newsroom = ground.newsroom
        self._clock = ground.clock
        self._errands = ground.errands
        self._book = book
        self._lively = lively
        self._siblings = siblings
        self._balances: dict[str, Balance] = {}
        self._prices: dict[tuple[str, str], tuple[Price, ...]] = {}
        self._tallies: dict[str, Tally] = {}
        self._looks: dict[str, asyncio.Lock] = {}
        self._look_at: dict[str, float] = {}
        self._failed: dict[str, list[Task]] = {}
        """Tasks whose refund is looked for at the next planned look, by profile."""
        self._refunds: dict[str, asyncio.Future[Refund]] = {}

    def load(self) -> None:
        """Read the prices; on the storage thread. Raises LibraryTrouble."""
        self._prices = self._book.all()

    def balance(self, profile: str) -> Balance | None:
        """What was left when the gateway was last asked; None where it does not tell or was not asked yet."""
        return self._balances.get(profile)

    def price(self, profile: str, request_word: str, unit: str = "") -> Price | None:
        """What a request of this word (`Request.word`) was seen to cost; None when none was learned.

        In `unit`, or else in that of the balance, since amounts of two units cannot be compared; where no balance is
        known, in the unit that was learned last."""
        balance = self.balance(profile)
        wanted = unit or (balance.unit if balance is not None else "")
        prices = self._prices.get((profile, request_word), ())
        return next((price for price in prices if wanted in {"", price.unit}), None)

    async def refund(self, task_id: str) -> Refund | None:
        """What became of the money of a task that was seen to fail, once the balance was looked at, which takes
        LOOK_AFTER_S and an answer; None at once for any other task."""
        found = self._refunds.get(task_id)
        return await asyncio.shield(found) if found is not None else None

    async def refresh(self, profile: str) -> None:
        """Ask how much is left and tell it; silent where the gateway does not say. Several at once ask once."""
        lock = self._looks.setdefault(profile, asyncio.Lock())
        if lock.locked():
            async with lock:
                return
        async with lock:
            await self._look(profile)

    def forget(self, profile: str) -> None:
        """The profile's gateway is another one now: what was learned at the old one is not true here."""
        self._balances.pop(profile, None)
        self._tallies.pop(profile, None)
        self._prices = {key: price for key, price in self._prices.items() if key[0] != profile}
        self._errands.start(f"forget the prices of {profile}", self._desk.run, self._book.forget, profile)

    async def _look(self, profile: str) -> None:
        tally = self._tally(profile)
        tally.begin_look(self._clock.monotonic())
        try:
            client = await self._gateways.client(profile)
            balance = await client.balance()
        except Trouble:
            return
        learned = tally.end_look(balance, others=self._lively(profile) - 1)
        if balance is None:
            return
        self._balances[profile] = balance
        if learned is not None:
            await self._keep(profile, learned.word, learned.amount, learned.unit)
        self._newsroom.tell(BalanceChanged(profile, balance))

    async def _keep(self, profile: str, word: str, amount: float, unit: str) -> None:
        def write() -> tuple[Price, ...]:
            self._book.add(profile, word, amount, unit, self._clock.now())
            return self._book.prices(profile, word)

        try:
            self._prices[profile, word] = await self._desk.run(write)
        except Trouble:
            # A full disk costs a lesson; the balance is told all the same.
            return

    # --- what happened -----------------------------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """News of the studio."""
        now = self._clock.monotonic()
        if isinstance(event, SubmissionChanged):
            self._hear_submission(event.submission, now)
            self._disturb_siblings(event.submission.profile, now)
        elif isinstance(event, TaskEnded):
            self._disturb_siblings(event.task.profile, now)
            self._hear_end(event.task, now)
        elif isinstance(event, LibraryChanged):
            # Another process may have sent something with the same key.
            for tally in self._tallies.values():
                tally.disturb(now)
            self._errands.start("read the prices that other processes learned", self._reread)

    def _hear_end(self, task: Task, now: float) -> None:
        if task.status is TaskStatus.SUCCESS:
            self._tally(task.profile).ended_well(task.submission_id or "", now)
        else:
            # Relays give the money back when they see the failure (protocol 4.4).
            self._tally(task.profile).failed(task.submission_id or "", now)
            self._failed.setdefault(task.profile, []).append(task)
            self._refunds[task.id] = asyncio.get_running_loop().create_future()
            self._look_soon(task.profile)

    def _disturb_siblings(self, profile: str, now: float) -> None:
        for sibling in self._siblings(profile):
            self._tally(sibling).disturb(now)

    async def _reread(self) -> None:
        self._prices.update(await self._desk.run(self._book.all))

    def _hear_submission(self, submission: Submission, now: float) -> None:
        tally = self._tally(submission.profile)
        match submission.state:
            case SubmissionState.SENDING:
                tally.sent(submission.id)
            case SubmissionState.ACCEPTED:
                tally.accepted(submission.id, submission.request.word, now)
                self._look_soon(submission.profile)
            case SubmissionState.REJECTED:
                tally.rejected(submission.id, now)
            case SubmissionState.UNKNOWN:
                tally.lost(submission.id, now)
                self._look_soon(submission.profile)
            case _:
                pass

    def _look_soon(self, profile: str) -> None:
        """One look for everything that happens in the next seconds, and one more for what comes during the look."""
        is_planned = profile in self._look_at
        self._look_at[profile] = self._clock.monotonic() + LOOK_AFTER_S
        if not is_planned:
            self._errands.start(f"balance of {profile}", self._planned_look, profile)

    async def _planned_look(self, profile: str) -> None:
        never = asyncio.Event()
        latest = self._clock.monotonic() + 5 * LOOK_AFTER_S
        while (wait := min(self._look_at[profile], latest) - self._clock.monotonic()) > 0:
            await self._clock.wait(never, wait)
        del self._look_at[profile]
        failed = self._failed.pop(profile, [])
        await self.refresh(profile)
        for task in failed:
            refund = self._tally(profile).refund(task.submission_id or "", running=self._lively(profile))
            self._refunds[task.id].set_result(refund)
            self._newsroom.tell(RefundChecked(task, refund))

    def _tally(self, profile: str) -> Tally:
        return self._tallies.setdefault(profile, Tally())
