"""Rules 0xx: inputs and bytes. What was found while reading, before there was anything to compile.

Reading records facts (`flowidl.source.problems`); each rule here puts words to one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.phrases import quoted
from flowidl.source.problems import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.rules.context import Context
    from flowidl.source.problems import Problem


def _facts(context: Context, fact: Fact) -> Iterator[Problem]:
    return (problem for problem in context.problems if problem.fact is fact)


def _name(problem: Problem) -> str:
    """The file or member that a problem is about, without folders."""
    name = problem.origin.member or problem.origin.file
    return quoted(name.rstrip("/").rpartition("/")[2]) if name else "the input"


def _label(problem: Problem) -> str:
    """The kind as which the bytes were read, with its article."""
    if problem.kind is None:
        return "a message"
    return f"{'an' if problem.kind.label[0] in 'AEIOU' else 'a'} `{problem.kind.label}`"


def _field(problem: Problem) -> str:
    """The field that a problem is about, in a sentence."""
    return quoted(str(problem.path)) if problem.path else "the message"


def _size(count: int) -> str:
    """A number of bytes for people: `64 MiB`, `1.5 KiB`."""
    amount, units = float(count), ["bytes", "KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount /= 1024
        units = units[1:]
    return f"{amount:.1f} {units[0]}" if amount % 1 else f"{amount:.0f} {units[0]}"


def _at(problem: Problem) -> str:
    """Where in a text file, if it is known: ` at line 3, column 5`."""
    return f" at line {problem.line}, column {problem.column}" if problem.line else ""


# --- inputs -------------------------------------------------------------------------------------------------


@rule("FI001", "unreadable-input", ERROR, Phase.READ)
def unreadable_input(context: Context) -> Iterator[Found]:
    """An input cannot be read

    What: a file that is not there or may not be read, or a pattern that matches nothing.

    Why it fails: there is nothing to check, and a run without its input must not count as a success.

    Fix: check the path, and quote patterns so that the shell leaves them alone.
    """
    for problem in _facts(context, Fact.UNREADABLE_INPUT):
        yield Found(problem.place, f"{_name(problem)} cannot be read: {problem.detail}", "check the path")


@rule("FI002", "no-definitions", ERROR, Phase.READ)
def no_definitions(context: Context) -> Iterator[Found]:
    """An input holds no definition

    What: a folder or an archive in which no file looks like a definition by its name.

    Why it fails: nothing was checked, so nothing can be said. This is how a build that writes to another
    folder shows.

    Fix: name the folder or package that holds the `.pb` files, or files of another name one by one.
    """
    for problem in _facts(context, Fact.NO_DEFINITIONS):
        help = "definitions end in `.pb`, `.json`, `.yaml` or `.txtpb`"
        yield Found(problem.place, f"{_name(problem)} holds no definition", help)


@rule("FI003", "empty-file", ERROR, Phase.READ)
def empty_file(context: Context) -> Iterator[Found]:
    """A file has no bytes

    What: a file or archive member of length zero where a definition is expected.

    Why it fails: no bytes decode as a message of any kind, with nothing in it, not even an identifier. It
    is most likely the trace of an interrupted write.

    Fix: write the file again.
    """
    for problem in _facts(context, Fact.EMPTY_FILE):
        yield Found(problem.place, f"{_name(problem)} is empty", "serialize the definition again")


@rule("FI004", "corrupt-archive", ERROR, Phase.READ)
def corrupt_archive(context: Context) -> Iterator[Found]:
    """An archive is damaged, or none

    What: a file that is called an archive and is neither tar, gzip nor zip, or one whose content ends early
    or does not fit its checksum. Members in front of the damage are checked.

    Why it fails: registration cannot unpack it.

    Fix: package again, and compare sizes if the file was copied or downloaded.
    """
    for problem in _facts(context, Fact.CORRUPT_ARCHIVE):
        where = f" (byte {problem.span[0]})" if problem.span and problem.span[0] else ""
        message = f"{_name(problem)} cannot be unpacked: {problem.detail}{where}"
        yield Found(problem.place, message, "package or download it again")


@rule("FI005", "unsupported-compression", ERROR, Phase.READ)
def unsupported_compression(context: Context) -> Iterator[Found]:
    """A compression or encryption that is not read

    What: bzip2, xz, zstd and the like, encrypted zip members, or compressed files inside archives.

    Why it fails: packages are gzipped tar files or zip files of plain definitions; nothing else can be
    registered either.

    Fix: package as `.tgz`, `.tar` or `.zip`.
    """
    for problem in _facts(context, Fact.UNSUPPORTED_COMPRESSION):
        message = f"{_name(problem)} is compressed in a way that is not read: {problem.detail}"
        yield Found(problem.place, message, "package as `.tgz`, `.tar` or `.zip`")


@rule("FI006", "unsafe-member", ERROR, Phase.READ)
def unsafe_member(context: Context) -> Iterator[Found]:
    """An archive member that must not be unpacked

    What: a link, a device, a sparse file, or a name that is absolute or leads out of the archive.

    Why it fails: unpacking such a member writes or reads outside of the target folder. No packaging tool
    makes one. The member is left out; the rest of the archive is checked.

    Fix: package again from regular files, with relative names.
    """
    for problem in _facts(context, Fact.UNSAFE_MEMBER):
        message = f"archive member {quoted(problem.origin.member)} is not safe to unpack: {problem.detail}"
        yield Found(problem.place, message, "package regular files under relative names")


@rule("FI007", "duplicate-member", ERROR, Phase.READ)
def duplicate_member(context: Context) -> Iterator[Found]:
    """An archive has two members of one name

    What: a name that an earlier member of the same archive has already. The earlier one is checked.

    Why it fails: unpacking keeps the later member, others read the earlier one: what is checked and what is
    registered may differ.

    Fix: package again into a new file rather than adding to an old one.
    """
    for problem in _facts(context, Fact.DUPLICATE_MEMBER):
        message = f"archive member {quoted(problem.origin.member)} is there more than once"
        yield Found(problem.place, message, "package again into a new file")


# --- limits -------------------------------------------------------------------------------------------------


@rule("FI010", "input-too-large", ERROR, Phase.READ)
def input_too_large(context: Context) -> Iterator[Found]:
    """An input is larger than the limit

    What: a file or stream of more bytes, as it is stored, than `--limit input-size` allows.

    Why it fails: reading stops so that a wrong file cannot fill memory. What came before is checked.

    Fix: leave source code and data out of the package, or raise the limit.
    """
    for problem in _facts(context, Fact.INPUT_TOO_LARGE):
        message = f"{_name(problem)} is larger than the limit of {_size(problem.limit)}"
        yield Found(problem.place, message, "raise `--limit input-size` if that is intended")


@rule("FI011", "total-too-large", ERROR, Phase.READ)
def total_too_large(context: Context) -> Iterator[Found]:
    """Archives decompress to more than the limit

    What: all that the archives and compressed files of one run decompress to, against `--limit total-size`.

    Why it fails: reading stops so that a small archive cannot fill memory.

    Fix: check fewer packages in one run, or raise the limit.
    """
    for problem in _facts(context, Fact.TOTAL_TOO_LARGE):
        message = f"{_name(problem)} brings the decompressed size above the limit of {_size(problem.limit)}"
        yield Found(problem.place, message, "raise `--limit total-size` if that is intended")


@rule("FI012", "ratio-too-high", ERROR, Phase.READ)
def ratio_too_high(context: Context) -> Iterator[Found]:
    """An archive decompresses to suspiciously much

    What: more decompressed bytes for each stored byte than `--limit ratio` allows, from 8 MiB on.

    Why it fails: definitions do not compress that well; archives made to exhaust memory do. Reading stops.

    Fix: look at what the archive holds, and raise the limit if that is intended.
    """
    for problem in _facts(context, Fact.RATIO_TOO_HIGH):
        message = f"{_name(problem)} decompresses to more than {problem.limit} times its size"
        yield Found(problem.place, message, "raise `--limit ratio` if that is intended")


@rule("FI013", "too-many-members", ERROR, Phase.READ)
def too_many_members(context: Context) -> Iterator[Found]:
    """An archive or folder has more entries than the limit

    What: entries of one archive, or files below one folder, against `--limit members`.

    Why it fails: reading stops so that a wrong folder cannot keep the run busy. What came before is checked.

    Fix: name the folder that holds the definitions, or raise the limit.
    """
    for problem in _facts(context, Fact.TOO_MANY_MEMBERS):
        message = f"{_name(problem)} has more than {problem.limit} entries"
        yield Found(problem.place, message, "raise `--limit members` if that is intended")


@rule("FI014", "member-too-large", ERROR, Phase.READ)
def member_too_large(context: Context) -> Iterator[Found]:
    """One definition is larger than the limit

    What: the bytes of one definition, decompressed, against `--limit member-size`.

    Why it fails: the definition is left out so that it cannot fill memory. No back end takes definitions of
    that size: they travel in messages of a few megabytes.

    Fix: split the workflow, or raise the limit.
    """
    for problem in _facts(context, Fact.MEMBER_TOO_LARGE):
        message = f"{_name(problem)} is larger than the limit of {_size(problem.limit)} for one definition"
        yield Found(problem.place, message, "raise `--limit member-size` if that is intended")


@rule("FI015", "too-deep", ERROR, Phase.READ)
def too_deep(context: Context) -> Iterator[Found]:
    """Messages are nested too deeply to be read

    What: more messages inside each other than `--limit depth` allows, 100 by default.

    Why it fails: most Protobuf runtimes, that of Python among them, refuse to decode more than 100 levels,
    so tools cannot read the definition back. A JSON value inside a definition takes three levels for each
    of its own.

    Fix: flatten the value or type at the place that is named.
    """
    for problem in _facts(context, Fact.TOO_DEEP):
        message = f"{_name(problem)} has more than {problem.limit} {problem.detail or 'levels'}"
        yield Found(problem.place, message, "flatten what is nested at this place")


@rule("FI016", "too-many-elements", ERROR, Phase.READ)
def too_many_elements(context: Context) -> Iterator[Found]:
    """A definition has more elements than the limit

    What: messages and list entries of all definitions of a run, empty ones counted eight times, against
    `--limit elements`. They are counted before anything is decoded.

    Why it fails: an empty entry is two bytes in a file and a hundred in memory. The definition is left out.

    Fix: check fewer definitions in one run, or raise the limit.
    """
    for problem in _facts(context, Fact.TOO_MANY_ELEMENTS):
        message = f"{_name(problem)} brings the number of messages and list entries above {problem.limit}"
        yield Found(problem.place, message, "raise `--limit elements` if that is intended")


# --- kinds and formats --------------------------------------------------------------------------------------


@rule("FI020", "unknown-kind", ERROR, Phase.READ)
def unknown_kind(context: Context) -> Iterator[Found]:
    """No kind of definition fits a file

    What: neither the file's name nor its content tells which message it holds: no identifier of the right
    resource type stands where any kind has one, or too much of the content is unknown to every kind.

    Why it fails: every wrong kind decodes, to a message full of nothing. So the file is not guessed at.

    Fix: name the kind with `--kind`, or call the file by what it holds, as `train.WorkflowSpec.pb`.
    """
    for problem in _facts(context, Fact.UNKNOWN_KIND):
        message = f"{_name(problem)} does not look like a definition of any kind"
        yield Found(problem.place, message, "say what it is with `--kind`")


@rule("FI021", "mismatched-kind", WARNING, Phase.READ)
def mismatched_kind(context: Context) -> Iterator[Found]:
    """A file is called one kind and holds another

    What: packaging tools end names in `_1.pb` for tasks, `_2.pb` for workflows and `_3.pb` for launch plans,
    and this file's content is of another kind. Content decides, unless `--kind` was given.

    Why it fails: tools that go by the name decode the content as the wrong message and see next to nothing.

    Fix: rename the file.
    """
    for problem in _facts(context, Fact.MISMATCHED_KIND):
        other = "another kind" if problem.other is None else f"`{problem.other.label}`"
        message = f"{_name(problem)} is said to hold {_label(problem)}, and its content looks like {other}"
        yield Found(problem.place, message, "rename the file or name the right kind")


@rule("FI022", "ambiguous-kind", INFO, Phase.READ)
def ambiguous_kind(context: Context) -> Iterator[Found]:
    """The kind of a file is not certain

    What: the name says nothing and the content fits more than one kind. The most common one was taken.

    Why it fails: it may not. If the other kind was meant, other rules apply.

    Fix: name the kind with `--kind`.
    """
    for problem in _facts(context, Fact.AMBIGUOUS_KIND):
        message = f"{_name(problem)} is read as {_label(problem)}, and may as well be {problem.detail}"
        yield Found(problem.place, message, "say what it is with `--kind`")


@rule("FI023", "kubernetes-object", ERROR, Phase.READ)
def kubernetes_object(context: Context) -> Iterator[Found]:
    """A Kubernetes object is given in place of a definition

    What: JSON or YAML with `kind` and `metadata`, such as the `FlyteWorkflow` resource that the back end
    makes of an execution. An error if the file was named, else a warning.

    Why it fails: it is another format with another schema, made from a definition and not the definition.

    Fix: give the serialized workflow or its compiled closure.
    """
    for problem in _facts(context, Fact.KUBERNETES_OBJECT):
        ours = problem.detail.lower() == "flyteworkflow"
        what = (
            "a `FlyteWorkflow` Kubernetes object"
            if ours
            else f"a Kubernetes object of kind {quoted(problem.detail)}"
        )
        message = f"{_name(problem)} is {what}, not a definition"
        help = "give the serialized workflow or its compiled closure"
        yield Found(problem.place, message, help, severity=None if problem.named else WARNING)


@rule("FI024", "mismatched-format", WARNING, Phase.READ)
def mismatched_format(context: Context) -> Iterator[Found]:
    """A file is called one format and holds another

    What: a suffix that announces binary, JSON, YAML or text, and content in another of these. Content
    decides.

    Why it fails: tools that go by the name cannot read it. Registration takes binary `.pb` files.

    Fix: rename the file, or convert it with `flowidl convert`.
    """
    for problem in _facts(context, Fact.MISMATCHED_FORMAT):
        message = f"{_name(problem)} holds {problem.detail} content, which its name does not say"
        yield Found(problem.place, message, "rename the file, or convert it with `flowidl convert`")


# --- bytes --------------------------------------------------------------------------------------------------


@rule("FI030", "truncated-message", ERROR, Phase.READ)
def truncated_message(context: Context) -> Iterator[Found]:
    """The bytes of a definition end early

    What: a value announces more bytes than there are. The place is the field in which the bytes end.

    Why it fails: no runtime decodes it.

    Fix: serialize or copy the file again.
    """
    for problem in _facts(context, Fact.TRUNCATED_MESSAGE):
        size = "" if problem.span is None else f" after {problem.span[0]} bytes"
        missing = f", at least {problem.seen} bytes short" if problem.seen else ""
        message = f"{_name(problem)} ends{size} within {_field(problem)}{missing}"
        yield Found(problem.place, message, "serialize or copy it again")


@rule("FI031", "corrupt-message", ERROR, Phase.READ)
def corrupt_message(context: Context) -> Iterator[Found]:
    """The bytes of a definition are no message

    What: a tag, a length or a number that cannot be, with its offset and the field that was reached.

    Why it fails: no runtime decodes it.

    Fix: serialize the definition again, and copy it as binary: text conversions break it like this.
    """
    for problem in _facts(context, Fact.CORRUPT_MESSAGE):
        where = "" if problem.span is None else f" at byte {problem.span[0]}"
        inside = f", in {_field(problem)}" if problem.path else ""
        message = f"{_name(problem)} cannot be decoded as {_label(problem)}: {problem.detail}{where}{inside}"
        yield Found(problem.place, message, "serialize it again, and copy it as binary")


@rule("FI032", "invalid-utf8", ERROR, Phase.READ)
def invalid_utf8(context: Context) -> Iterator[Found]:
    """A string is not UTF-8

    What: a field of type string whose bytes are not valid UTF-8, with the offset of the first wrong byte.

    Why it fails: no runtime decodes it; strings are UTF-8 by definition of the format.

    Fix: encode the text as UTF-8, or find out which tool wrote bytes of another encoding.
    """
    for problem in _facts(context, Fact.INVALID_UTF8):
        where = "" if problem.span is None else f" at byte {problem.span[0]}"
        message = f"string {_field(problem)} is not UTF-8: {problem.detail} 0x{problem.seen:02x}{where}"
        yield Found(problem.place, message, "encode the text as UTF-8")


@rule("FI040", "unknown-field", WARNING, Phase.READ)
def unknown_field(context: Context) -> Iterator[Found]:
    """A field that the schema does not know

    What: a field number, or in JSON and YAML a key, that this version of the schema has not, or a known field
    with another wire type than the schema says. Binary fields are kept, and show in `flowidl show`.

    Why it fails: the back end ignores it. It comes from a newer schema, or is misspelt.

    Fix: correct the name, or check against the schema that it was written for.
    """
    for problem in _facts(context, Fact.UNKNOWN_FIELD):
        inside = f" of {_field(problem)}" if problem.path else ""
        if problem.span is None:
            message = f"key {quoted(problem.detail)}{inside} is unknown to the schema and ignored"
        else:
            message = f"field {problem.seen}{inside} ({problem.detail}) is unknown to the schema and ignored"
        yield Found(problem.place, message, "correct it, or check against the schema it was written for")


@rule("FI041", "repeated-singular-field", WARNING, Phase.READ)
def repeated_singular_field(context: Context) -> Iterator[Found]:
    """A single value is given more than once

    What: a field that holds one value appears again in the bytes. The last one wins; messages are merged.

    Why it fails: it decodes everywhere, but what was written first is lost. No serializer writes this; two
    files put together do.

    Fix: serialize the definition again.
    """
    for problem in _facts(context, Fact.REPEATED_SINGULAR_FIELD):
        message = f"{_field(problem)} holds one value and is given more than once; the last one wins"
        yield Found(problem.place, message, "serialize the definition again")


@rule("FI042", "several-oneof-members", WARNING, Phase.READ)
def several_oneof_members(context: Context) -> Iterator[Found]:
    """Two alternatives are given where one is meant

    What: two members of one `oneof` in the bytes of one message. The last one wins.

    Why it fails: it decodes everywhere, but the first alternative vanishes without a word.

    Fix: serialize the definition again with the alternative that is meant.
    """
    for problem in _facts(context, Fact.SEVERAL_ONEOF_MEMBERS):
        pair = f"{_field(problem)} and its alternative {quoted(problem.detail)}"
        message = f"{pair} are both given; the last one wins"
        yield Found(problem.place, message, "keep the one that is meant")


@rule("FI043", "unknown-enum-number", WARNING, Phase.READ)
def unknown_enum_number(context: Context) -> Iterator[Found]:
    """An enum has a number without a name

    What: a number that the schema gives no name to. Looked for under `--strict`.

    Why it fails: the back end keeps the number and takes no branch for it, or the default one.

    Fix: use a number that the schema names, or check against the schema that it was written for.
    """
    for problem in _facts(context, Fact.UNKNOWN_ENUM_NUMBER):
        message = f"{_field(problem)} has the number {problem.detail}, which its enum does not name"
        yield Found(problem.place, message, "use a number that the schema names")


# --- text ---------------------------------------------------------------------------------------------------


@rule("FI050", "invalid-json", ERROR, Phase.READ)
def invalid_json(context: Context) -> Iterator[Found]:
    """A file is not JSON

    What: a syntax error, with its line and column.

    Why it fails: it cannot be read.

    Fix: correct the syntax.
    """
    for problem in _facts(context, Fact.INVALID_JSON):
        yield Found(
            problem.place, f"{_name(problem)} is not JSON: {problem.detail}{_at(problem)}", "correct it"
        )


@rule("FI051", "mismatched-value", ERROR, Phase.READ)
def mismatched_value(context: Context) -> Iterator[Found]:
    """A JSON value does not fit its field

    What: a string where a number belongs, a name that the enum has not, an object in place of a list.

    Why it fails: no runtime turns it into a message.

    Fix: give a value of the type that the schema says.
    """
    for problem in _facts(context, Fact.MISMATCHED_VALUE):
        message = f"{_field(problem)} does not fit the schema: {problem.detail}"
        yield Found(problem.place, message, "give a value of the type that the schema says")


@rule("FI052", "duplicate-key", WARNING, Phase.READ)
def duplicate_key(context: Context) -> Iterator[Found]:
    """An object has a key twice

    What: the same key more than once in one JSON or YAML object. The last one counts.

    Why it fails: some readers take the first value, some the last, and some refuse the file.

    Fix: remove one.
    """
    for problem in _facts(context, Fact.DUPLICATE_KEY):
        message = f"{_name(problem)} has an object with key {quoted(problem.detail)} more than once"
        yield Found(problem.place, message, "remove one of them")


@rule("FI053", "missing-yaml-extra", ERROR, Phase.READ)
def missing_yaml_extra(context: Context) -> Iterator[Found]:
    """YAML cannot be read without PyYAML

    What: a YAML file, and the optional dependency that reads it is not installed.

    Why it fails: it cannot be read. Nothing is wrong with the file as far as this finding can tell.

    Fix: `pip install flowidl[yaml]`, or convert the file to JSON.
    """
    for problem in _facts(context, Fact.MISSING_YAML_EXTRA):
        message = f"{_name(problem)} is YAML, and PyYAML is not installed"
        yield Found(problem.place, message, "install `flowidl[yaml]`")


@rule("FI054", "invalid-yaml", ERROR, Phase.READ)
def invalid_yaml(context: Context) -> Iterator[Found]:
    """A file is not YAML that is read here

    What: a syntax error, or a feature that messages have no use for and attacks have: aliases, tags of other
    languages, more than one document.

    Why it fails: it cannot be read.

    Fix: correct the syntax; write values out in place of aliases.
    """
    for problem in _facts(context, Fact.INVALID_YAML):
        message = f"{_name(problem)} cannot be read as YAML: {problem.detail}{_at(problem)}"
        yield Found(problem.place, message, "correct it, or convert it to JSON")


@rule("FI055", "untrusted-text", ERROR, Phase.READ)
def untrusted_text(context: Context) -> Iterator[Found]:
    """Text format is read on demand only

    What: a file in Protobuf text format, and `--text-format` was not given.

    Why it fails: the format is meant for people's own files, and parsers of it have no limits of their own.

    Fix: convert it to binary or JSON, or give `--text-format` if you wrote the file.
    """
    for problem in _facts(context, Fact.UNTRUSTED_TEXT):
        message = f"{_name(problem)} is in text format, which is read only when it is trusted"
        yield Found(problem.place, message, "give `--text-format` if it is your own")


@rule("FI056", "invalid-text", ERROR, Phase.READ)
def invalid_text(context: Context) -> Iterator[Found]:
    """A file is not text format

    What: a syntax error or an unknown field in a file in text format, with its line and column.

    Why it fails: it cannot be read.

    Fix: correct it.
    """
    for problem in _facts(context, Fact.INVALID_TEXT):
        message = f"{_name(problem)} is not text format: {problem.detail}{_at(problem)}"
        yield Found(problem.place, message, "correct it")


@rule("FI090", "flyte-2-definition", ERROR, Phase.READ)
def flyte_2_definition(context: Context) -> Iterator[Found]:
    """A task of Flyte 2 is given in place of one of Flyte 1

    What: bytes or JSON of a `flyteidl2.task.TaskSpec`: a template with an environment, a short name or
    documentation beside it, or `taskTemplate` in JSON.

    Why it fails: Flyte 1 has another `TaskSpec`. What a Flyte 2 back end makes of the task is not checked
    here.

    Fix: give what was serialized for Flyte 1. How a package of Flyte 1 would fare with Flyte 2 is told by
    `--target flyte-2`.
    """
    for problem in _facts(context, Fact.FLYTE_2):
        yield Found(
            problem.place,
            f"{_name(problem)} is a task of Flyte 2, which is not checked here",
            "give what was serialized for Flyte 1",
        )
