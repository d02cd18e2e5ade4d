"""The bill of several requests, and what the check says of it."""

from __future__ import annotations

from sunotui.domain.gateways.money import Balance, Price
from sunotui.tui.composer.check import Bill, Check, CheckState

BILL = Bill(3, 2, Price(0.1, "$", 1), Balance(4.9, "$"), "main")


def test_a_bill_counts_all_requests() -> None:
    assert (BILL.sentence, BILL.cost, BILL.left_after) == ("3 requests make 6 takes", "$0.30", "$4.60")


def test_unknown_facts_are_not_shown() -> None:
    assert (Bill(2).cost, Bill(2).left_after) == ("", "")
    assert Bill(1, 2, Price(0.1, "$", 1), Balance(10, "credits")).left_after == ""


def test_the_check_has_the_bill_as_rows_and_in_one_row() -> None:
    check = Check(CheckState.READY, bill=BILL)
    page = [" ".join(line.split()) for line in check.lines(40).plain.split("\n")]
    assert page[0] == "✓ Ready to send"
    assert {"Usual price about $0.30", "Left on main $4.90", "Left after it $4.60"} <= set(page)
    assert check.line(60).plain.strip() == "✓ Ready  6 takes, about $0.30, $4.60 after"
    assert not check.is_cut(60)
    again = Check(CheckState.WARNED, bill=BILL, warnings=("The same request was sent 3 min ago",))
    assert again.line(60).plain.split("  ")[-1].strip() == "! The same request was sent 3 min ago"
    assert (again.is_cut(60), again.is_cut(40)) == (False, True)
    assert "$0.30" in again.line(90).plain, "where both fit"
    missing = Check(CheckState.EMPTY, "Say where the section begins and ends: give two moments such as 0:45 and 1:10")
    assert "0:45 and 1:10" in missing.line(60).plain, "in a second row"


def test_a_warning_is_at_the_right_of_the_row() -> None:
    row = Check(CheckState.WARNED, bill=BILL, warnings=("This gateway drops Exclude; put it into Style",)).line(80)
    assert row.cell_length <= 80
    assert row.plain.endswith("! This gateway drops Exclude ")


def test_the_row_counts_the_further_reasons() -> None:
    check = Check(CheckState.BLOCKED, "Choose the source take", ("Say where the section is", "Add lyrics"))
    assert check.line(60).plain.strip() == "✗ Choose the source take, and 2 more"
    assert check.is_cut(60), "so that the footer offers the whole check"
