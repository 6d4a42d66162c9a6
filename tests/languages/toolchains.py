"""The languages, and how each example becomes a program: by the commands that the documentation gives.

All that is installed or compiled goes below `tests/languages/build`. A program is built again when its
sources, the schema or the documentation have changed; on a fresh machine, always.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.languages.page import PAGE, ROOT, script

EXAMPLES = ROOT / "examples" / "languages"
BUILD = Path(__file__).with_name("build")


class Language(NamedTuple):
    """A language: its folder, the programs that it needs on the path, the command that runs the example."""

    name: str
    folder: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    versions: tuple[tuple[str, ...], ...]
    """Commands whose first line is a version, to be run in the example's folder once it is built."""


PACKAGES = "Object.entries(require('./package.json').dependencies).join(', ').replaceAll(',', ' ')"

LANGUAGES = (
    Language(
        "Go",
        "go",
        ("go",),
        ("./flow",),
        (("go", "version"), ("go", "list", "-m", "google.golang.org/protobuf")),
    ),
    Language(
        "TypeScript",
        "typescript",
        ("node", "npm"),
        ("node", "dist/main.js"),
        (("node", "--print", "'node ' + process.version"), ("node", "--print", PACKAGES)),
    ),
    Language(
        "Java",
        "java",
        ("java", "mvn"),
        ("java", "-XX:TieredStopAtLevel=1", "-cp", "target/classes:target/lib/*", "com.example.flow.Flow"),
        (("java", "--version"), ("target/dependency/protoc.exe", "--version")),
    ),
    Language(
        "Rust",
        "rust",
        ("cargo",),
        ("cargo", "run", "--quiet", "--"),
        (("cargo", "--version"), ("cargo", "tree", "--package=prost", "--depth=0")),
    ),
    Language(
        "C++",
        "cpp",
        ("cmake", "c++", "protoc"),
        ("build/flow",),
        (("c++", "--version"), ("protoc", "--version")),
    ),
)


class Program(NamedTuple):
    """An example that has been built, ready to run."""

    language: Language
    folder: Path

    def run(self, *arguments: str | Path, given: bytes | None = None) -> bytes:
        """Run the program with something on its standard input, and return its standard output."""
        command = [*self.language.command, *map(str, arguments)]
        return run(command, self.folder, given=given)

    def versions(self) -> list[str]:
        """Return what the toolchain says about itself, by line."""
        return [run(command, self.folder).decode().splitlines()[0] for command in self.language.versions]


def program(language: Language) -> Program:
    """Build an example by the documentation, unless it is built. Skip or fail without its toolchain."""
    require(language.name, (*language.needs, "buf"))
    work = BUILD / language.folder
    folder = work / language.folder
    stamp = work / ".built"
    key = fingerprint(language)
    if not stamp.exists() or stamp.read_text() != key:
        shutil.rmtree(work, ignore_errors=True)
        follow(language.folder, work)
        stamp.write_text(key)
    return Program(language, folder)


def follow(reader: str, work: Path, variables: Mapping[str, str] | None = None) -> None:
    """Run the documentation's commands for one reader in a new copy of the examples."""
    ignored = shutil.ignore_patterns(
        "gen", "dist", "build", "target", "node_modules", "*.binpb", "Cargo.lock"
    )
    shutil.copytree(EXAMPLES, work, ignore=ignored)
    run(["bash", "-euxo", "pipefail", "-c", script(reader)], work, variables)


def require(name: str, programs: Sequence[str]) -> None:
    """Skip the test, or fail it if `FLOWIDL_REQUIRE_LANGUAGES=1`, unless all of these programs are there."""
    path = environment()["PATH"]
    missing = [each for each in programs if shutil.which(each, path=path) is None]
    if missing:
        reason = f"{name} is not tested: {', '.join(missing)} not found"
        if os.environ.get("FLOWIDL_REQUIRE_LANGUAGES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)


def environment() -> dict[str, str]:
    """Return variables that make each toolchain install and compile below `BUILD`."""
    tools = BUILD / "tools"
    folders = [tools / "bin", Path(sys.executable).parent, ROOT / ".venv-gen" / "bin"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {
        **kept,
        "PATH": os.pathsep.join([*map(str, folders), kept.get("PATH", os.defpath)]),
        "GOBIN": str(tools / "bin"),
        "GOCACHE": str(BUILD / "go-build"),
        "GOMODCACHE": str(BUILD / "go-mod"),
        "GOFLAGS": f"{kept.get('GOFLAGS', '')} -modcacherw".strip(),
        "GOTOOLCHAIN": "local",
        "CARGO_INSTALL_ROOT": str(tools),
        "CARGO_TARGET_DIR": str(BUILD / "cargo"),
        "npm_config_cache": str(BUILD / "npm"),
        "MAVEN_OPTS": f"{kept.get('MAVEN_OPTS', '')} -Dmaven.repo.local={BUILD / 'maven'}".strip(),
        "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count() or 1),
    }


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str] | None = None,
    given: bytes | None = None,
) -> bytes:
    """Run a command to its end and return its standard output. Fail with all that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment(), **(variables or {})},
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        check=False,
        timeout=900,
    )
    said = done.stdout[-4000:].decode(errors="replace") + done.stderr[-8000:].decode(errors="replace")
    assert done.returncode == 0, f"{' '.join(command)[:200]} failed with {done.returncode}\n{said}"
    return done.stdout


def fingerprint(language: Language) -> str:
    """Return a digest of everything that an example is built from."""
    digest = hashlib.sha256()
    sources = [
        PAGE,
        EXAMPLES / "write.py",
        *EXAMPLES.joinpath(language.folder).rglob("*"),
        *ROOT.joinpath("proto").rglob("*"),
    ]
    for path in sorted(path for path in sources if path.is_file()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
