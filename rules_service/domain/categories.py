"""The tree of categories: who asks for one also means those below it."""

from collections.abc import Iterable

from rules_service.domain.program import Category

MOST_KEPT = 4_096
"""So many sets of categories are kept with those above them; lines of one assortment share few."""


class CategoryTree:
    """The categories above each. A category the tree does not know stands for itself; so do all if there is no
    tree."""

    __slots__ = ("_kept", "_parents")

    def __init__(self, categories: Iterable[Category]) -> None:
        self._parents = {category.category_id: category.parent_id for category in categories if category.parent_id}
        self._kept: dict[tuple[str, ...], tuple[str, ...]] = {}

    def with_above(self, category_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The categories and all above them, each once."""
        if not self._parents:
            return category_ids
        found = self._kept.get(category_ids)
        if found is None:
            found = self._climbed(category_ids)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[category_ids] = found
        return found

    def _climbed(self, category_ids: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for category_id in category_ids:
            above = category_id
            while above and above not in found:
                found[above] = None
                above = self._parents.get(above, "")
        return tuple(found)
