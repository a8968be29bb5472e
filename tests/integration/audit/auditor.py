"""An auditor with nothing but an export: its own code, from the page that tells the format."""

import csv
import hashlib
import io
import json
from typing import Any


def chain_of_json(text: str) -> tuple[int, str, list[dict[str, Any]]]:
    """The last number, its hash and the records told. Raises ValueError at the first line that does not fit."""
    previous, number, told = bytes(32), 0, []
    for line in text.splitlines():
        entry = json.loads(line)
        number += 1
        content = bytes.fromhex(entry["content_hash"])
        if entry["number"] != number:
            raise ValueError(f"{number} is missing")
        if "record" in entry:
            if _content(entry["record"]) != content or entry["record"]["number"] != number:
                raise ValueError(f"{number} is another")
            told.append(entry["record"])
        previous = hashlib.sha256(previous + b'audit-link/1\x00"' + content.hex().encode() + b'"').digest()
        if previous.hex() != entry["hash"]:
            raise ValueError(f"{number} does not follow")
    return number, previous.hex(), told


def chain_of_csv(text: str) -> tuple[int, str, list[dict[str, Any]]]:
    """The same of CSV."""
    lines = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        entry: dict[str, Any] = {name: row[name] for name in ("content_hash", "hash")} | {"number": int(row["number"])}
        if row["phase"]:
            record: dict[str, Any] = {
                name: _plain(value) for name, value in row.items() if name not in ("content_hash", "hash")
            }
            for name in ("number", "intent_number", "suppressed"):
                record[name] = int(record[name])
            for name in ("items", "refused_items"):
                # Part of a record only where there are items.
                if count := record.pop(name):
                    record[name] = int(count)
            record["roles"] = record["roles"].split()
            record["subjects"] = [subject.split(":", 1) for subject in record["subjects"].split()]
            entry["record"] = record
        lines.append(json.dumps(entry))
    return chain_of_json("\n".join(lines))


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in tuple("=+-@\t\r") else cell


def _content(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"audit/1\x00" + text.encode()).digest()
