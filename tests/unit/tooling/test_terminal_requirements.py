"""The terminal's own list of packages: the city's versions, all that kiosk/ needs, and nothing else."""

import ast
import sys
from importlib.metadata import packages_distributions, requires

import pytest
from packaging.requirements import Requirement

from tools import lock

TERMINAL = (lock.ROOT / lock.TERMINAL).read_text("utf-8")
CITY = (lock.ROOT / "requirements.txt").read_text("utf-8")


def _pins(text: str) -> dict[str, str]:
    return {lock.normal(name): version for name, version in lock._PIN.findall(text)}


def _imported() -> set[str]:
    """The top-level modules from elsewhere that kiosk/ imports, at the top or within."""
    found: set[str] = set()
    for file in (lock.ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"kiosk"}


def _needed(name: str, extras: tuple[str, ...] = ()) -> set[str]:
    """A package and what it needs, as installed here."""
    found = {lock.normal(name)}
    for line in requires(name) or []:
        need = Requirement(line)
        wanted = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in ("", *extras))
        if wanted and lock.normal(need.name) not in found:
            found |= _needed(need.name, tuple(need.extras))
    return found


def test_every_version_is_the_citys() -> None:
    assert _pins(TERMINAL).items() <= _pins(CITY).items()


def test_every_import_of_the_terminal_stands_in_the_part_that_people_write() -> None:
    whose = packages_distributions()
    direct = lock.names(lock.direct_part(TERMINAL))
    missing = [name for name in _imported() if not direct & {lock.normal(one) for one in whose[name]}]
    assert missing == []


def test_the_list_is_whole_and_holds_nothing_else() -> None:
    needed = {package for name in lock.names(lock.direct_part(TERMINAL)) for package in _needed(name)}
    assert needed == set(_pins(TERMINAL))


def test_versions_are_taken_over_from_the_city() -> None:
    city = "reflex[db]==0.10.1\nPyYAML==6.0.4\n"
    assert lock.pinned_like("# why\npyyaml==1\nreflex==0\n", city) == "# why\npyyaml==6.0.4\nreflex==0.10.1\n"
    with pytest.raises(KeyError):
        lock.pinned_like("unknown==1\n", city)
