"""What a stack shows of itself beside its databases, logs and traces: processes, Valkey; and the secrets it has."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from valkey.asyncio import Valkey

from deploy.local.stack import LocalStack

_LEAST = 16
"""Shorter lines are no secrets."""
_READERS = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", 0, -1),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", 0, -1),
    "stream": ("XRANGE", "-", "+"),
}


def secrets_of(stack: LocalStack) -> dict[str, set[str]]:
    """Everything secret in the stack's directory by file, as it may be written down: passwords, keys, tokens."""
    found: dict[str, set[str]] = {}
    for file in sorted((stack.settings.data_dir / "secrets").iterdir()):
        if file.name.endswith((".certificate.pem", "jwks.json", "authority.pem", "retired_keys.json")):
            continue
        lines = {line for line in file.read_text().split() if len(line) >= _LEAST and "PRIVATE" not in line}
        if file.suffix == ".token":
            # What signs it: the rest is the same in every token of the kind.
            lines = {line.rpartition(".")[2] for line in lines}
        if file.suffix == ".fingerprint_key":
            lines |= {base64.b64encode(bytes.fromhex(line)).decode() for line in lines}
        found[file.name] = lines
    return found


def processes_of(stack: LocalStack) -> list[int]:
    """All that the stack has started, and what those have."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        parent = int(text.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(path.parent.name))
    found = [process.pid for process in stack.processes if process.running]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def command_lines(stack: LocalStack) -> Iterator[tuple[str, str]]:
    """What anybody on the machine may read of the processes."""
    yield from _of_processes(stack, "cmdline")


def environments(stack: LocalStack) -> Iterator[tuple[str, str]]:
    """What their own account may read."""
    yield from _of_processes(stack, "environ")


def _of_processes(stack: LocalStack, name: str) -> Iterator[tuple[str, str]]:
    for pid in processes_of(stack):
        try:
            yield str(pid), Path(f"/proc/{pid}/{name}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


async def valkey_content(stack: LocalStack) -> AsyncIterator[tuple[str, str]]:
    """Every key with what it holds, as text."""
    async with Valkey.from_url(stack.valkey.url) as valkey:
        async for key in valkey.scan_iter(count=1_000):
            kind = (await valkey.type(key)).decode()
            command, *rest = _READERS[kind]
            held = await valkey.execute_command(command, key, *rest)
            yield key.decode(errors="replace"), f"{key!r} {held!r}"
