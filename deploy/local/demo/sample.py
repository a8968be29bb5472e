"""The orders of the sample as messages, in order of time."""

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from loyalty.type.v1 import order_pb2

from deploy.local.demo.words import CURRENCY, moment

SAMPLE = Path(__file__).parents[1] / "sample" / "orders.jsonl.gz"
SOURCE = "demo-till"
_FEWEST_ORDERS = 200
"""With fewer too little happens in January for every part of the story."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One order and the card that was shown for it."""

    card: str
    order: order_pb2.Order


def read_sample(limit: int | None = None) -> Sequence[Sale]:
    """The first `limit` orders of the year, or all."""
    with gzip.open(SAMPLE, "rt") as lines:
        return list(islice(_sales(lines), limit))


def enough_orders(text: str) -> int:
    """How many orders of the sample to take, as a word of a command."""
    if not text.isdigit() or int(text) < _FEWEST_ORDERS:
        raise argparse.ArgumentTypeError(f"must be a number from {_FEWEST_ORDERS}, not {text!r}")
    return int(text)


def order_of(
    document_id: str,
    location_id: str,
    time: datetime,
    lines: Sequence[order_pb2.OrderLine],
    currency: str = CURRENCY,
) -> order_pb2.Order:
    """A sale in a shop, with its control total."""
    return order_pb2.Order(
        source=SOURCE,
        document_id=document_id,
        location_id=location_id,
        channel="store",
        occur_time=moment(time),
        currency_code=currency,
        total_minor_units=sum(line.net_minor_units for line in lines),
        lines=lines,
    )


def _sales(lines: Iterator[str]) -> Iterator[Sale]:
    for text in lines:
        row = json.loads(text)
        time = datetime.fromisoformat(row["time"])
        yield Sale(row["card"], order_of(row["order"], row["shop"], time, [_line(line) for line in row["lines"]]))


def _line(row: dict[str, Any]) -> order_pb2.OrderLine:
    return order_pb2.OrderLine(
        line_number=row["n"],
        brand_id=row.get("brand", ""),
        sku=row["sku"],
        category_ids=[row["category"]] if "category" in row else [],
        quantity=row["qty"],
        net_minor_units=row["net"],
        paid_minor_units=row.get("paid", row["net"]),
    )
