"""Money: what is left at each gateway, and what a request was seen to cost there. Asked after events, not polled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from sunotui.core.context import Context
from sunotui.core.events import (
    BalanceChanged,
    Event,
    LibraryChanged,
    ProfileChanged,
    RefundChecked,
    SubmissionChanged,
    TaskEnded,
)
from sunotui.core.gateways.price_inference import SETTLE_S, PriceEstimator, price_between, with_record
from sunotui.domain.errors import SunotuiError
from sunotui.domain.money import Balance, Price, Refund
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.failure_reasons import says_no_refund
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.storage.gateway_facts.balances import BalanceStore, UnpricedSubmission
from sunotui.storage.gateway_facts.prices import PriceStore

CHECK_AFTER_S = SETTLE_S + 0.5
"""Seconds from an acceptance or a failure to the look at the balance; what happens meanwhile shares that look."""


class Billing:
    """Keeps balances in memory, since they are old at once, and prices in the library."""

    def __init__(
        self,
        ctx: Context,
        book: PriceStore,
        looks: BalanceStore,
        active_submissions: Callable[[str], Sequence[str] | None],
        siblings: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        """`active_submissions` gives the submissions of a profile's unfinished tasks, None where they are not known;
        `siblings` are profiles that may spend from the same account."""
        self._storage = ctx.storage
        self._gateways = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._book = book
        self._kept_looks = looks
        self._active_submissions = active_submissions
        self._siblings = siblings
        self._balances: dict[str, Balance] = {}
        self._seen_at: dict[str, float] = {}
        """Unix seconds at which the gateway was asked for each balance."""
        self._prices: dict[tuple[str, str], tuple[Price, ...]] = {}
        self._tallies: dict[str, PriceEstimator] = {}
        self._looks: dict[str, asyncio.Lock] = {}
        self._look_at: dict[str, float] = {}
        self._failed: dict[str, dict[str, Task]] = {}
        """Tasks whose refund is looked for at the next planned look, by profile and id."""
        self._refunds: dict[str, asyncio.Future[Refund]] = {}

    def load(self) -> None:
        """Read the prices; on the storage thread. Raises LibraryError."""
        self._prices = self._book.all()

    def balance(self, profile: str) -> Balance | None:
        """What was left when the gateway was last asked; None where it does not tell or was not asked yet."""
        return self._balances.get(profile)

    def price(self, profile: str, request_word: str, unit: str = "") -> Price | None:
        """What a request of this kind (`Request.kind`) was seen to cost; None when none was learned.

        In `unit`, or else in that of the balance, since amounts of two units cannot be compared; where no balance is
        known, in the unit that was learned last."""
        balance = self.balance(profile)
        wanted = unit or (balance.unit if balance is not None else "")
        prices = self._prices.get((profile, request_word), ())
        return next((price for price in prices if wanted in {"", price.unit}), None)

    async def refund(self, task_id: str) -> Refund | None:
        """What became of the money of a task that was seen to fail, once the balance was looked at, which takes
        CHECK_AFTER_S and an answer; None at once for any other task."""
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

    async def save_balance(self, profile: str) -> None:
        """Keep the balance for the commands that come after this one: what is sent now may end without another look.

        Silent where no balance is known, where the next command may have another key, since both come from the
        environment, and where the library cannot be written.
        """
        balance, found = self.balance(profile), self._gateways.profile(profile)
        if balance is None or found is None or found.is_from_env:
            return
        seen_at = self._seen_at[profile]
        try:
            await self._storage.run(self._kept_looks.save, profile, found.base_url.origin, balance, seen_at)
        except SunotuiError:
            return

    async def forget_balance(self, profile: str) -> None:
        """Forget what `save_balance` kept: the profile's key may be another one now, of another account."""
        try:
            await self._storage.run(self._kept_looks.delete, profile)
        except SunotuiError:
            return

    async def learn_earlier_price(self, profile: str) -> None:
        """Learn what a request cost that an earlier command sent without waiting for its end. Asks for the balance
        only where that tells the price."""
        if await self._unpriced(profile) is not None:
            await self.refresh(profile)

    def forget(self, profile: str) -> None:
        """The profile's gateway is another one now: what was learned at the old one is not true here."""
        self._balances.pop(profile, None)
        self._tallies.pop(profile, None)
        self._prices = {key: price for key, price in self._prices.items() if key[0] != profile}
        self._background.start(f"forget the prices of {profile}", self._storage.run, self._forget_kept, profile)

    def _forget_kept(self, profile: str) -> None:
        self._book.delete(profile)
        self._kept_looks.delete(profile)

    async def _look(self, profile: str) -> None:
        tally = self._tally(profile)
        tally.begin_check(self._clock.monotonic())
        seen_at = self._clock.now()
        earlier = await self._unpriced(profile)
        try:
            client = await self._gateways.client(profile)
            balance = await client.balance()
        except SunotuiError:
            return
        learned = tally.end_check(balance, running=self._active_submissions(profile))
        if balance is None:
            return
        self._balances[profile], self._seen_at[profile] = balance, seen_at
        if learned is None and earlier is not None and earlier == await self._unpriced(profile):
            # Nothing else was sent while the gateway was asked.
            learned = price_between(earlier.before, balance, earlier.kind)
        if learned is not None:
            await self._keep(profile, learned.word, learned.amount, learned.unit)
        self._events.publish(BalanceChanged(profile, balance))

    async def _unpriced(self, profile: str) -> UnpricedSubmission | None:
        found = self._gateways.profile(profile)
        if found is None or found.is_from_env:
            return None
        siblings, origin = tuple(self._siblings(profile)), found.base_url.origin
        try:
            return await self._storage.run(
                self._kept_looks.unpriced, profile, origin, siblings, self._clock.now(), SETTLE_S
            )
        except SunotuiError:
            # A lesson less: the balance is told all the same.
            return None

    async def _keep(self, profile: str, word: str, amount: float, unit: str) -> None:
        def write() -> tuple[Price, ...]:
            self._book.add(profile, word, amount, unit, self._clock.now())
            # It has told its price: another command must not learn the same again.
            self._kept_looks.delete(profile)
            return self._book.prices(profile, word)

        try:
            self._prices[profile, word] = await self._storage.run(write)
        except SunotuiError:
            # A full disk costs a lesson; the balance is told all the same.
            return

    # --- what happened -----------------------------------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """News of the studio."""
        now = self._clock.monotonic()
        if isinstance(event, SubmissionChanged):
            self._hear_submission(event.submission, now)
            self._disturb_siblings(event.submission.profile, now)
        elif isinstance(event, TaskEnded):
            self._disturb_siblings(event.task.profile, now)
            self._hear_end(event.task, now)
        elif isinstance(event, ProfileChanged):
            self._background.start(f"forget the look at {event.profile}", self.forget_balance, event.profile)
        elif isinstance(event, LibraryChanged):
            # Another process may have sent something with the same key.
            for tally in self._tallies.values():
                tally.disturb(now)
            self._background.start("read the prices that other processes learned", self._reread)

    def _hear_end(self, task: Task, now: float) -> None:
        if task.status is TaskStatus.SUCCESS:
            self._tally(task.profile).succeeded(task.submission_id or "", now)
        else:
            # Relays give the money back when they see the failure (protocol 4.4).
            self._tally(task.profile).failed(task.submission_id or "", now)
            self._failed.setdefault(task.profile, {})[task.id] = task
            known = self._refunds.get(task.id)
            if known is None or known.done():
                # A refresh may bring a failed task back to life, and it may fail again before the look.
                self._refunds[task.id] = asyncio.get_running_loop().create_future()
            self._look_soon(task.profile)

    def _disturb_siblings(self, profile: str, now: float) -> None:
        for sibling in self._siblings(profile):
            self._tally(sibling).disturb(now)

    async def _reread(self) -> None:
        self._prices.update(await self._storage.run(self._book.all))

    def _hear_submission(self, submission: Submission, now: float) -> None:
        tally = self._tally(submission.profile)
        match submission.state:
            case SubmissionState.SENDING:
                tally.sent(submission.id)
            case SubmissionState.ACCEPTED:
                tally.accepted(submission.id, submission.request.kind, now)
                self._look_soon(submission.profile)
            case SubmissionState.REJECTED:
                tally.rejected(submission.id, now)
            case SubmissionState.UNKNOWN:
                tally.outcome_unknown(submission.id, now)
                self._look_soon(submission.profile)
            case _:
                pass

    def _look_soon(self, profile: str) -> None:
        """One look for everything that happens in the next seconds, and one more for what comes during the look."""
        is_planned = profile in self._look_at
        self._look_at[profile] = self._clock.monotonic() + CHECK_AFTER_S
        if not is_planned:
            self._background.start(f"balance of {profile}", self._planned_look, profile)

    async def _planned_look(self, profile: str) -> None:
        never = asyncio.Event()
        latest = self._clock.monotonic() + 5 * CHECK_AFTER_S
        while (wait := min(self._look_at[profile], latest) - self._clock.monotonic()) > 0:
            await self._clock.wait(never, wait)
        del self._look_at[profile]
        failed = list(self._failed.pop(profile, {}).values())
        await self.refresh(profile)
        quotas = await self._charged_quotas(profile, failed)
        for task in failed:
            by_balance = self._tally(profile).refund(
                task.submission_id or "", running=self._active_submissions(profile)
            )
            refund = with_record(by_balance, quotas.get(task.id))
            if not self._refunds[task.id].done():
                self._refunds[task.id].set_result(refund)
            self._events.publish(RefundChecked(task, refund))

    async def _charged_quotas(self, profile: str, failed: Iterable[Task]) -> dict[str, float]:
        """What the gateway's record counts for failed tasks, where it tells and it means something.

        A task that ended with a charge is asked for again: new-api writes the failure down a moment before it gives the
        money back. A timeout without a refund clears the charge as well, and says so in its reason.
        """
        told = {
            task.id: task.charged_quota
            for task in failed
            if task.charged_quota is not None and not says_no_refund(task.fail_reason)
        }
        found = {task_id: quota for task_id, quota in told.items() if quota == 0}
        if open_ids := [task_id for task_id in told if task_id not in found]:
            try:
                client = await self._gateways.client(profile)
                batch = await client.fetch_tasks(open_ids)
            except SunotuiError:
                return found
            found |= {one.id: one.charged_quota for one in batch.reports if one.charged_quota is not None}
        return found

    def _tally(self, profile: str) -> PriceEstimator:
        return self._tallies.setdefault(profile, PriceEstimator())
