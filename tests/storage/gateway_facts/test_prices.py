"""Learned prices: the median of the newest, in the current unit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sunotui.domain.gateways.money import Price
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.prices import NEWEST, PriceStore


def test_no_price_is_known_before_one_was_learned(db: Database) -> None:
    assert PriceStore(db).prices("main", "music") == ()
    assert PriceStore(db).all() == {}


@pytest.mark.parametrize(
    ("amounts", "price"),
    [
        ([0.1], 0.1),
        ([0.1, 0.2], 0.1),
        ([0.1, 0.2, 0.15], 0.15),
        ([0.1, 0.1, 9.0], 0.1),
        # A higher price is used once most of the newest ones are higher.
        ([0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2], 0.2),
    ],
)
def test_the_median_of_the_newest_counts(db: Database, amounts: list[float], price: float) -> None:
    book = PriceStore(db)
    for at, amount in enumerate(amounts):
        book.add("main", "music", amount, "$", float(at))
    assert book.prices("main", "music") == (Price(price, "$", len(amounts)),)


def test_prices_of_another_unit_gateway_or_kind_do_not_mix(db: Database) -> None:
    book = PriceStore(db)
    book.add("main", "music", 0.1, "$", 1.0)
    book.add("main", "music", 50_000, "quota", 2.0)
    book.add("main", "lyrics", 0.01, "$", 3.0)
    book.add("other", "music", 0.3, "$", 4.0)
    assert book.all() == {
        ("main", "music"): (Price(50_000, "quota", 1), Price(0.1, "$", 1)),
        ("main", "lyrics"): (Price(0.01, "$", 1),),
        ("other", "music"): (Price(0.3, "$", 1),),
    }
    book.delete("main")
    assert list(book.all()) == [("other", "music")]


def test_a_unit_that_is_used_again_has_its_own_prices(db: Database) -> None:
    book = PriceStore(db)
    for at, (amount, unit) in enumerate([(0.1, "$"), (0.7, "¥"), (0.2, "$"), (0.7, "¥"), (0.2, "$")]):
        book.add("main", "music", amount, unit, float(at))
    assert book.prices("main", "music") == (Price(0.2, "$", 3), Price(0.7, "¥", 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.floats(0.001, 1_000), min_size=1, max_size=12))
def test_a_price_is_always_a_recently_observed_one(db: Database, amounts: list[float]) -> None:
    book = PriceStore(db)
    book.delete("main")
    for amount in amounts:
        book.add("main", "music", amount, "$", 0.0)
    (price,) = book.prices("main", "music")
    assert price.amount in amounts[-NEWEST:]
