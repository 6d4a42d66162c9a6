"""Count findings by rule over a folder of real definitions, to see which rules speak up and whether they
should.

    python scripts/corpus_report.py FOLDER [--rule FI660] [--valid INDEX]

Every folder that holds definitions counts as one package, and so does every archive. `--rule` prints that
rule's findings; `--severity` those of one severity.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from flowidl.rules.options import Options
from flowidl.rules.packs import all_rules
from flowidl.validator.pipeline import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.findings import Finding

ARCHIVES = (".tgz", ".tar", ".tar.gz")
DEFINITIONS = (".pb", ".json", ".yaml", ".yml", *ARCHIVES)


def packages(folder: Path) -> Iterator[list[Path]]:
    """Yield what belongs together: the files of each folder, and each archive by itself."""
    groups: dict[Path, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith(DEFINITIONS):
            groups[path if path.name.endswith(ARCHIVES) else path.parent].append(path)
    yield from groups.values()


def main(arguments: list[str]) -> int:
    """Print the table. Always succeeds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--rule", action="append", default=[], metavar="CODE", help="print this rule's findings"
    )
    parser.add_argument("--severity", metavar="NAME", help="print the findings of a severity")
    parser.add_argument("--previews", action="store_true", help="run rules in preview too")
    parser.add_argument("--target", default="flyte-1.16", help="the back end to validate for")
    options = parser.parse_args(arguments)
    counts: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], set[Path]] = defaultdict(set)
    checked = 0
    for files in packages(options.folder):
        checked += 1
        given = Options(previews=options.previews, target=options.target)
        for finding in examine(map(str, files), given).findings:
            key = finding.code, finding.severity.name.lower()
            counts[key] += 1
            places[key].add(files[0])
            if finding.code in options.rule or key[1] == options.severity:
                print(line(finding, options.folder))
    names = {rule.code: rule.name for rule in all_rules()}
    print(f"{checked} packages")
    for (code, severity), count in sorted(counts.items()):
        print(
            f"{code} {severity:8} {names.get(code, ''):32} {count:6} in "
            f"{len(places[code, severity])} packages"
        )
    return 0


def line(finding: Finding, folder: Path) -> str:
    """One finding on one line."""
    where = finding.location
    file = where.file.removeprefix(f"{folder}/")
    place = f"{file} {where.member} {where.field_path}"
    return f"{finding.code} {finding.severity.name.lower()} {place}: {finding.message}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
