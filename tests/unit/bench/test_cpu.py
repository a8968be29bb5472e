"""Processor time a call."""

import os
import time

import psutil

from tests.bench.cpu import Meter, by_process, spent


def test_what_a_call_costs_is_in_microseconds() -> None:
    assert spent({"ledger": 1.0}, {"ledger": 1.5}, calls=1_000) == {"ledger": 500.0}


def test_laps_are_sorted_by_process() -> None:
    assert by_process([{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": 4.0}]) == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_work_is_seen() -> None:
    meter = Meter({"here": psutil.Process(os.getpid())})
    before, begun = meter.seconds()["here"], time.process_time()
    while time.process_time() - begun < 0.05:
        pass
    assert meter.seconds()["here"] - before > 0.02
