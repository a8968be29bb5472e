"""The tool's command line: words in, text and an exit code out."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import IntEnum
from pathlib import Path

from loyalty.ledger.v1 import balance_import_pb2
from loyalty.type.v1 import money_pb2

from chassis.runtime.tls import TlsError
from chassis.runtime.tokens import TokenFile
from chassis.runtime.tool_arguments import add_caller_arguments, existing_file, peer_of
from chassis.values.refusal import Refusal
from ledger_service.tool import lines
from ledger_service.tool.desk import BalanceDesk, Desk, Key, Progress, open_balances, open_members
from ledger_service.tool.files import FileError, write_report

COMMANDS = ("import",)
ADDRESSES = {"members": "127.0.0.1:7401", "balances": "127.0.0.1:7403", "tiers": "127.0.0.1:7403"}
_WHERE = f"identity (members, default {ADDRESSES['members']}) or the ledger (default {ADDRESSES['balances']})"
EPILOG = """\
what: members (to identity, first), balances and tiers (to the ledger, once the members are committed)
steps: upload FILE … (again after a break: what is staged is passed over), report, commit, abandon;
  withdrawn FILE … (balances: what goes back when the program leaves the pool, by the file that was uploaded)
exit codes:
  0  done
  1  the file cannot be read or written
  2  wrong usage
  3  not committed, since the control totals were not confirmed, or are others by now
  4  the service refused otherwise, or could not be reached
"""
PAUSE_SECONDS = 2.0
WITHDRAWN = ("external_id", "brand", "expire_date", "new_points", "withdrawn_points", "old_points")


class Exit(IntEnum):
    """What the tool comes to; EPILOG explains."""

    DONE = 0
    FAULTY = 1
    UNCONFIRMED = 3
    REFUSED = 4


def main(words: Sequence[str]) -> int:
    """Carry out one command; the exit code. Wrong usage ends the process with code 2."""
    asked = _parser().parse_args(words)
    try:
        return asyncio.run(_ask(asked))
    except (FileError, TlsError) as fault:
        print(fault, file=sys.stderr)
        return Exit.FAULTY
    except Refusal as refusal:
        where = f" (at {_address(asked)})" if refusal.reason == "UNAVAILABLE" else ""
        print(f"{refusal.reason}: {refusal.message}{where}", file=sys.stderr)
        for violation in refusal.violations:
            print(f"  {violation.field}: {violation.description}", file=sys.stderr)
        return Exit.UNCONFIRMED if refusal.reason == "CONTROL_TOTALS_DIFFER" else Exit.REFUSED


async def _ask(asked: argparse.Namespace) -> Exit:
    key = Key(asked.program, asked.import_id)
    async with _desk(asked) as desk:
        if asked.step == "upload":
            _show(await _upload(desk, key, asked))
            return await _report(desk, key, asked.report)
        if asked.step == "report":
            _show(await desk.get(key))
            return await _report(desk, key, asked.report)
        if isinstance(desk, BalanceDesk) and asked.step == "withdrawn":
            return await _withdrawn(desk, key, asked)
        return await (_commit(desk, key, asked) if asked.step == "commit" else _abandon(desk, key))


def _desk(asked: argparse.Namespace) -> AbstractAsyncContextManager[Desk]:
    peer, token = peer_of(asked, _address(asked)), TokenFile(asked.token_file)
    if asked.what == "members":
        return open_members(peer, token)
    return open_balances(peer, token, tuple(getattr(asked, "terms", ())))


async def _upload(desk: Desk, key: Key, asked: argparse.Namespace) -> Progress:
    read = {"members": lines.members, "balances": lines.balances, "tiers": lines.tiers}[asked.what]
    return await desk.upload(key, asked.source, asked.dry_run, read(asked.file))  # type: ignore[arg-type]


async def _report(desk: Desk, key: Key, path: Path | None) -> Exit:
    """Writes the rows of lines that need a look, if asked for."""
    if path is not None:
        rows = [row async for row in desk.report(key)]
        print(f"{write_report(path, desk.heading, iter(rows))} rows written to {path}.")
    return Exit.DONE


async def _withdrawn(desk: BalanceDesk, key: Key, asked: argparse.Namespace) -> Exit:
    """Writes what goes back, by the old program's own numbers: those of the file that was uploaded."""
    numbers = {line.line_number: line.points.external_id for line in lines.balances(asked.file)}
    rows: list[tuple[object, ...]] = []
    async for line in desk.withdrawn(key):
        if line.line_number not in numbers:
            raise FileError(f"{asked.file} has no line {line.line_number}: it is not the file of this import")
        expires = f"{line.expire_time.ToDatetime():%Y-%m-%d}" if line.HasField("expire_time") else ""
        points = (line.new_points, line.withdrawn_points, line.old_points)
        rows.append((numbers[line.line_number], line.brand_id, expires, *points))
    print(f"{write_report(asked.report, WITHDRAWN, iter(rows))} rows written to {asked.report}.")
    return Exit.DONE


