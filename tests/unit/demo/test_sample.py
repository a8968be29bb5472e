"""The demo's sample: what it is, and what it is not."""

import gzip
import hashlib
import json
import re
from typing import Any

import pytest
import yaml

from deploy.local.demo.sample import SAMPLE, read_sample
from deploy.local.demo.words import CURRENCY
from deploy.local.mesh import PROGRAMS
from deploy.local.sample.make_sample import BRAND_OF

LARGEST_BYTES = 500_000
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    with gzip.open(SAMPLE, "rt") as lines:
        return [json.loads(line) for line in lines]


def test_it_is_small_enough_to_be_carried() -> None:
    assert SAMPLE.stat().st_size <= LARGEST_BYTES


def test_it_is_the_file_its_attribution_speaks_of() -> None:
    told = SAMPLE.with_name("ATTRIBUTION.md").read_text()
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() in told


def test_its_attribution_says_that_the_shoppers_are_simulated() -> None:
    told = " ".join(SAMPLE.with_name("ATTRIBUTION.md").read_text().split())
    assert "simulated data based on real grocery shopping patterns" in told


def test_it_holds_nothing_but_orders(rows: list[dict[str, Any]]) -> None:
    assert {key for row in rows for key in row} == {"order", "card", "shop", "time", "lines"}
    fields = {key for row in rows for line in row["lines"] for key in line}
    assert fields == {"n", "sku", "qty", "net", "paid", "brand", "category"}


def test_orders_come_in_order_of_time(rows: list[dict[str, Any]]) -> None:
    times = [row["time"] for row in rows]
    assert times == sorted(times)


def test_every_id_is_one_a_contract_takes(rows: list[dict[str, Any]]) -> None:
    ids = {row[key] for row in rows for key in ("order", "card", "shop")}
    ids |= {line[key] for row in rows for line in row["lines"] for key in ("sku", "brand", "category") if key in line}
    assert [one for one in ids if not ID.fullmatch(one)] == []


def test_every_shop_and_brand_is_one_of_the_program(rows: list[dict[str, Any]]) -> None:
    shops = yaml.safe_load((PROGRAMS / "demo" / "locations.yaml").read_text())["locations"]
    brands = {file.stem.upper() for file in (PROGRAMS / "demo" / "brands").glob("*.yaml")}
    # One shop lies across the border; the sample has nothing of it.
    assert {row["shop"] for row in rows} == {shop for shop, one in shops.items() if one["currency"] == CURRENCY}
    assert {line["brand"] for row in rows for line in row["lines"] if "brand" in line} == brands
    assert set(BRAND_OF.values()) == brands


def test_a_message_has_the_total_of_its_lines() -> None:
    for sale in read_sample(200):
        assert sale.order.total_minor_units == sum(line.net_minor_units for line in sale.order.lines)


def test_no_more_orders_are_read_than_asked_for() -> None:
    assert len(read_sample(7)) == 7
