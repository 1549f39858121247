"""The dependencies: pinned, few, argued for, and under licences that go with ours."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

_ROOT = Path(__file__).parents[1]
_FILES = sorted(_ROOT.glob("constraints*.txt"))
_SHIPPED = ["constraints.txt", *(f"constraints-{e}.txt" for e in ("anthropic", "google", "llm"))]
_PIN = re.compile(r"([a-z0-9][a-z0-9._-]*)==([^\s;]+)(?: ; (.+?))?(?: \\)?")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
_MOST = 25

# Names of licences as packages write them. Of the last, which leaves a choice, we take the MPL.
_LICENCES = {
    "Apache 2.0", "Apache License, Version 2.0", "Apache-2.0", "BSD", "BSD-2-Clause",
    "BSD-3-Clause", "CNRI-Python", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0",
    "Apache Software License", "BSD License", "ISC License (ISCL)", "MIT License",
    "Mozilla Public License 2.0 (MPL 2.0)", "Python Software Foundation License",
    "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
}  # fmt: skip


def pins(file: Path) -> dict[str, list[tuple[str, str | None]]]:
    """Name each package of a file with its versions and what each is for."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if pin := _PIN.fullmatch(line):
            found.setdefault(pin[1], []).append((pin[2], pin[3]))
    return found


def rows() -> set[str]:
    text = (_ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ([a-z0-9-]+) \|", text, re.MULTILINE)) - {"package"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_that_a_host_may_install_is_argued_for_and_no_other() -> None:
    shipped = [*_SHIPPED, "constraints-metrics.txt"]
    assert rows() == {name for file in shipped for name in pins(_ROOT / file)}


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_every_pin_has_hashes_and_no_file_names_an_address(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or line.lstrip().startswith("-i")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("    #") or _HASH.fullmatch(line):
            continue
        assert _PIN.fullmatch(line), line
        assert _HASH.fullmatch(following), f"{line} has no hash"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_default_installation_is_few_packages(python: str, system: str) -> None:
    here = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    installed = [
        name
        for name, versions in pins(_ROOT / "constraints.txt").items()
        if any(marker is None or Marker(marker).evaluate(here) for _, marker in versions)
    ]
    assert len(installed) <= _MOST


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_all_files_agree_in_the_versions_of_the_default_packages(file: Path) -> None:
    others = pins(file)
    for name, versions in pins(_ROOT / "constraints.txt").items():
        assert [v for v, _ in others[name]] == [v for v, _ in versions], name


def test_what_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"": project["dependencies"], **project["optional-dependencies"]}
    for extra, requirements in asked.items():
        pinned = pins(_ROOT / (f"constraints-{extra}.txt" if extra else "constraints.txt"))
        for requirement in requirements:
            match = re.match(r"[A-Za-z0-9._-]+", requirement)
            assert match
            assert normal(match[0]) in pinned, requirement


def test_the_licences_of_what_is_installed_go_with_ours() -> None:
    foreign = {}
    for name in rows():
        try:
            about = metadata(name)
        except PackageNotFoundError:  # an extra that is not installed here
            continue
        said = about.get_all("License-Expression") or about.get_all("License") or [""]
        expression = str(said[0])
        # Some put the whole text there, or nothing: then the classifiers say it.
        if not expression or "\n" in expression:
            named = about.get_all("Classifier") or []
            classes = [c.rpartition(" :: ")[2] for c in named if c.startswith("License ::")]
            expression = " OR ".join(classes) or expression.splitlines()[0]
        if expression in _LICENCES or expression.startswith("MIT License"):
            continue
        if not set(re.split(r" AND | OR ", expression)) <= _LICENCES:
            foreign[name] = expression
    assert not foreign
