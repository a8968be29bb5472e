"""The tool's command line: words in, text and an exit code out."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from uuid import uuid4

from chassis.runtime.tls import TlsError
from chassis.runtime.tokens import TokenFile
from chassis.runtime.tool_arguments import add_caller_arguments, peer_of
from chassis.values.refusal import Refusal
from rules_service.tool.desk import Desk, Plan, open_desk
from rules_service.tool.folder import FolderError, ProgramFolder, read_folder, write_folder
from rules_service.tool.told import fault_lines, live_line, plan_lines, refusal_lines
from rules_service.wire.file_schema import program_schema

COMMANDS = ("plan", "apply", "export", "schema")
ADDRESS = "127.0.0.1:7402"
EPILOG = """\
exit codes:
  0  done; of plan: the files are a program, whether or not they change anything
  1  the files are no program, or the folder cannot be read or written; every fault is told as file:line
  2  wrong usage
  3  what is live is not what the change was planned against; plan again
  4  the service refused otherwise, or could not be reached
  5  not applied, since the question was not answered with yes
"""


class Exit(IntEnum):
    """What the tool comes to; EPILOG explains."""

    DONE = 0
    FAULTY = 1
    CONFLICT = 3
    REFUSED = 4
    DECLINED = 5


def main(words: Sequence[str]) -> int:
    """Carry out one command; the exit code. Wrong usage ends the process with code 2."""
    asked = _parser().parse_args(words)
    if asked.command == "schema":
        print(json.dumps(program_schema(), indent=2))
        return Exit.DONE
    try:
        return asyncio.run(_ask(asked))
    except (FolderError, TlsError) as fault:
        print(fault, file=sys.stderr)
        return Exit.FAULTY
    except Refusal as refusal:
        return _refused(refusal, getattr(asked, "folder", None))


async def _ask(asked: argparse.Namespace) -> Exit:
    async with open_desk(peer_of(asked, asked.address), TokenFile(asked.token_file)) as desk:
        if asked.command == "export":
            return await _export(desk, asked)
        folder = read_folder(asked.folder, asked.program)
        plan = await desk.plan(folder, asked.expected_revision)
        print("\n".join(plan_lines(plan)))
        return await _apply(desk, folder, plan, asked) if asked.command == "apply" else Exit.DONE


async def _apply(desk: Desk, folder: ProgramFolder, plan: Plan, asked: argparse.Namespace) -> Exit:
    """The change that was shown, and no other: against the revision it was planned against."""
    if not plan.changed:
        return Exit.DONE
    if not asked.yes and not _agreed():
        print("Nothing was applied.")
        return Exit.DECLINED
    revision = await desk.apply(folder, plan, asked.request_id or f"apply-{uuid4()}")
    print(live_line(revision))
    return Exit.DONE


async def _export(desk: Desk, asked: argparse.Namespace) -> Exit:
    revision, files = await desk.export(asked.program, asked.revision)
    write_folder(asked.folder, files)
    print(f"{live_line(revision)}\n{len(files)} files written to {asked.folder}.")
    return Exit.DONE


def _agreed() -> bool:
    """Asks; an end of input is no answer, so that nothing is applied unattended without --yes."""
    try:
        return input("Apply? Only yes will do: ").strip() == "yes"
    except EOFError:
        print()
        return False


def _refused(refusal: Refusal, folder: Path | None) -> Exit:
    if refusal.reason == "PROGRAM_INVALID":
        print("\n".join(fault_lines(refusal, folder)), file=sys.stderr)
        return Exit.FAULTY
    print("\n".join(refusal_lines(refusal)), file=sys.stderr)
    return Exit.CONFLICT if refusal.reason == "REVISION_CONFLICT" else Exit.REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rules_service",
        description="Plans, applies and exports programs that are written in files (docs/PROGRAM_FILES.md).",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    plan = commands.add_parser("plan", help="show what a folder of files would change")
    apply = commands.add_parser("apply", help="show what a folder of files would change, ask, and make it live")
    export = commands.add_parser("export", help="write the files of what is live, as they were applied, to a folder")
    commands.add_parser("schema", help="print the JSON schema of program files, for editors")
    for command in (plan, apply, export):
        command.add_argument("folder", type=Path, help="the program's folder")
        told = f"host:port of the rules service, default {ADDRESS}"
        add_caller_arguments(command, address=ADDRESS, address_help=told)
    for command in (plan, apply):
        command.add_argument("--program", default="", help="the program, if the files do not tell")
        command.add_argument(
            "--expected-revision", default="", help="the revision that must be live (none: no revision), else exit 3"
        )
    apply.add_argument("--yes", action="store_true", help="apply without asking")
    apply.add_argument("--request-id", default="", help="the id of this change; the same id never applies it twice")
    export.add_argument("--program", required=True, help="the program")
    export.add_argument("--revision", default="", help="a past revision instead of what is live")
    return parser
