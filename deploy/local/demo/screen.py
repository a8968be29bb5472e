"""What the reader sees: chapters of plain words, tables, and figures that hold or do not."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_PLAIN_WIDTH = 110
_WIDEST_TEXT = 100
_QUARTERS = 4


class Advance:
    """Tells how far a piece of work has come: a bar on a terminal, a line every quarter elsewhere."""

    def __init__(self, screen: "Screen", what: str, total: int, bar: Progress | None) -> None:
        self._screen = screen
        self._what = what
        self._total = total
        self._bar = bar
        self._task = bar.add_task(what, total=total) if bar is not None else None
        self._done = 0

    def __call__(self, items: int) -> None:
        """So many items more are done."""
        before, self._done = self._done, self._done + items
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, items)
        elif self._done * _QUARTERS // self._total > before * _QUARTERS // self._total:
            self._screen.note(f"{self._what}: {self._done:,} of {self._total:,}")


class Screen:
    """A calm console. Without a terminal it prints plain lines; NO_COLOR is honoured. `broken` lists what failed."""

    def __init__(self, console: Console | None = None) -> None:
        width = None if sys.stdout.isatty() else _PLAIN_WIDTH
        self.console = console or Console(highlight=False, width=width, soft_wrap=False)
        self.broken: list[str] = []
        self._chapters = 0

    def title(self, text: str) -> None:
        """The head of the story."""
        self.console.print()
        self.console.print(Text(text, "bold"))

    def chapter(self, name: str, words: str = "") -> None:
        """Begins a chapter."""
        self._chapters += 1
        self.console.print()
        self.console.print(Text.assemble((f"{self._chapters}  ", "cyan"), (name, "bold")))
        if words:
            self.say(words)

    def say(self, words: str) -> None:
        """A paragraph. Line breaks in it are of the source, not of the text."""
        text = Text(" ".join(words.split()))
        self.console.print(text, width=min(self.console.width, _WIDEST_TEXT))

    def note(self, words: str) -> None:
        """An aside."""
        self.console.print(Text(words, "dim"))

    def show(self, what: RenderableType) -> None:
        """A table or text, indented."""
        self.console.print(Padding(what, (0, 0, 0, 3), expand=False))

    def figure(self, held: bool, words: str) -> None:
        """One thing that was checked: green, or red and remembered."""
        if not held:
            self.broken.append(words)
        self.show(Text.assemble(mark(held), " ", words))

    def verdict(self) -> int:
        """Whether everything held, as the last words and as an exit code."""
        self.console.print()
        if self.broken:
            self.console.print(f"{len(self.broken)} things did not hold:", style="bold red")
            for words in self.broken:
                self.console.print(f"   {words}", style="red")
            return 1
        self.console.print("Everything held.", style="bold green")
        return 0

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Advance]:
        """A bar while something long is done."""
        if not self.console.is_terminal:
            yield Advance(self, what, total, None)
            return
        columns = (TextColumn("   {task.description}"), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as bar:
            yield Advance(self, what, total, bar)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """A spinner on a terminal, a line elsewhere."""
        if not self.console.is_terminal:
            self.note(f"{what} …")
            yield
            return
        with self.console.status(what):
            yield


def mark(held: bool) -> Text:
    """Whether something held, readable without colour."""
    return Text("✓", "green") if held else Text("✗ FAILED", "bold red")


def table(*columns: str, left: int = 1, wrap: Sequence[int] = ()) -> Table:
    """A table whose first `left` columns are text and the others figures; columns in `wrap` are texts that may
    break lines."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for index, column in enumerate(columns):
        text = index < left or index in wrap
        made.add_column(column, justify="left" if text else "right", no_wrap=index not in wrap)
    return made


def signed(number: int) -> str:
    """A whole number with its sign and thousands; a dash for none."""
    return f"{number:+,}".replace("-", "−") if number else "–"
