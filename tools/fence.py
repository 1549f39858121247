"""Draws the import fence, which is a table in the tests, as docs/architecture.md shows it.

`python -m tools.fence` brings the page up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.test_architecture import _FILES as FILES
from tests.test_architecture import _OURS as ALL_OURS
from tests.test_architecture import _PURE as PURE
from tests.test_architecture import _STD as ALL_STANDARD
from tests.test_architecture import _name as name_of
from tests.test_architecture import _rule as rule_of

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGINS, ENDS = "<!-- the import fence begins -->", "<!-- the import fence ends -->"
"""What stands around the table, in the page."""
_WATCHED = {"aiohttp", "discord", "httpx2", "pydantic_ai"}
"""Libraries of which it is told which modules have them, if these are few: they reach outside."""
_FEW = 6
_HEAD = (
    "| part | imports of ours | of the standard library | of others |",
    "|---|---|---|---|",
)
_Rules = Mapping[str, set[str]]
"""What each module of a part may import."""


def package_of(module: str) -> str:
    """Name the part that a module belongs to: a package or a file of `bot`, or the cogs."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "bot" else parts[0]


def packages() -> list[str]:
    """Name every part that there is."""
    return sorted({package_of(name_of(path)) for path in FILES} - {"bot"})


def table() -> str:
    """Draw the fence: for each part, what its modules may import, some of them less."""
    modules = [name_of(path) for path in FILES]
    rules = {
        part: {module: rule_of(module) for module in modules if package_of(module) == part}
        for part in packages()
    }
    ordered = sorted(rules, key=lambda part: (len(_ours(part, rules[part])), part))
    return "\n".join([*_HEAD, *(_row(part, rules[part]) for part in ordered)])


def renewed(page: str) -> str:
    """Return the page with the table as it is now; raises ValueError where it has no place."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"the table has no place: write {BEGINS} and {ENDS}")
    return f"{before}{BEGINS}\n\n{table()}\n\n{ENDS}{after}"


def _row(part: str, rules: _Rules) -> str:
    ours = _ours(part, rules)
    shown = "all" if len(ours) == len(packages()) else _listed(ours) or "none"
    return f"| `{part}` | {shown} | {_standard(part, rules)} | {_others(part, rules) or 'none'} |"


def _ours(part: str, rules: _Rules) -> set[str]:
    allowed = set().union(*rules.values())
    if ALL_OURS in allowed:
        return set(packages())
    return {package_of(name) for name in allowed if _is_ours(name)} - {part}


def _standard(part: str, rules: _Rules) -> str:
    whole = [module for module, allowed in rules.items() if ALL_STANDARD in allowed]
    if len(whole) == len(rules):
        return "all"
    more = set().union(*(allowed for allowed in rules.values() if ALL_STANDARD not in allowed))
    pure = ", ".join(["pure", *_quoted(name for name in more if _is_standard(name))])
    bounded = [module for module in rules if module not in whole]
    if len(bounded) < len(whole):
        return f"all; in {_modules(part, bounded)}: {pure}"
    return f"{pure}; all in {_modules(part, whole)}" if whole else pure


def _others(part: str, rules: _Rules) -> str:
    allowed = set().union(*rules.values()) - {ALL_OURS, ALL_STANDARD, PURE}
    shown = []
    for library in sorted(n for n in allowed if not _is_ours(n) and not _is_standard(n)):
        having = [module for module, names in rules.items() if library in names]
        some = library in _WATCHED and len(having) <= _FEW and len(having) < len(rules)
        shown.append(f"`{library}`{f' in {_modules(part, having)}' if some else ''}")
    return "; ".join(shown)


def _modules(part: str, modules: Iterable[str]) -> str:
    return _listed(module.rpartition(".")[2] for module in modules if module != part)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"bot", "cogs"}


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _quoted(names: Iterable[str]) -> list[str]:
    return [f"`{name}`" for name in sorted(names)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(_quoted(names))


def main() -> int:
    """Bring the page up to date."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"docs/{PAGE.name} shows the fence as it is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
