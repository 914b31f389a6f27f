"""Whatever the pages are made of makes them be built again."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import pages
from tools.paths import ROOT
from tools.talk import Stop

_FILES = sorted((ROOT / "madoguchi" / "pages").rglob("*.py"))


def _modules_named(path: Path) -> Iterator[Path]:
    """The files and folders of this project that ``path`` imports, however it writes them."""
    package = path.relative_to(ROOT).parent
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package
            for _ in range(node.level - 1):
                base = base.parent
            named = Path(*(node.module or "").split("."))
            start = base / named if node.level else named
            yield from (start / alias.name for alias in node.names)
            yield start
        elif isinstance(node, ast.Import):
            yield from (Path(*alias.name.split(".")) for alias in node.names)


def _is_ours(module: Path) -> bool:
    return (ROOT / module).is_dir() or (ROOT / module).with_suffix(".py").is_file()


def _counts(module: Path) -> bool:
    name = str(module)
    return any(f"{name}.py" == source or f"{name}/".startswith(f"{source}/") for source in pages.SOURCES)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_that_a_page_imports_counts_as_a_source(path: Path) -> None:
    found = [module for module in _modules_named(path) if module.parts[:1] == ("madoguchi",)]
    ours = [module for module in found if len(module.parts) > 1 and _is_ours(module)]
    assert [str(module) for module in ours if not _counts(module)] == []


def test_sources_are_there() -> None:
    assert [name for name in pages.SOURCES if not (ROOT / name).exists()] == []


def test_server_code_does_not_build_the_pages_again() -> None:
    assert not [name for name in pages.SOURCES if "services" in name or "store" in name or "api" in name]


def test_a_failed_build_leaves_the_lock_as_it_was(tmp_path: Path) -> None:
    lock = tmp_path / "package.json"
    lock.write_text("before")

    def build() -> None:
        with pages.kept_unless_done(tmp_path):
            lock.write_text("half")
            raise Stop("no network")

    with pytest.raises(Stop, match="no network"):
        build()
    assert lock.read_text() == "before"


def test_a_build_that_is_done_may_change_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "package.json"
    lock.write_text("before")
    with pages.kept_unless_done(tmp_path):
        lock.write_text("after")
    assert lock.read_text() == "after"
