"""`python -m ledger_service import`: the files of an old program, brought in by hand."""

import asyncio
import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.process import CHECKOUT
from deploy.local.stack import LocalStack
from ledger_service.tool.command import Exit, main
from tests.support.mesh import Till

MEMBERS = """\
\ufeffexternal_id,email,email_verified,phone,phone_verified,given_name,join_date,birthday,consent:email:marketing
t1,tool-1@example.com,yes,'+14155550101,no,=Ada,2019-05-01,1980-02-29,yes
t2,tool-1@example.com,yes,,,Bob,2019-05-01,,no
t3,nonsense,yes,,,Eve,2019-05-01,,
t4,,,,,Mal,yesterday,,
"""
BALANCES = """\
external_id,points,earn_date,expire_date,brand
t1,1005,2025-01-31,2027-12-31,NORTH
t2,7,2025-01-31,,NORTH
t9,7,2025-01-31,,NORTH
t1,much,2025-01-31,,NORTH
"""


@dataclass(frozen=True)
class Tool:
    """The command line with a program, a token and a way to speak."""

    stack: LocalStack
    program: str
    folder: Path
    common: tuple[str, ...]

    async def __call__(self, step: str, what: str, *words: str, import_id: str = "") -> int:
        address = self.stack.address("identity" if what == "members" else "ledger")
        told = ("import", step, what, *words, "--program", self.program, "--import-id", import_id or f"tool-{what}")
        return await asyncio.to_thread(main, [*told, "--address", address, *self.common])

    def file(self, name: str, content: str) -> str:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest_asyncio.fixture
async def tool(stack: LocalStack, shop: Till, tmp_path: Path) -> AsyncIterator[Tool]:
    await shop.enroll("TOOL0000")
    await shop.known()
    token = tmp_path / "token"
    token.write_text(stack.token("migration", programs=[shop.program], roles=["HEADQUARTERS_ADMIN"], brands=["*"]))
    files = stack.secrets.certificates.till("migration")
    how = ("--tls", str(files.certificate), str(files.key), str(files.authority))
    yield Tool(stack, shop.program, tmp_path, ("--token-file", str(token), *how))


async def test_files_are_reported_confirmed_and_brought_in(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    report = tool.folder / "report.csv"
    members = tool.file("members.csv", MEMBERS)
    assert await tool("upload", "members", members, "--source", "toolshed", "--report", str(report)) == Exit.DONE
    assert "control totals: lines=4,new_members=1,joined_lines=1,malformed=2" in capsys.readouterr().out
    rows = list(csv.DictReader(report.open()))
    assert [(row["line"], row["verdict"], row["field"]) for row in rows] == [
        ("3", "JOINED_LINE", "identifiers[0]"),
        ("4", "REFUSED", "identifiers[0].identifier.value"),
        ("5", "REFUSED", "join_date"),
    ]
    assert await tool("commit", "members", "--expect", "lines=4") == Exit.UNCONFIRMED
    confirmed = "lines=4,new_members=1,joined_lines=1,malformed=2"
    assert await tool("commit", "members", "--expect", confirmed) == Exit.DONE

    balances = tool.file("balances.csv", BALANCES)
    words = (balances, "--source", "toolshed", "--terms", "NORTH=1/10", "--report", str(report))
    assert await tool("upload", "balances", *words) == Exit.DONE
    # What is staged is passed over.
    assert await tool("upload", "balances", *words) == Exit.DONE
    rows = list(csv.DictReader(report.open()))
    assert [(row["line"], row["reason"], row["field"]) for row in rows] == [
        ("3", "", ""),
        ("4", "MEMBER_NOT_FOUND", ""),
        ("5", "MALFORMED", "points"),
    ]
    confirmed = "lines=4,empty_lines=1,malformed=1,member_not_found=1,old_points=1012,new_points=100"
    assert await tool("commit", "balances", "--expect", confirmed, "--signed-by", "F. Inance") == Exit.DONE
    assert "The ledger's movements come to the same." in capsys.readouterr().out
    assert await tool("withdrawn", "balances", balances, "--report", str(report)) == Exit.DONE
    assert report.read_text().splitlines() == ["external_id,brand,expire_date,new_points,withdrawn_points,old_points"]


async def test_the_samples_of_the_page_come_to_what_it_says(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    samples, page = CHECKOUT / "docs" / "samples" / "import", (CHECKOUT / "docs" / "IMPORT.md").read_text()
    members, balances = str(samples / "members.csv"), str(samples / "balances.csv")
    assert await tool("upload", "members", members, "--source", "attic", import_id="attic") == Exit.DONE
    told = capsys.readouterr().out
    for line in told.splitlines():
        assert line in page
    confirmed = told.splitlines()[1].removeprefix("control totals: ")
    assert await tool("commit", "members", "--expect", confirmed, import_id="attic") == Exit.DONE
    capsys.readouterr()
    words = (balances, "--source", "attic", "--terms", "NORTH=1/10")
    assert await tool("upload", "balances", *words, import_id="attic-points") == Exit.DONE
    for line in capsys.readouterr().out.replace("NORTH", "FRESH").splitlines():
        assert line in page


async def test_whom_nobody_answers_for_is_told(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    members = tool.file("members.csv", MEMBERS)
    words = ("import", "upload", "members", members, "--source", "toolshed", "--import-id", "away")
    nobody = ("--program", tool.program, "--address", "127.0.0.1:1", *tool.common)
    assert await asyncio.to_thread(main, [*words, *nobody]) == Exit.REFUSED
    assert "127.0.0.1:1" in capsys.readouterr().err


async def test_a_file_that_is_none_is_said_without_its_values(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tool.folder / "members.csv"
    broken.write_bytes("external_id,join_date\nM\xfcller,2019-01-01\n".encode("latin-1"))
    assert await tool("upload", "members", str(broken), "--source", "toolshed") == Exit.FAULTY
    told = capsys.readouterr().err
    assert "is not UTF-8" in told
    assert "ller" not in told
