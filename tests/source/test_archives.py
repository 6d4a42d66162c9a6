"""Archives: read like other tools read them, and refused member by member where others would unpack harm."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.source import Fact, File, load
from flowidl.source.inputs.tar import REGULAR, Tar
from tests.source.support import LAUNCH_PLAN, MEMBERS, TASK, WORKFLOW, facts, tar, tgz, zipped

LONG = "my_package/" + "deep/" * 30 + "x" * 90 + "_1.pb"
FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def _entry(name: str, type: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = type
    info.linkname = target
    return info


# --- like other readers -------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    format=st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    members=st.dictionaries(
        st.text(
            st.characters(exclude_characters="\0\\/", exclude_categories=["Cs"]), min_size=1, max_size=150
        ),
        st.binary(max_size=1500),
        max_size=5,
    ),
)
def test_tar_is_read_as_the_standard_library_reads_it(format: int, members: dict[str, bytes]) -> None:
    data = tar(members, format=format)
    archive = Tar(io.BytesIO(data).read)
    found = {member.name: archive.content(10_000) for member in archive if member.type == REGULAR}
    with tarfile.open(fileobj=io.BytesIO(data)) as other:
        expected = {info.name: stream.read() for info in other if (stream := other.extractfile(info))}
    assert found == expected == members


@pytest.mark.parametrize("format", FORMATS)
def test_long_names(format: int) -> None:
    loaded = load(tar({LONG: TASK}, format=format))
    assert [definition.origin.member for definition in loaded.definitions] == [LONG]


def test_real_packages_have_what_their_index_says() -> None:
    from tests.source.support import corpus

    packages = [entry for entry in corpus() if entry.get("members")]
    for entry in packages:
        loaded = load(File(entry["path"], entry["data"]))
        seen = Counter(f"flyteidl.admin.{definition.kind.label}" for definition in loaded.definitions)
        seen["undecodable"] = len(loaded.problems)
        wanted = Counter({name: n for name, n in entry["members"].items() if "source" not in name})
        assert (entry["path"], seen) == (entry["path"], wanted)
    assert len(packages) > 10


def test_odd_but_sound_archives() -> None:
    blocks = tar()
    assert len(load(File("x.tar", blocks + b"\0" * 20480)).definitions) == 3
    assert len(load(tar({f"./{name}": data for name, data in MEMBERS.items()})).definitions) == 3
    assert len(load(tar(MEMBERS, _entry("folder", tarfile.DIRTYPE))).definitions) == 3
    signed = bytearray(tar({"é_1.pb": TASK}, format=tarfile.GNU_FORMAT))
    signed[148:156] = b" " * 8
    total = sum(byte - 256 * (byte > 127) for byte in signed[:512])
    signed[148:156] = f"{total:06o}\0 ".encode()
    assert len(load(bytes(signed)).definitions) == 1, "old tools add up bytes as signed numbers"
    without_end = blocks[: blocks.rindex(LAUNCH_PLAN) // 512 * 512 + 512]
    assert len(load(without_end).definitions) == 3
    assert len(load(gzip.compress(blocks[:700]) + gzip.compress(blocks[700:])).definitions) == 3
    assert len(load(gzip.compress(blocks) + bytes(512)).definitions) == 3
    assert len(load(zipped(method=zipfile.ZIP_STORED)).definitions) == 3


# --- members that are not read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (_entry("l_1.pb", tarfile.SYMTYPE, "/etc/passwd"), "link"),
        (_entry("h_1.pb", tarfile.LNKTYPE, "0_my.pkg.fit_1.pb"), "link"),
        (_entry("n_1.pb", tarfile.CHRTYPE), "device"),
        (_entry("b_1.pb", tarfile.BLKTYPE), "device"),
        (_entry("f_1.pb", tarfile.FIFOTYPE), "device"),
        (_entry("s_1.pb", tarfile.GNUTYPE_SPARSE), "sparse file"),
        (_entry("/abs_1.pb"), "an absolute name"),
        (_entry("C:\\x_1.pb"), "an absolute name"),
        (_entry("\\\\host\\x_1.pb"), "an absolute name"),
        (_entry("a/../../x_1.pb"), "a name that leads out of the archive"),
        (_entry("a\\..\\x_1.pb"), "a name that leads out of the archive"),
        (_entry("x" * 1100 + "_1.pb"), "a name of 1105 characters"),
    ],
    ids=lambda value: value.name[:20] if isinstance(value, tarfile.TarInfo) else "",
)
def test_unsafe_members_are_refused_and_the_rest_is_read(entry: tarfile.TarInfo, reason: str) -> None:
    loaded = load(tgz(MEMBERS, entry))
    assert len(loaded.definitions) == 3
    assert [(problem.fact, problem.detail) for problem in loaded.problems] == [(Fact.UNSAFE_MEMBER, reason)]


def test_unsafe_names_in_zip_files() -> None:
    loaded = load(zipped({**MEMBERS, "../x_1.pb": TASK, "/y_1.pb": TASK}))
    assert len(loaded.definitions) == 3
    assert facts(loaded) == [Fact.UNSAFE_MEMBER] * 2
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("l_1.pb")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert [problem.detail for problem in load(stream.getvalue()).problems] == ["link"]


def test_names_that_come_twice() -> None:
    both = tar({"x_1.pb": TASK})[:1024] + tar({"./x_1.pb": LAUNCH_PLAN})
    loaded = load(both)
    assert [definition.origin.data for definition in loaded.definitions] == [TASK]
    assert facts(loaded) == [Fact.DUPLICATE_MEMBER]


def test_sparse_files_in_pax_form() -> None:
    info = tarfile.TarInfo("x_1.pb")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.realsize": str(2**40)}
    assert [problem.detail for problem in load(tar(MEMBERS, info)).problems] == ["sparse file"]


def test_a_flood_of_bad_members_is_cut() -> None:
    links = [_entry(f"{number}_1.pb", tarfile.SYMTYPE, "x") for number in range(500)]
    loaded = load(tgz(MEMBERS, *links))
    assert facts(loaded) == [Fact.UNSAFE_MEMBER] * 100
    assert [(hit.name, hit.seen) for hit in loaded.limits] == [("unsafe-member in ", 500)]


# --- damage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "fact"),
    [
        ("x.tgz", b"not an archive", Fact.CORRUPT_ARCHIVE),
        ("x.tgz", b"", Fact.EMPTY_FILE),
        ("x.tgz", tgz()[:40], Fact.CORRUPT_ARCHIVE),
        ("x.pb.gz", gzip.compress(TASK)[:-6] + b"\0" * 6, Fact.CORRUPT_ARCHIVE),
        ("x.pb.gz", gzip.compress(TASK) + b"garbage", Fact.CORRUPT_ARCHIVE),
        ("x.pb.gz", gzip.compress(gzip.compress(TASK)), Fact.UNSUPPORTED_COMPRESSION),
        ("x.tar", tar()[:530], Fact.CORRUPT_ARCHIVE),
        ("x.zip", zipped()[:-30], Fact.CORRUPT_ARCHIVE),
        ("x.zip", b"PK\x05\x06", Fact.CORRUPT_ARCHIVE),
        ("x.tar.bz2", b"BZh91AY&SY", Fact.UNSUPPORTED_COMPRESSION),
        ("x.zip", zipped(method=zipfile.ZIP_LZMA), Fact.UNSUPPORTED_COMPRESSION),
        ("x.tgz", tgz({"0_x_1.pb": gzip.compress(TASK)}), Fact.UNSUPPORTED_COMPRESSION),
    ],
)
def test_damage_is_told_by_kind(name: str, data: bytes, fact: Fact) -> None:
    loaded = load(File(name, data))
    assert loaded.definitions == ()
    assert facts(loaded)[0] is fact


def test_a_truncated_archive_gives_what_came_before() -> None:
    whole = tar()
    for cut in (1100, 1600, 2100, 2600):
        loaded = load(whole[:cut])
        assert [d.origin.data for d in loaded.definitions] == list(MEMBERS.values())[
            : len(loaded.definitions)
        ]
        assert facts(loaded) in ([], [Fact.CORRUPT_ARCHIVE])


def test_the_checksum_of_a_package_counts() -> None:
    whole = bytearray(tgz())
    whole[-8] ^= 1
    loaded = load(bytes(whole))
    assert facts(loaded) == [Fact.CORRUPT_ARCHIVE]
    assert "check" in loaded.problems[0].detail
    assert facts(load(tgz()[:-9])) == [Fact.CORRUPT_ARCHIVE]


def test_headers_that_lie() -> None:
    whole = bytearray(tar({"x_1.pb": TASK}))
    whole[124:136] = b"-0000000001\0"
    assert facts(load(File("x.tar", _resigned(whole)))) == [Fact.CORRUPT_ARCHIVE]
    whole[124:136] = b"\x80" + bytes(3) + (2**62).to_bytes(8, "big")
    assert facts(load(File("x.tar", _resigned(whole)))) == [Fact.MEMBER_TOO_LARGE, Fact.CORRUPT_ARCHIVE]
    info = tarfile.TarInfo("x_1.pb")
    info.pax_headers = {"size": "9" * 30}
    assert facts(load(tar({}, info))) == [Fact.CORRUPT_ARCHIVE]


def _resigned(header: bytearray) -> bytes:
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header[:512]):06o}\0 ".encode()
    return bytes(header)


def test_no_damage_raises() -> None:
    shuffle = random.Random(7)
    for whole in (tar(), tgz(), zipped()):
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(shuffle.randint(1, 6)):
                damaged[shuffle.randrange(len(damaged))] = shuffle.randrange(256)
            for suffix in ("", ".tar", ".tgz", ".zip"):
                load(File(f"x{suffix}", bytes(damaged[: shuffle.randint(1, len(damaged))])))


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    load(tgz({**MEMBERS, "../escape_1.pb": WORKFLOW}))
    load(zipped())
    assert list(tmp_path.iterdir()) == []
