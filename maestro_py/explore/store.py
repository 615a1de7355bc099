"""A sweep's folder: a manifest, one shard per batch of designs, and the merged results.

    manifest.json               space, inputs' hashes, texts of network and dataflows, version
    results/part-000042.parquet what is kept of batch 42, with its counts in the metadata
    front.parquet  top.parquet  summary.json      written when every shard is there

Every file is written beside its place, synchronised and renamed, so that a sweep that is killed loses only
shards that were under way. Nothing in a file depends on who computed it or when. A folder is only resumed by
a sweep of the same space, inputs and version.

Codes: M808 the folder holds another sweep, or one of another version, M809 no sweep or an unfinished one,
M332 cannot be written.

Non-goals: no evaluation, no choice of what is kept (``run``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maestro_py._files import writing
from maestro_py.errors import InputError
from maestro_py.explore.description import describe, sources, space_of
from maestro_py.explore.expressions import ExpressionError
from maestro_py.explore.space import Space
from maestro_py.exporters import replace_file
from maestro_py.exporters._parquet_table import damaged, forbidden
from maestro_py.exporters._provenance import tool_version
from maestro_py.syntax.codes import diagnostic

SCHEMA = "maestro-py/sweep"
SCHEMA_VERSION = 4
"""Raised when a field of the manifest, of a shard's counts or of the summary comes, goes or changes its
meaning, or when the same space has other shards; a folder of another one is refused.
"""

MANIFEST, FRONT, TOP, SENSITIVITY, SUMMARY, SHARDS = (
    "manifest.json",
    "front.parquet",
    "top.parquet",
    "sensitivity.parquet",
    "summary.json",
    "results",
)
_INPUTS = "inputs_sha256."
_LONGEST = 60
_MOST_SHOWN = 6


def manifest_of(space: Space) -> dict[str, Any]:
    """Return the manifest of a space."""
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "maestro-py", "version": tool_version()},
        "designs": space.size,
        "space": describe(space),
        "inputs_sha256": dict(space.inputs),
        "notes": list(space.notes),
        "sources": sources(space),
    }


class Store:
    """The folder of a sweep."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def create(cls, folder: Path, space: Space, manifest: Mapping[str, Any] | None = None) -> Store:
        """Return the folder of a sweep, made if it is not there; ``manifest`` is that of the space if it is
        known.

        Raises
        ------
        InputError
            M808 if it holds something else, or a sweep of another space; M332 if it cannot be written.
        """
        store = cls(folder, json.loads(json.dumps(manifest_of(space) if manifest is None else manifest)))
        path = folder / MANIFEST
        with writing(folder):
            known = path.exists()
            blocked = folder.exists() and not folder.is_dir()
            strange = not known and not blocked and folder.exists() and not _is_begun(folder)
        if blocked or strange:
            what = "is a file" if blocked else "holds something else"
            hint = "choose a new or an empty folder"
            raise InputError([diagnostic("M808", f"{str(folder)!r} {what}", None, hint)])
        if known:
            store.check_same(_read_manifest(path), folder)
        with writing(folder):
            (folder / SHARDS).mkdir(parents=True, exist_ok=True)
        if not known:
            store.write(MANIFEST, json.dumps(store.manifest, indent=1).encode() + b"\n")
        return store

    def check_same(self, found: Mapping[str, Any], folder: Path) -> None:
        """Check that the manifest that was found in a folder is that of the same sweep.

        Raises
        ------
        InputError
            M808 with what differs.
        """
        differences = list(_differences(found, self.manifest))
        if differences:
            shown = "; ".join(differences[:_MOST_SHOWN])
            more = f"; and {len(differences) - _MOST_SHOWN} more" if len(differences) > _MOST_SHOWN else ""
            message = f"{str(folder)!r} holds another sweep: {shown}{more}"
            raise InputError([diagnostic("M808", message)])

    @classmethod
    def existing(cls, folder: Path) -> Store:
        """Return the folder of a sweep that was begun.

        Raises
        ------
        InputError
            M808 if it is of another version, M809 if there is none.
        """
        return cls(folder, _read_manifest(folder / MANIFEST))

    def space(self) -> Space:
        """Return the space of the sweep, from the manifest alone.

        Raises
        ------
        InputError
            M809 if a part of the manifest is missing or damaged.
        """
        found = self.manifest
        try:
            return space_of(found["space"], found["sources"], found["inputs_sha256"], found["notes"])
        except (LookupError, TypeError, ValueError, AttributeError, ExpressionError) as error:
            raise _unreadable(self.folder / MANIFEST) from error

    def shard(self, index: int) -> Path:
        """Return the file of a batch."""
        return self.folder / SHARDS / f"part-{index:06d}.parquet"

    def has(self, index: int) -> bool:
        """Whether the shard of a batch is there; files are renamed into place, so it is whole then."""
        return self.shard(index).exists()

    def write(self, name: str, data: bytes) -> None:
        """Write a file of the folder, so that it is there whole or not at all, whatever happens.

        Raises
        ------
        InputError
            M332 if it cannot be written.
        """
        target = self.folder / name
        with writing(target):
            replace_file(target, data, durable=True)

    def write_shard(self, index: int, data: bytes) -> None:
        """Write the shard of a batch."""
        self.write(f"{SHARDS}/{self.shard(index).name}", data)

    def clean(self) -> None:
        """Remove what a killed sweep left half-written."""
        for folder in (self.folder, self.folder / SHARDS):
            for path in folder.glob(".*.part"):
                path.unlink(missing_ok=True)

    @property
    def finished(self) -> bool:
        """Whether the merged results are there; the summary is written last."""
        return (self.folder / SUMMARY).exists()

    def summary(self) -> Any:
        """Return the summary.

        Raises
        ------
        InputError
            M809 if the sweep is not finished, or the file is damaged.
        """
        if not self.finished:
            message = f"the sweep in {str(self.folder)!r} is not finished"
            raise InputError([diagnostic("M809", message)])
        path = self.folder / SUMMARY
        try:
            found = json.loads(path.read_text())
        except PermissionError as error:
            raise forbidden(path, error) from error
        except (OSError, ValueError) as error:
            raise damaged(path) from error
        if not isinstance(found, dict) or not {"evaluated", "feasible", "best"} <= set(found):
            raise damaged(path)
        return found


