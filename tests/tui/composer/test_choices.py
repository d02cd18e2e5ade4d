"""The pick-lists of the composer."""

from __future__ import annotations

from sunotui.core.gateways.model_choice import GatewayModels
from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.gateways.money import Balance, Price
from sunotui.tui.composer.check import Bill
from sunotui.tui.composer.choices import model_picker, requests_picker


def test_models_that_worked_here_come_first() -> None:
    models = GatewayModels(worked={"music": ("chirp-v5",)})
    offers = Capabilities(models=("chirp-v4", "my-model", "suno_music"))
    rows = model_picker(models, offers, "music")._rows
    assert [(row.value, row.kind) for row in rows[:4]] == [
        ("", ""),
        ("chirp-v5", "worked here"),
        ("chirp-v4", "retired"),
        ("my-model", "listed"),
    ]
    assert "suno_music" not in [row.value for row in rows], "a kind of request is no model"


def test_each_number_of_requests_has_its_price() -> None:
    choices = requests_picker(Bill(1, 2, Price(0.1, "$", 1), Balance(4.9, "$")))._choices
    assert choices[0] == ("1", "1 request", "2 takes, about $0.10")
    assert choices[2] == ("3", "3 requests", "6 takes, about $0.30")
