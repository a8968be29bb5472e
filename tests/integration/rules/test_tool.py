"""The tool against a running service: plan, apply, export, what is refused, and its exit codes."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules_service.wire.file_schema import program_schema
from tests.contract.checkout import CHECKOUT
from tests.integration.rules.house import House, Stub, apply_request, small_program

DONE, FAULTY, USAGE, CONFLICT, REFUSED, DECLINED = range(6)

TWO_FILES = {
    "program.yaml": "# Ours, Grüße.\nprogram: {id: tool-export, name: S}\r\nentities: {north: {name: North Inc.}}\n",
    "brands/north.yaml": "brands:\n  NORTH: {name: North, entity: north}   \n\n# the end, without a newline",
}


@dataclass(frozen=True)
class Tool:
    """The tool with the address and a token of the service."""

    place: tuple[str, ...]
    cwd: Path = CHECKOUT

    async def run(self, command: str, *words: str | Path, answer: str = "") -> tuple[int, str, str]:
        """Exit code and what was printed, on standard output and on standard error."""
        async with self.started(command, *words) as process:
            out, err = await process.communicate(answer.encode())
            assert process.returncode is not None
            return process.returncode, out.decode(), err.decode()

    @asynccontextmanager
    async def started(self, command: str, *words: str | Path) -> AsyncIterator[asyncio.subprocess.Process]:
        """The tool, running; its standard input is open."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "rules_service", command, *map(str, words), *self.place),
            cwd=self.cwd,
            env={"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'gen'}", "PYTHONUNBUFFERED": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
def tool(house: House, tmp_path: Path) -> Tool:
    token = tmp_path / "token"
    token.write_text(house.servers.secrets.mint_token("author", programs=("*",), roles=("HEADQUARTERS_ADMIN",)) + "\n")
    return Tool(("--address", house.address, "--plaintext", "loopback", "--token-file", str(token)))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of a small program."""

    def write(program_id: str, points: int = 1, more: str = "") -> Path:
        folder = tmp_path / f"{program_id}-{points}"
        folder.mkdir()
        (folder / "all.yaml").write_text(small_program(program_id, points, more=more))
        return folder

    return write


async def test_a_program_is_planned_applied_and_planned_again(tool: Tool, written: Callable[..., Path]) -> None:
    folder = written("tool")
    code, out, _ = await tool.run("plan", folder)
    assert code == DONE
    assert out.startswith("Program tool is new.\nThe files would make it rev_")
    assert "\n  + earn_rules.base: {" in out
    code, out, _ = await tool.run("apply", folder, "--yes")
    assert code == DONE
    assert out.splitlines()[-1].startswith("Program tool is at rev_")
    assert "(number 1, since 20" in out
    code, out, _ = await tool.run("plan", folder)
    assert code == DONE
    assert out.splitlines()[-1] == "The files say the same: nothing to change."


async def test_a_change_is_shown_place_by_place_and_waits_for_yes(
    tool: Tool, rules: Stub, written: Callable[..., Path]
) -> None:
    await rules.ApplyProgram(apply_request("tool-ask", small_program("tool-ask", 1)))
    folder = written("tool-ask", 2)
    code, out, _ = await tool.run("apply", folder, answer="no\n")
    assert code == DECLINED
    assert "; 1 place would change:\n\n  ~ earn_rules.base.per_amount.points: 1 → 2\n" in out
    assert out.endswith("Nothing was applied.\n")
    code, _, _ = await tool.run("apply", folder)  # nobody answers
    assert code == DECLINED
    code, out, _ = await tool.run("apply", folder, answer="yes\n")
    assert code == DONE
    assert "(number 2, since 20" in out


async def test_a_change_that_came_while_somebody_thought_is_not_overwritten(
    tool: Tool, rules: Stub, written: Callable[..., Path]
) -> None:
    await rules.ApplyProgram(apply_request("tool-race", small_program("tool-race", 1)))
    async with tool.started("apply", written("tool-race", 2)) as process:
        assert process.stdout is not None
        while "per_amount.points: 1 → 2" not in (await process.stdout.readline()).decode():
            pass
        await rules.ApplyProgram(apply_request("tool-race", small_program("tool-race", 3)))
        _, err = await process.communicate(b"yes\n")
    assert process.returncode == CONFLICT
    assert err.decode().startswith("REVISION_CONFLICT: program tool-race is at revision rev_")


async def test_two_who_make_a_new_program_do_not_overwrite_each_other(
    tool: Tool, rules: Stub, written: Callable[..., Path]
) -> None:
    async with tool.started("apply", written("tool-new", 2)) as process:
        assert process.stdout is not None
        while "earn_rules" not in (await process.stdout.readline()).decode():
            pass
        await rules.ApplyProgram(apply_request("tool-new", small_program("tool-new", 3)))
        await process.communicate(b"yes\n")
    assert process.returncode == CONFLICT


async def test_a_plan_of_yesterday_is_applied_only_to_what_it_was_made_for(
    tool: Tool, rules: Stub, written: Callable[..., Path]
) -> None:
    first = await rules.ApplyProgram(apply_request("tool-etag", small_program("tool-etag", 1)))
    await rules.ApplyProgram(apply_request("tool-etag", small_program("tool-etag", 2)))
    folder = written("tool-etag", 3)
    expected = ("--expected-revision", first.revision.revision)
    code, out, err = await tool.run("apply", folder, "--yes", *expected)
    assert (code, out) == (CONFLICT, "")
    assert err.startswith("REVISION_CONFLICT: ")


async def test_faults_name_the_file_the_line_and_the_reason(tool: Tool, written: Callable[..., Path]) -> None:
    folder = written("tool-faults", more="  extra: {brand: SOUTH, per_unit: {points: 0}}")
    code, out, err = await tool.run("plan", folder)
    assert (code, out) == (FAULTY, "")
    assert err.splitlines() == [
        f"{folder}/all.yaml:10: earn_rules.extra.brand: there is no brand SOUTH",
        f"{folder}/all.yaml:10: earn_rules.extra.per_unit.points: must be above 0 and at most 1000000",
        "2 faults; nothing was changed.",
    ]


async def test_an_export_is_what_was_applied_byte_for_byte(tool: Tool, tmp_path: Path) -> None:
    folder = tmp_path / "before"
    for path, text in TWO_FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    (folder / "README.md").write_text("not part of the program")
    code, _, err = await tool.run("apply", folder, "--yes")
    assert code == DONE, err
    again = tmp_path / "after"
    code, out, _ = await tool.run("export", again, "--program", "tool-export")
    assert code == DONE
    assert out.endswith(f"2 files written to {again}.\n")
    found = {path.relative_to(again).as_posix(): path.read_bytes() for path in again.rglob("*") if path.is_file()}
    assert found == {path: text.encode() for path, text in TWO_FILES.items()}
    code, _, err = await tool.run("export", again, "--program", "tool-export")
    assert (code, err) == (FAULTY, f"{again} is not empty\n")


LIMITS = """
  summer: {brand: NORTH, kind: bonus, offer: SUMMER, fixed: {points: 50, per: order}}
caps:
  order-cap: {rules: base, per: order, points: 500}
  daily: {offer: SUMMER, per: member, window: day, points: 200, warn_at: [50%, 80%]}
budgets:
  summer-pot: {offer: SUMMER, money: 5000.00 USD, points: 700000, window: month}
ladders:
  status:
    name: Status
    counts: spend
    window: {rolling_months: 12}
    tiers: {silver: {from: 500.00 USD, multiplier: 1.1}, gold: {above: 1000.00 USD, discount: 5%, perks: lounge}}
    hold: {year_end: 1}
    fall: {grace_days: 30, step: {months: 6}}
    changes: [{from: 2030-01-01, weights: {NORTH: 50%}}]
exchange_rates:
  pounds: {amount: 1.00 USD, worth: 0.79 GBP}
"""


async def test_limits_ladders_and_rates_are_exported_as_what_is_live(
    tool: Tool, written: Callable[..., Path], tmp_path: Path
) -> None:
    folder = written("tool-limits", more=LIMITS)
    code, out, err = await tool.run("apply", folder, "--yes")
    assert code == DONE, err
    assert "\n  + caps.daily: {" in out
    assert "\n  + ladders.status: {" in out
    code, _, err = await tool.run("export", tmp_path / "again", "--program", "tool-limits")
    assert code == DONE, err
    code, out, _ = await tool.run("plan", tmp_path / "again")
    assert (code, out.splitlines()[-1]) == (DONE, "The files say the same: nothing to change.")
    text = (tmp_path / "again" / "all.yaml").read_text().replace("points: 200", "points: 300")
    (tmp_path / "again" / "all.yaml").write_text(text)
    _, out, _ = await tool.run("plan", tmp_path / "again")
    assert "\n  ~ caps.daily.points: 200 → 300\n" in out


async def test_what_the_service_refuses_is_told(tool: Tool, tmp_path: Path) -> None:
    code, _, err = await tool.run("export", tmp_path / "x", "--program", "tool-nothing")
    assert (code, err) == (REFUSED, "PROGRAM_NOT_FOUND: there is no program tool-nothing\n")


async def test_a_service_that_is_not_there_is_told(tool: Tool, written: Callable[..., Path]) -> None:
    away = Tool(("--address", "127.0.0.1:9", *tool.place[2:]))
    code, _, err = await away.run("plan", written("tool-away"))
    assert code == REFUSED
    assert err.startswith("UNAVAILABLE: ")


@pytest.mark.parametrize("words", [("plan",), ("apply", "x", "--force"), ("export", "x")])
async def test_wrong_usage_has_a_code_of_its_own(tool: Tool, words: tuple[str, ...]) -> None:
    code, _, err = await tool.run(*words)
    assert code == USAGE
    assert err.startswith("usage: ")


async def test_the_schema_is_printed() -> None:
    code, out, _ = await Tool(()).run("schema")
    assert code == DONE
    assert json.loads(out) == program_schema()