def _read_manifest(path: Path) -> Any:
    try:
        found = json.loads(path.read_text())
        ours = found["schema"] == SCHEMA
    except FileNotFoundError as error:
        folder = str(path.parent)
        message = f"{folder!r} holds no sweep" if path.parent.is_dir() else f"there is no folder {folder!r}"
        hint = "maestro-py sweep SPACE.yaml -o FOLDER makes one"
        raise InputError([diagnostic("M809", message, None, hint)]) from error
    except NotADirectoryError as error:
        hint = "give the folder that maestro-py sweep wrote"
        raise InputError([diagnostic("M809", f"{str(path.parent)!r} is no folder", None, hint)]) from error
    except OSError as error:
        raise forbidden(path, error) from error
    except (ValueError, LookupError, TypeError) as error:
        raise _unreadable(path) from error
    if not ours:
        raise InputError(
            [diagnostic("M809", f"{str(path)!r} is no manifest of a sweep", None, "remove the folder")]
        )
    if found.get("schema_version") != SCHEMA_VERSION:
        message = (
            f"{str(path.parent)!r} holds a sweep of another version of maestro-py: its format is "
            f"{found.get('schema_version')!r}, this one's is {SCHEMA_VERSION}"
        )
        hint = "sweep into a new folder, or use the version that wrote this one"
        raise InputError([diagnostic("M808", message, None, hint)])
    return found


def _unreadable(path: Path) -> InputError:
    return InputError([diagnostic("M809", f"{str(path)!r} is damaged", None, "sweep into a new folder")])


def _is_begun(folder: Path) -> bool:
    """Whether a folder is empty, or what a sweep leaves that is killed before its manifest is there."""
    return all(
        (path.name == SHARDS and path.is_dir() and not any(path.iterdir()))
        or path.name.startswith(f".{MANIFEST}.")
        for path in folder.iterdir()
    )


def _differences(was: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield what differs between two manifests, but not the texts, whose hashes differ too."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*was, *now)):
            if key != "sources" or place:
                yield from _differences(was.get(key), now.get(key), f"{place}.{key}" if place else key)
        if (
            not place
            and was.get("sources") != now.get("sources")
            and was.get("inputs_sha256") == now.get("inputs_sha256")
        ):
            yield "the texts of the network or of a dataflow"
    elif was != now and was and now and place.startswith(_INPUTS):
        yield f"the file {place.removeprefix(_INPUTS)} has changed"
    elif was != now:
        yield f"{place.removeprefix('space.')} was {_short(was)}, is {_short(now)}"


def _short(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(v, Mapping) and "name" in v for v in value):
        value = [item["name"] for item in value]
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 4 :]}"


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a path beside a file to write to, which takes the file's place when all went well.

    Raises
    ------
    InputError
        M332 if it cannot be written.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    with writing(target):
        try:
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
