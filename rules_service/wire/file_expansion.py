"""Rules that are written once for several brands → one rule a brand."""

from collections.abc import Callable, Iterator, Mapping

from chassis.values.ids import is_id
from rules_service.domain.fault import Path
from rules_service.wire.file_room import RULE, entries_size
from rules_service.wire.file_rules import EarnRuleSection
from rules_service.wire.file_sources import FileFault, Sources

MOST_RULES = 50_000


def read_rules(
    sections: Mapping[str, EarnRuleSection],
    entity_of: Callable[[str], str],
    sources: Sources,
    faults: list[FileFault],
) -> Iterator[tuple[str, str, EarnRuleSection]]:
    """Id, brand and section of each rule; notes under which id those for several brands are written, and where the
    program becomes too large. `entity_of` a brand funds a rule that names no funders."""
    for rule_id, section in sections.items():
        if len(sections) + len(sources.made_rules) + len(section.brands or ()) > MOST_RULES:
            faults.append(sources.fault(("earn_rules", rule_id), f"a program has at most {MOST_RULES} rules"))
            return
        path: Path = ("earn_rules", rule_id)
        size = RULE + entries_size(sources.nouns["earn_rules"][rule_id].node, but="brands")
        if section.brand is not None:
            if not sources.fits(path, size + len(rule_id) + len(entity_of(section.brand)), faults):
                return
            yield rule_id, section.brand, section
        for index, brand_id in enumerate(section.brands or ()):
            made = f"{rule_id}.{brand_id}"
            own = len(made) + len(brand_id) + len(entity_of(brand_id))
            if not sources.fits((*path, "brands", index), size + own, faults):
                return
            if reason := _unacceptable(made, rule_id, sources):
                faults.append(sources.fault(("earn_rules", rule_id, "brands", index), reason))
            else:
                sources.made_rules[made] = (rule_id, index)
                yield made, brand_id, section


def _unacceptable(made: str, rule_id: str, sources: Sources) -> str:
    if not is_id(made):
        return f"its rule would be called {made}, which is longer than an id may be"
    if made in sources.nouns["earn_rules"]:
        return f"its rule would be called {made}, and so is another"
    if made in sources.made_rules:
        same = sources.made_rules[made][0] == rule_id
        return "is named a second time" if same else f"its rule would be called {made}, and so is another"
    return ""
