"""docs/TEN_MINUTES.md, followed with the tool: its files are written, planned, applied, broken, and exported."""

import re
from pathlib import Path

from rules_service.domain.program_file import ProgramFile
from tests.integration.rules.house import House
from tests.integration.rules.test_tool import DONE, FAULTY, Tool
from tests.unit.rules.pages import DOCS, page_files

PAGE = (DOCS / "TEN_MINUTES.md").read_text()
FILES = page_files("TEN_MINUTES.md")
FOLDER = "quay"


def write(folder: Path, *files: ProgramFile) -> None:
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content)


async def test_the_page_can_be_followed(house: House, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(house.servers.secrets.mint_token("author", programs=("quay",), roles=("HEADQUARTERS_ADMIN",)))
    tool = Tool(("--address", house.address, "--plaintext", "loopback", "--token-file", str(token)), tmp_path)
    folder = tmp_path / FOLDER
    program, earning, offers, club = FILES

    write(folder, program, earning)
    assert (await tool.run("plan", FOLDER))[0] == DONE
    code, out, _ = await tool.run("apply", FOLDER, answer="yes\n")
    assert code == DONE
    assert "Program quay is at rev_" in out

    write(folder, offers)
    _, out, _ = await tool.run("plan", FOLDER)
    assert "; 10 places would change:" in out
    assert "shows ten new places" in PAGE
    assert (await tool.run("apply", FOLDER, "--yes"))[0] == DONE

    write(folder, club)
    _, out, _ = await tool.run("plan", FOLDER)
    assert "; 4 places would change:" in out
    assert "shows four new places" in PAGE
    assert (await tool.run("apply", FOLDER, "--yes"))[0] == DONE

    broken = offers.content.replace("weekdays: [mon, tue, wed, thu, fri]", "weekdays: [monday, friday]")
    write(folder, ProgramFile(offers.path, broken.replace("brands: [CAFE, BOOKS]", "brands: [CAFE, BOOK]")))
    code, _, err = await tool.run("plan", FOLDER)
    (told,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert (code, err) == (FAULTY, told)

    assert (await tool.run("export", "quay-now", "--program", "quay"))[0] == DONE
    assert {file.path: file.content for file in FILES} == {
        file.path: (tmp_path / "quay-now" / file.path).read_text() for file in FILES
    }
