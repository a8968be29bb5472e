"""Generates the typed Python stubs in `gen/` from the contracts: `python protos/generate.py [target folder]`.

The google.* types come from installed packages and are not generated again; `_grpc` modules are made only for files
that hold a service. A test runs this into a scratch folder and compares it with what is committed.
"""

import sys
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).parent
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def generate(target: Path) -> None:
    """Writes the stubs of all contracts below `target` anew; a fault in one of them leaves all as it was."""
    with TemporaryDirectory() as scratch:
        _write(Path(scratch))
        rmtree(target / "loyalty", ignore_errors=True)
        copytree(Path(scratch) / "loyalty", target / "loyalty")


def _write(target: Path) -> None:
    files = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.proto"))
    services = [name for name in files if name.endswith("_service.proto")]
    _protoc([f"--python_out={target}", f"--mypy_out=quiet:{target}", *files])
    _protoc([f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}", *services])
    for folder in (path for path in (target / "loyalty").rglob("*") if path.is_dir()):
        (folder / "__init__.py").touch()
    (target / "loyalty" / "__init__.py").touch()
    (target / "loyalty" / "py.typed").touch()


def _protoc(arguments: list[str]) -> None:
    code = protoc.main(["protoc", f"-I{ROOT}", f"-I{WELL_KNOWN}", *arguments])
    if code != 0:
        raise SystemExit(f"protoc failed with exit code {code}")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "gen")
