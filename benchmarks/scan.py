"""Reading, measured: the scanner's speed, what counting and recognising cost, and memory under attack.

    python benchmarks/scan.py [--nodes 100000] [--corpus FOLDER]

Speeds are compared with what the Protobuf runtime needs to decode the same bytes in the same run, so that
the ratios mean something on any machine. Memory is the peak of a process of its own, less what it had after
imports.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flowidl.paths import FieldPath
from flowidl.source import DEFAULT_LIMITS, Kind, load
from flowidl.source.messages import descriptor, message_class
from flowidl.source.wire.count import count_elements, most_elements
from flowidl.source.wire.locate import Locator
from flowidl.source.wire.scan import scan
from flowidl.source.wire.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]


def best(call: Callable[[], object], runs: int = 3) -> float:
    """Return the seconds of the fastest of some runs."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def speeds(nodes: int) -> None:
    from benchmarks.shapes import chain, layered

    kind = Kind.WORKFLOW_SPEC
    for shape in (chain, layered):
        data = shape(nodes).workflow.SerializeToString()
        table = Table(descriptor(kind))
        floor = best(partial(message_class(kind).FromString, data))
        most = DEFAULT_LIMITS.elements
        rows = {
            "decode (protobuf)": floor,
            "scan": best(partial(scan, data, table), 2),
            "bound on elements": best(partial(most_elements, data)),
            "count of elements": best(partial(count_elements, data, table, most)),
            "exact count": best(partial(count_elements, data, table, most // 2), 1),
            "locate a field": best(partial(locate_one, data, table, nodes)),
            "load": best(partial(load, data)),
        }
        elements = scan(data, table).elements
        print(f"{shape.__name__}: {nodes} nodes, {len(data) / 1e6:.1f} MB, {elements} elements")
        for name, seconds in rows.items():
            rate = len(data) / 1e6 / seconds
            print(f"  {name:<20} {seconds * 1e3:8.1f} ms  {rate:8.1f} MB/s  {seconds / floor:6.1f} x decode")


def locate_one(data: bytes, table: Table, nodes: int) -> None:
    path = FieldPath.parse(f"template.nodes[{nodes - 1}].inputs[0].var")
    assert Locator(data, table).reach(path)[2] == len(path)


def kinds(corpus: Path) -> None:
    """Count how many real definitions are recognised when their names are hidden."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for entry in json.loads((corpus / "index.json").read_bytes()):
        label = entry["message_type"].rpartition(".")[2]
        if entry["encoding"] in ("pb", "json", "yaml"):
            loaded = load((corpus / entry["path"]).read_bytes())
            found = [definition.kind.label for definition in loaded.definitions]
            found = found or [
                "FlyteWorkflow" for problem in loaded.problems if problem.fact.value == "kubernetes-object"
            ]
            total[label] += 1
            right[label] += found in ([label], ["flyteworkflow"])
    print(f"recognised without names: {right.total()} of {total.total()}")
    for label, count in total.most_common():
        print(f"  {label:<26} {right[label]:>5} of {count}")


class Attack(NamedTuple):
    """An input made to exhaust a reader: what it is, and Python that makes it `source`."""

    name: str
    make: str


ATTACKS = (
    Attack("binary, 10,000 levels", "source = File('x_2.pb', bombs.nested(10_000))"),
    Attack("JSON, 100,000 levels", "source = File('x.json', b'[' * 100_000)"),
    Attack("YAML, 100,000 levels", "source = File('x.yaml', b'[' * 100_000)"),
    Attack("4 MB of empty entries", "source = File('x_2.pb', bombs.empty_nodes(4 << 20))"),
    Attack("8 MB of empty entries, gzipped", "source = gzip.compress(bombs.empty_nodes(8 << 20))"),
    Attack("tar member said to be 10 GB", "source = File('x.tar', bombs.header('0_x_1.pb', 10 << 30))"),
    Attack("tar member of 10 GB, gzipped", "source = str(bombs.huge_member(folder / 'x.tgz', 10 << 30))"),
    Attack("gzip, eight times over", "source = File('x.pb.gz', bombs.nested_gzip(8))"),
    Attack("1,000,000 members", "source = str(bombs.many_members(folder / 'x.tgz', 1_000_000))"),
    Attack("64 MB of zeros in a zip file", "source = bombs.zeros_in_zip(64 << 20)"),
)

PROGRAM = """
import gzip, resource, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from flowidl.admin.v1 import execution_pb2, launch_plan_pb2, task_pb2, workflow_pb2
from flowidl.core.v1 import dynamic_job_pb2
from flowidl.source import File, load
from tests.source import bombs
{peak}
folder = Path({folder!r})
if {making!r}:
    import pickle
    {make}
    (folder / "source").write_bytes(pickle.dumps(source))
else:
    import pickle
    source = pickle.loads((folder / "source").read_bytes())
    before, start = peak(), time.perf_counter()
    loaded = load(source)
    print(f"{{(peak() - before) / 1024:6.1f}} MiB  {{time.perf_counter() - start:6.2f}} s  "
          + ", ".join(problem.fact.value for problem in loaded.problems))
"""


def attacks() -> None:
    """Load every attack in a process of its own and print its peak memory, its time, and what was said."""
    from tests.source.support import PEAK

    print("attacks: memory on top of what imports take, time, findings")
    for attack in ATTACKS:
        with tempfile.TemporaryDirectory() as folder:
            for making in (True, False):
                values = {"root": str(ROOT), "folder": folder, "making": making, "peak": PEAK}
                program = PROGRAM.format(make=attack.make, **values)
                done = subprocess.run(
                    [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
                )
            print(f"  {attack.name:<32} {done.stdout.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    arguments = parser.parse_args()
    speeds(arguments.nodes)
    if arguments.corpus.is_dir():
        kinds(arguments.corpus)
    attacks()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
