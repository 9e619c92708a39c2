"""The laws of the code: who may import what, how long a thing may be, what no file may hold."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

import cleaners

ROOT = Path(__file__).parents[1]
PACKAGES = ("cleaners", "scraper")
FOREIGN_IN_ONE_ROOM: dict[str, str | tuple[str, ...]] = {
    # Pages are read for their text in one process and for their links in another package; both parse tamed markup.
    "selectolax": ("cleaners.html", "scraper.discovery.links"),
    "trafilatura": "cleaners.reference",
    "charset_normalizer": "cleaners.charset",
    "numpy": "cleaners.layout",
    "click": "scraper",
    "protego": "scraper.manners.robots",
    "w3lib": "scraper.urls",
    "tld": "scraper.urls",
    "fastfeedparser": "scraper.discovery.feeds",
    "lxml": "scraper.discovery.sitemaps",
    "httpx": "scraper.net.transport",
    "httpcore": "scraper.net.transport",
    "brotli": "scraper.net.decoding",
    "backports": "scraper.net.decoding",
    "compression": "scraper.net.decoding",
    "cronsim": "scraper.crawling.schedule",
    "sqlalchemy": "scraper.store",
    "alembic": "scraper.store",
    "duckdb": "scraper.export.parquet",
    "fastwarc": "scraper.export.warc",
}
# Names that are not those of what is installed, and one that later Pythons bring along.
DISTRIBUTIONS = {"backports": "backports.zstd", "compression": "backports.zstd"}
PUBLIC_NAMES = [
    "Article", "Block", "CleanerError", "Link", "ModelError", "ParseError", "Removal", "RuleError", "Rules",
    "SiteMemory", "clean_html", "clean_text", "explain_layout",
]  # fmt: skip
# Absolute paths of home and working folders, and where packages are fetched from.
MACHINE_BOUND = re.compile(
    r"(?<![\w./])/(?:(?:root|work)/\w|(?:home|Users)/\w+/[\w.]+/)"
    r"|index[-_]url|trusted-host|://[\w.-]*(?:pypi|artifactory|nexus)[\w.-]*/"
)


def read_modules() -> dict[str, ast.Module]:
    modules = {}
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        modules[name] = ast.parse(path.read_text("utf-8"))
    return modules


MODULES = read_modules()


def walk_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below `node`, without what stands under `if TYPE_CHECKING:`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from walk_run_time(child)


def imports_of(module: str) -> set[str]:
    """Return the names of the modules that a module imports when it runs."""
    found: set[str] = set()
    for node in walk_run_time(MODULES[module]):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            found.update(name if name in MODULES else node.module for name in full)
    return found - {"__future__"}


def find_cycle(module: str, above: tuple[str, ...], done: set[str]) -> tuple[str, ...]:
    if module in above:
        return (*above[above.index(module) :], module)
    if module in done:
        return ()
    for imported in sorted(imports_of(module) & MODULES.keys()):
        if cycle := find_cycle(imported, (*above, module), done):
            return cycle
    done.add(module)
    return ()


def foreign_imports() -> list[tuple[str, str]]:
    """Return each module with each foreign library that it imports."""
    tops = {(name, found.split(".")[0]) for name in MODULES for found in imports_of(name)}
    return sorted(
        (name, top) for name, top in tops if top not in sys.stdlib_module_names and top not in PACKAGES
    )


def rooms_of(library: str) -> tuple[str, ...]:
    rooms = FOREIGN_IN_ONE_ROOM.get(library, ())
    return tuple(f"{room}." for room in ((rooms,) if isinstance(rooms, str) else rooms))


def normalise(distribution: str) -> str:
    return distribution.lower().replace("_", "-")


def tracked_files() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_cleaner_never_imports_the_scraper() -> None:
    cleaner = [name for name in MODULES if name.split(".")[0] == "cleaners"]
    assert [name for name in cleaner for found in imports_of(name) if found.split(".")[0] == "scraper"] == []


def test_there_are_no_import_cycles() -> None:
    done: set[str] = set()
    assert [cycle for name in MODULES if (cycle := find_cycle(name, (), done))] == []


def test_a_foreign_library_is_imported_in_its_one_room_only() -> None:
    astray = [
        f"{name} imports {top}" for name, top in foreign_imports() if not f"{name}.".startswith(rooms_of(top))
    ]
    assert astray == []


def test_every_foreign_library_is_a_declared_dependency_and_has_an_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {normalise(re.split(r"[<>=!~; \[]", line)[0]) for line in lines}
    pinned = {
        normalise(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    assert {normalise(DISTRIBUTIONS.get(top, top)) for _, top in foreign_imports()} - declared == set()
    assert declared - pinned == set()


def test_the_public_names_are_these() -> None:
    assert sorted(cleaners.__all__) == PUBLIC_NAMES
    assert all(hasattr(cleaners, name) for name in PUBLIC_NAMES)


@pytest.mark.parametrize("folder", [*PACKAGES, "tests", "bench", "demo"])
def test_a_module_has_at_most_400_lines(folder: str) -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert [f"{path.name}: {lines}" for path, lines in lengths.items() if lines > 400] == []


def test_a_function_has_at_most_40_lines() -> None:
    functions = [
        (module, node)
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {
        f"{module}.{node.name}": (node.end_lineno or 0) - node.lineno + 1 for module, node in functions
    }
    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}


def test_no_file_names_a_path_of_a_machine_or_a_package_index() -> None:
    found = [
        (path.name, hit[0])
        for path in tracked_files()
        if path != Path(__file__) and path.suffix not in (".png", ".gz", ".html")
        for hit in MACHINE_BOUND.finditer(path.read_text("utf-8", "replace"))
    ]
    assert found == []


def test_the_map_of_the_code_names_every_room() -> None:
    told = set(re.findall(r"`([a-z]+)/?`", (ROOT / "ARCHITECTURE.md").read_text("utf-8")))
    rooms = {name.split(".")[1] for name in MODULES if "." in name}
    assert rooms - told == set()