async def _commit(desk: Desk, key: Key, asked: argparse.Namespace) -> Exit:
    """Commits what was confirmed, to the end, however often it has to be asked for."""
    found = await desk.get(key)
    _show(found)
    confirmed = asked.expect if asked.expect is not None else _typed()
    if confirmed != found.totals:
        print("Nothing was committed: these are not the control totals.", file=sys.stderr)
        return Exit.UNCONFIRMED
    progress = await desk.commit(key, found, asked.signed_by)
    while progress.under_way:
        _show(progress)
        progress = await _again(desk, key, found, asked.signed_by)
    _show(progress)
    return Exit.DONE


async def _again(desk: Desk, key: Key, found: Progress, signed_by: str) -> Progress:
    """One more call; a failure for the moment is waited out once."""
    try:
        return await desk.commit(key, found, signed_by)
    except Refusal as refusal:
        if not refusal.transient:
            raise
        await asyncio.sleep(refusal.retry_after_seconds or PAUSE_SECONDS)
        return await desk.commit(key, found, signed_by)


async def _abandon(desk: Desk, key: Key) -> Exit:
    progress = await desk.abandon(key)
    while progress.under_way:
        progress = await desk.abandon(key)
    _show(progress)
    return Exit.DONE


def _typed() -> str:
    """Asks; an end of input is no answer, so that nothing is committed unattended without --expect."""
    try:
        return input("Type the control totals to commit: ").strip()
    except EOFError:
        print()
        return ""


def _show(found: Progress) -> None:
    print(f"{found.message.import_id}: {found.state}, staged up to line {found.message.last_line_number}")
    print(f"control totals: {found.totals}")
    for one in getattr(found.message.totals, "balances", ()):
        month = one.expire_month or "never"
        sums = f"{one.lines} lines, {one.old_points} old = {one.new_points} new, remainder {one.remainder_parts}"
        print(f"  {one.brand_id}, expiring {month}: {sums}")
    if getattr(found.message, "proven", False):
        print("The ledger's movements come to the same.")


def _address(asked: argparse.Namespace) -> str:
    address: str = asked.address or ADDRESSES[asked.what]
    return address


def terms_of(text: str) -> balance_import_pb2.BrandTerms:
    """Terms such as `NORTH=1/10`, `NORTH=3/2:half_up` or `NORTH=1:floor:USD`: points here for an old one."""
    brand, _, rest = text.partition("=")
    ratio, _, more = rest.partition(":")
    rounding, _, currency = more.partition(":")
    numerator, _, denominator = ratio.partition("/")
    try:
        return balance_import_pb2.BrandTerms(
            brand_id=brand,
            ratio=money_pb2.Ratio(numerator=int(numerator), denominator=int(denominator or 1)),
            rounding=balance_import_pb2.ImportRounding.Value(f"IMPORT_ROUNDING_{(rounding or 'floor').upper()}"),
            currency_code=currency,
        )
    except ValueError:
        raise argparse.ArgumentTypeError("must look like NORTH=1/10 or NORTH=3/2:half_up:USD") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ledger_service",
        description="Brings members, balances and tiers of an existing program in (docs/IMPORT.md).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    imports = commands.add_parser("import", help="upload, report on, commit or abandon an import", epilog=EPILOG)
    imports.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = imports.add_subparsers(dest="step", required=True)
    upload = steps.add_parser("upload", help="stage a file; nothing becomes visible")
    report = steps.add_parser("report", help="show the control totals and write the report")
    commit = steps.add_parser("commit", help="make it visible, once the control totals are confirmed")
    abandon = steps.add_parser("abandon", help="give it up and erase what was staged")
    withdrawn = steps.add_parser("withdrawn", help="write what goes back to the old program, by its own numbers")
    withdrawn.add_argument("what", choices=("balances",), help="what the file holds")
    withdrawn.add_argument("--report", type=Path, required=True, help="where to write it as CSV")
    for step in (upload, report, commit, abandon):
        step.add_argument("what", choices=tuple(ADDRESSES), help="what the file holds")
    for step in (upload, report, commit, abandon, withdrawn):
        step.add_argument("--program", required=True, help="the program here")
        step.add_argument("--import-id", required=True, help="the import's name; another one for each file")
        add_caller_arguments(step, address="", address_help=f"host:port of {_WHERE}")
    for step in (upload, withdrawn):
        step.add_argument("file", type=existing_file, help="a CSV file, UTF-8")
    upload.add_argument("--source", required=True, help="the old program's name, the scope of its numbers")
    upload.add_argument("--dry-run", action="store_true", help="only to look: it can never be committed")
    upload.add_argument(
        "--terms", type=terms_of, action="append", default=[], help="balances: BRAND=NEW/OLD[:ROUNDING[:CURRENCY]]"
    )
    for step in (upload, report):
        step.add_argument("--report", type=Path, default=None, help="write a CSV of every line that needs a look")
    commit.add_argument("--expect", default=None, help="the control totals, instead of typing them")
    commit.add_argument("--signed-by", default="import tool", help="who answers for it")
    return parser
