"""Recommendations on Spark, Spark Connect and Sail (extra: ``pip install segue[spark]``).

The driver sends the path and the checksum of an index, never its tracks. Each Python worker maps the index into memory
once and answers ids as they come, so what a job needs of memory does not depend on how many ids there are. The answers
are those of `segue.Index.recommend_many` and `segue.Index.graph`, row by row.

pyspark is imported only in the functions that need it: it takes longer to import than an index to open.
"""

import functools
import os
import socket
import tarfile
import tempfile
from dataclasses import dataclass

import segue

__all__ = ["Shipped", "graph", "recommend", "ship"]

_LISTS = "source_id string, rank int, track_id string, similarity double"
_NEIGHBOURS = "source_id string, rank int, target_id string, similarity double"
# So many rows of an answer are in memory at a time, whatever k is and however large Spark's batches are.
_ROWS_TOGETHER = 100_000
# A partition of a graph is some seconds of work.
_TRACKS_OF_A_PARTITION = 10_000


@dataclass(frozen=True)
class Shipped:
    """An index that `ship` has sent to the executors of a session.

    Attributes
    ----------
    path : str
        Where it is on an executor, below the folder for Spark's files.
    index : Index
        The same index on this machine.
    """

    path: str
    index: segue.Index


def recommend(frame, index, k=10, *, id="track_id", profile=None, threads=1, missing="skip"):
    """Recommend for every row of a DataFrame.

    Parameters
    ----------
    frame : pyspark.sql.DataFrame
    index : str, path-like, Index or Shipped
        A saved index at a path that the driver and all executors can read, or what `ship` gave.
    k : int, optional
        How many tracks for each.
    id : str, optional
        The column with the ids. A row in which it is null gets no list.
    profile : str, optional
        One of the index's; by default its first.
    threads : int, optional
        How many threads a task may use: as many as ``spark.task.cpus``.
    missing : {"raise", "skip", "null"}, optional
        What becomes of an id that is not in the index: the job fails, no row, or one row without values. With
        ``"raise"`` the job also fails if an id is null.

    Returns
    -------
    pyspark.sql.DataFrame
        ``source_id``, ``rank`` (from 1), ``track_id``, ``similarity``, within a partition in the order of its rows.

    Raises
    ------
    FileNotFoundError, IndexFileError
        If there is no such index, or it is in memory only.
    UnknownProfile
        If the index has no vectors of the profile.
    InputError
        If the ids are no strings.
    ValueError
        If an argument cannot be.
    """
    from pyspark.sql.types import StringType

    sent = _sent(index)
    # Refuses on the driver, in the same words, what one machine refuses.
    sent.index.recommend_many([], k, profile=profile, missing=missing, threads=threads)
    ids = frame.select(id)
    kind = ids.schema[0].dataType
    if not isinstance(kind, StringType):
        raise segue.InputError(f"the column {id} is of type {kind.simpleString()}, ids are strings: cast it")
    path, checksum = sent.path, sent.index.checksum

    def lists(batches):
        opened = _opened(path, checksum)
        for batch in batches:
            given = batch if missing == "raise" else batch.drop_null()
            for some in _slices(given, k):
                yield from _batches(opened.recommend_many(some, k, profile=profile, missing=missing, threads=threads))

    return ids.mapInArrow(lists, _LISTS)


def graph(spark, index, k=50, *, profile=None):
    """Find the neighbours of every track, as `segue.Index.graph` does.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    index : str, path-like, Index or Shipped
        As for `recommend`.
    k : int, optional
        How many neighbours of each track.
    profile : str, optional
        One of the index's; by default its first.

    Returns
    -------
    pyspark.sql.DataFrame
        ``source_id``, ``rank`` (from 1), ``target_id``, ``similarity``, in the catalogue's order.

    Raises
    ------
    FileNotFoundError, IndexFileError
        If there is no such index, or it is in memory only.
    UnknownProfile
        If the index has no vectors of the profile.
    """
    sent = _sent(index)
    sent.index._neighbours([], k, profile=profile)
    path, checksum = sent.path, sent.index.checksum

    def neighbours(batches):
        opened = _opened(path, checksum)
        for batch in batches:
            for some in _slices(batch, k):
                yield from _batches(opened._neighbours(some.column(0).to_pylist(), k, profile=profile, threads=1))

    tracks = len(sent.index)
    return spark.range(0, tracks, 1, -(-tracks // _TRACKS_OF_A_PARTITION)).mapInArrow(neighbours, _NEIGHBOURS)


def ship(spark, index):
    """Send an index to executors that share no folder with the driver.

    Spark unpacks it once on each executor, below the folder for its files, and deletes it in the end. Sail takes no
    archives: give it a path that its workers can read.

    Parameters
    ----------
    spark : pyspark.sql.SparkSession
    index : str, path-like or Index
        A saved index that this machine can read.

    Returns
    -------
    Shipped
        What `recommend` and `graph` take as the index, in this session.

    Raises
    ------
    FileNotFoundError, IndexFileError
        If there is no such index, or it is in memory only.
    NotImplementedError
        If the server takes no archives, as Sail does not.
    """
    from pyspark.errors import UnsupportedOperationException

    index = _sent(index).index
    name = f"segue-{index.checksum}"
    try:
        spark.addArtifacts(f"{_archive(index.path, index.checksum)}#{name}", archive=True)
    except UnsupportedOperationException as error:
        raise NotImplementedError(
            "this server takes no archives, as Sail does not: save the index where all its workers can read it"
        ) from error
    return Shipped(name, index)


def _sent(index):
    """The index on the executors and on this machine."""
    if isinstance(index, Shipped):
        return index
    if not isinstance(index, segue.Index):
        index = segue.open(index)
    if index.path is None:
        raise segue.IndexFileError("an index in memory is on no executor: save it first")
    return Shipped(index.path, index)


@functools.cache
def _archives():
    """A folder for archives that lives as long as this process: classic Spark serves them from there."""
    return tempfile.TemporaryDirectory(prefix="segue-")


@functools.cache
def _archive(path, checksum):
    """An archive of an index. It is not compressed: vectors hardly shrink."""
    archive = os.path.join(_archives().name, f"segue-{checksum}.tar")
    with tarfile.open(archive, "w") as out:
        # Hadoop refuses an entry "./", which adding the folder itself would make.
        for name in os.listdir(path):
            out.add(os.path.join(path, name), name)
    if segue.open(path).checksum != checksum:
        raise _replaced(path)
    return archive


@functools.lru_cache(maxsize=4)
def _opened(path, checksum):
    """The index that a job began with, opened once in each Python worker.

    A worker that has it open keeps it, also after it was replaced: the mapped files live as long as they are mapped.
    """
    try:
        opened = segue.open(_on_this_executor(path))
    except FileNotFoundError as error:
        raise segue.IndexFileError(
            f"{path} is not on the executor {socket.gethostname()}: "
            "save it where all executors can read it, or send it by segue.spark.ship"
        ) from error
    if opened.checksum != checksum:
        raise _replaced(path)
    return opened


def _replaced(path):
    return segue.IndexFileError(f"{path} was replaced by another index after the job began: start the job again")


def _on_this_executor(path):
    if os.path.isabs(path):
        return path
    from pyspark import SparkFiles

    return SparkFiles.get(path)


def _slices(batch, k):
    """Parts of a batch whose answers have a bounded number of rows."""
    step = max(1, _ROWS_TOGETHER // max(1, k))
    return (batch.slice(start, step) for start in range(0, batch.num_rows, step))


def _batches(frame):
    return frame.to_arrow().to_batches()
