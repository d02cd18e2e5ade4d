"""Balances, learned prices and refunds at each gateway. The balance is checked after events, not polled."""

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
from sunotui.domain.gateways.money import Balance, Price, Refund
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.failure_reasons import says_no_refund
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.storage.gateway_facts.balances import BalanceStore, UnpricedSubmission
from sunotui.storage.gateway_facts.prices import PriceStore

CHECK_AFTER_S = SETTLE_S + 0.5
"""Seconds from an acceptance or a failure to the check of the balance; events in between share the check."""


class Billing:
    """Tracks balances in memory, since they soon become outdated, and prices in the library."""

    def __init__(
        self,
        ctx: Context,
        price_store: PriceStore,
        balance_store: BalanceStore,
        active_submissions: Callable[[str], Sequence[str] | None],
        profiles_of_account: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        """`active_submissions` returns the submissions of a profile's unfinished tasks, None if they are unknown;
        `profiles_of_account` returns the profiles that may spend from the same account."""
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._price_store = price_store
        self._balance_store = balance_store
        self._active_submissions = active_submissions
        self._profiles_of_account = profiles_of_account
        self._balances: dict[str, Balance] = {}
        self._checked_at: dict[str, float] = {}
        """When each balance was requested, in Unix seconds."""
        self._prices: dict[tuple[str, str], tuple[Price, ...]] = {}
        self._estimators: dict[str, PriceEstimator] = {}
        self._check_locks: dict[str, asyncio.Lock] = {}
        self._check_at: dict[str, float] = {}
        self._failed: dict[str, dict[str, Task]] = {}
        """Tasks whose refund is checked with the next balance, by profile and id."""
        self._refunds: dict[str, asyncio.Future[Refund]] = {}

    def load(self) -> None:
        """Load the prices; call it on the storage thread. Raises LibraryError."""
        self._prices = self._price_store.all()

    def balance(self, profile: str) -> Balance | None:
        """The last known balance; None if the gateway does not report a balance or it was not requested yet."""
        return self._balances.get(profile)

    def price(self, profile: str, kind: str, unit: str = "") -> Price | None:
        """The learned price of a request with this `Request.kind`; None if unknown. In `unit` or, by default, in the
        unit of the balance, since amounts in different units cannot be compared; without a known balance, in the unit
        of the latest price."""
        balance = self.balance(profile)
        wanted = unit or (balance.unit if balance is not None else "")
        prices = self._prices.get((profile, kind), ())
        return next((price for price in prices if wanted in {"", price.unit}), None)

    async def refund(self, task_id: str) -> Refund | None:
        """Wait for the balance check after a task's failure, CHECK_AFTER_S and a response, and return whether it was
        refunded; None immediately for any other task."""
        found = self._refunds.get(task_id)
        return await asyncio.shield(found) if found is not None else None

    async def refresh(self, profile: str) -> None:
        """Fetch the balance and publish it; a gateway without a balance is not an error. Concurrent calls share one
        request."""
        lock = self._check_locks.setdefault(profile, asyncio.Lock())
        if lock.locked():
            async with lock:
                return
        async with lock:
            await self._check_balance(profile)

    async def save_balance(self, profile: str) -> None:
        """Save the balance for later commands, since a request sent now may end without another check. Does nothing if
        no balance is known, if the library cannot be written, and for the profile of the environment, since the next
        command may have another key.
        """
        balance, found = self.balance(profile), self._clients.profile(profile)
        if balance is None or found is None or found.is_from_env:
            return
        checked_at = self._checked_at[profile]
        try:
            await self._storage.run(self._balance_store.save, profile, found.base_url.origin, balance, checked_at)
        except SunotuiError:
            return

    async def forget_balance(self, profile: str) -> None:
        """Delete the saved balance: the profile may have a key of another account now."""
        try:
            await self._storage.run(self._balance_store.delete, profile)
        except SunotuiError:
            return

    async def learn_earlier_price(self, profile: str) -> None:
        """Learn the price of a request that an earlier command sent without waiting for its end. Fetches the balance
        only if it can show the price."""
        if await self._unpriced(profile) is not None:
            await self.refresh(profile)

    def forget(self, profile: str) -> None:
        """Delete the prices and balances of a profile whose gateway has changed."""
        self._balances.pop(profile, None)
        self._estimators.pop(profile, None)
        self._prices = {key: price for key, price in self._prices.items() if key[0] != profile}
        self._background.start(f"forget the prices of {profile}", self._storage.run, self._forget_saved, profile)

    def _forget_saved(self, profile: str) -> None:
        self._price_store.delete(profile)
        self._balance_store.delete(profile)

    async def _check_balance(self, profile: str) -> None:
        estimator = self._estimator(profile)
        estimator.begin_check(self._clock.monotonic())
        checked_at = self._clock.now()
        earlier = await self._unpriced(profile)
        try:
            client = await self._clients.client(profile)
            balance = await client.balance()
        except SunotuiError:
            return
        learned = estimator.end_check(balance, running=self._active_submissions(profile))
        if balance is None:
            return
        self._balances[profile], self._checked_at[profile] = balance, checked_at
        if learned is None and earlier is not None and earlier == await self._unpriced(profile):
            # Nothing else was sent during the request.
            learned = price_between(earlier.before, balance, earlier.kind)
        if learned is not None:
            await self._save_price(profile, learned.word, learned.amount, learned.unit)
        self._events.publish(BalanceChanged(profile, balance))

    async def _unpriced(self, profile: str) -> UnpricedSubmission | None:
        found = self._clients.profile(profile)
        if found is None or found.is_from_env:
            return None
        profiles_of_account, origin = tuple(self._profiles_of_account(profile)), found.base_url.origin
        try:
            return await self._storage.run(
                self._balance_store.unpriced, profile, origin, profiles_of_account, self._clock.now(), SETTLE_S
            )
        except SunotuiError:
            # The price is not learned; the balance is still published.
            return None

    async def _save_price(self, profile: str, word: str, amount: float, unit: str) -> None:
        def write() -> tuple[Price, ...]:
            self._price_store.add(profile, word, amount, unit, self._clock.now())
            # Its price is known now and must not be learned again by another command.
            self._balance_store.delete(profile)
            return self._price_store.prices(profile, word)

        try:
            self._prices[profile, word] = await self._storage.run(write)
        except SunotuiError:
            # On a full disk the price is not learned; the balance is still published.
            return

    # --- events ------------------------------------------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """Schedule checks of the balance after submissions and ends of tasks."""
        now = self._clock.monotonic()
        if isinstance(event, SubmissionChanged):
            self._on_submission(event.submission, now)
            self._invalidate_checks(event.submission.profile, now)
        elif isinstance(event, TaskEnded):
            self._invalidate_checks(event.task.profile, now)
            self._on_task_ended(event.task, now)
        elif isinstance(event, ProfileChanged):
            self._background.start(f"forget the balance of {event.profile}", self.forget_balance, event.profile)
        elif isinstance(event, LibraryChanged):
            # Another process may have sent something with the same key.
            for estimator in self._estimators.values():
                estimator.disturb(now)
            self._background.start("read the prices that other processes learned", self._reload)

    def _on_task_ended(self, task: Task, now: float) -> None:
        if task.status is TaskStatus.SUCCESS:
            self._estimator(task.profile).succeeded(task.submission_id or "", now)
        else:
            # Relays refund when they detect the failure (protocol 4.4).
            self._estimator(task.profile).failed(task.submission_id or "", now)
            self._failed.setdefault(task.profile, {})[task.id] = task
            known = self._refunds.get(task.id)
            if known is None or known.done():
                # A refresh may reopen a failed task, and it may fail again before the check.
                self._refunds[task.id] = asyncio.get_running_loop().create_future()
            self._check_later(task.profile)

    def _invalidate_checks(self, profile: str, now: float) -> None:
        for other in self._profiles_of_account(profile):
            self._estimator(other).disturb(now)

    async def _reload(self) -> None:
        self._prices.update(await self._storage.run(self._price_store.all))

    def _on_submission(self, submission: Submission, now: float) -> None:
        estimator = self._estimator(submission.profile)
        match submission.state:
            case SubmissionState.SENDING:
                estimator.sent(submission.id)
            case SubmissionState.ACCEPTED:
                estimator.accepted(submission.id, submission.request.kind, now)
                self._check_later(submission.profile)
            case SubmissionState.REJECTED:
                estimator.rejected(submission.id, now)
            case SubmissionState.UNKNOWN:
                estimator.outcome_unknown(submission.id, now)
                self._check_later(submission.profile)
            case _:
                pass

    def _check_later(self, profile: str) -> None:
        """Schedule one check for the events of the next seconds, and another one for those during the check."""
        is_planned = profile in self._check_at
        self._check_at[profile] = self._clock.monotonic() + CHECK_AFTER_S
        if not is_planned:
            self._background.start(f"balance of {profile}", self._planned_check, profile)

    async def _planned_check(self, profile: str) -> None:
        no_event = asyncio.Event()
        latest = self._clock.monotonic() + 5 * CHECK_AFTER_S
        while (wait := min(self._check_at[profile], latest) - self._clock.monotonic()) > 0:
            await self._clock.wait(no_event, wait)
        del self._check_at[profile]
        failed = list(self._failed.pop(profile, {}).values())
        await self.refresh(profile)
        quotas = await self._charged_quotas(profile, failed)
        for task in failed:
            by_balance = self._estimator(profile).refund(
                task.submission_id or "", running=self._active_submissions(profile)
            )
            refund = with_record(by_balance, quotas.get(task.id))
            if not self._refunds[task.id].done():
                self._refunds[task.id].set_result(refund)
            self._events.publish(RefundChecked(task, refund))

    async def _charged_quotas(self, profile: str, failed: Iterable[Task]) -> dict[str, float]:
        """The quota that the gateway's records show for failed tasks, if present and meaningful. A task that ended with
        a charge is requested again: new-api records the failure a moment before the refund. A timeout without a refund
        clears the charge, too, but its fail reason reports that.
        """
        recorded = {
            task.id: task.charged_quota
            for task in failed
            if task.charged_quota is not None and not says_no_refund(task.fail_reason)
        }
        found = {task_id: quota for task_id, quota in recorded.items() if quota == 0}
        if open_ids := [task_id for task_id in recorded if task_id not in found]:
            try:
                client = await self._clients.client(profile)
                batch = await client.fetch_tasks(open_ids)
            except SunotuiError:
                return found
            found |= {one.id: one.charged_quota for one in batch.reports if one.charged_quota is not None}
        return found

    def _estimator(self, profile: str) -> PriceEstimator:
        return self._estimators.setdefault(profile, PriceEstimator())
