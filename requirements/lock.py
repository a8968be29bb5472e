"""``python requirements/lock.py``: writes the hashes of every file of every pinned dependency, for every platform.

`constraints.txt` says which versions; this asks the package index, as pip is set up, for the hashes of their files and
writes `runtime.txt` (what a service needs) and `all.txt` (everything, to develop and test). Takes some three minutes.
"""

import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
CONSTRAINTS = HERE.parent / "constraints.txt"
_TOOL = "pip-tools==7.6.2"
# Builds the checkout itself (`pip install --no-build-isolation --no-deps .`).
_BUILDS = "setuptools"
# Needed by Pythons before 3.11.3 alone.
_OLD_PYTHON = "async-timeout"
_OPTIONS = (
    *("--quiet", "--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header", "--no-annotate"),
    *("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options"),
)
_HEAD = """\
# Every dependency with the hashes of all its files; made by `make lock` from constraints.txt, not by hand.
# pip install --require-hashes -r requirements/{name}
"""


def main() -> int:
    """Write both files; 0, or the tool's exit code with what it said."""
    with tempfile.TemporaryDirectory() as scratch:
        tool = Path(scratch) / "tool"
        venv.create(tool, with_pip=True)
        subprocess.run((tool / "bin" / "pip", "install", "--quiet", _TOOL), check=True)
        pinned = CONSTRAINTS.read_text().split()
        try:
            _write("all.txt", tool, Path(scratch), [*pinned, _BUILDS])
            _write("runtime.txt", tool, Path(scratch), [*_runtime(), _OLD_PYTHON, _BUILDS])
        except subprocess.CalledProcessError as error:
            return error.returncode
    return 0


def _write(name: str, tool: Path, scratch: Path, wanted: Iterable[str]) -> None:
    source, target = scratch / f"{name}.in", scratch / name
    source.write_text("\n".join(wanted) + "\n")
    command = (tool / "bin" / "pip-compile", *_OPTIONS, "--constraint", CONSTRAINTS, "--output-file", target, source)
    subprocess.run(command, check=True)
    (HERE / name).write_text(_HEAD.format(name=name) + target.read_text())


def _runtime() -> list[str]:
    """The direct dependencies of the distribution, without extras."""
    with (HERE.parent / "pyproject.toml").open("rb") as file:
        found: list[str] = tomllib.load(file)["project"]["dependencies"]
    return found


if __name__ == "__main__":
    sys.exit(main())
