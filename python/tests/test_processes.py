"""What Python does with processes, threads, signals and pickles."""

import copy
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from having import needs

import segue

# How long what could hang for ever may take, on a busy machine.
PATIENCE = 60


def answer_in_child(work):
    """What a forked child makes of some work."""
    fork = multiprocessing.get_context("fork")
    receive, send = fork.Pipe(duplex=False)
    child = fork.Process(target=lambda: send.send(work()))
    child.start()
    try:
        assert receive.poll(PATIENCE), "the child hangs"
        return receive.recv()
    finally:
        child.kill()
        child.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("threads", [None, 1, 2])
def test_a_forked_child_answers_after_parallel_work_in_the_parent(index, ids, threads):
    def work():
        return index.recommend_many(ids[:500], 5, threads=threads)["track_id"]

    expected = work()
    assert answer_in_child(work) == expected
    # And what the child does is nothing to the parent.
    assert work() == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_can_do_everything(index, ids, tmp_path):
    needs("sklearn")
    from segue.neighbors import NearestNeighbors

    points = np.random.default_rng(0).normal(size=(500, 8))
    parents = NearestNeighbors().fit(points)
    parents.kneighbors()

    def work():
        built = segue.Index.build(segue.demo(300))
        built.save(tmp_path / "child.segue")
        made = NearestNeighbors().fit(points)
        return (
            index.recommend(ids[0], 3, ranges={"energy": (0.2, None)})["track_id"],
            index.search("the", 3)["track_id"],
            built.recommend_many([next(iter(built.catalogue.to_frame()))["track_id"]], 2).shape,
            parents.kneighbors()[1].tolist() == made.kneighbors()[1].tolist(),
        )

    # The parent has used its pool; the child of a child has two generations before it.
    expected = work()
    assert answer_in_child(work) == expected
    assert answer_in_child(lambda: answer_in_child(work)) == expected


def test_a_fork_while_other_threads_work(index, ids):
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            index.recommend_many(ids[:200], 5)

    workers = [threading.Thread(target=busy) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        expected = index.recommend_many(ids[:50], 5)["track_id"]
        for _ in range(5):
            assert answer_in_child(lambda: index.recommend_many(ids[:50], 5)["track_id"]) == expected
    finally:
        stop.set()
        for worker in workers:
            worker.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("n_jobs", [None, 1, 2])
def test_a_forked_child_finds_neighbours_of_one(n_jobs):
    needs("sklearn")
    from segue.neighbors import NearestNeighbors

    # Also in so many dimensions that all points are compared.
    for dimensions in [4, 70_000]:
        points = np.random.default_rng(0).normal(size=(30, dimensions)).astype(np.float32)
        fitted = NearestNeighbors(3, n_jobs=n_jobs).fit(points)
        expected = fitted.kneighbors(points[:1])[1].tolist()
        assert answer_in_child(lambda: fitted.kneighbors(points[:1])[1].tolist()) == expected


def test_threads_of_python_get_the_answers_of_one(index, ids):
    expected = [index.recommend(id, 5)["track_id"] for id in ids[:40]]
    found = [None] * 8

    def ask(place):
        found[place] = [index.recommend(id, 5)["track_id"] for id in ids[:40]]

    workers = [threading.Thread(target=ask, args=[place]) for place in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert found == [expected] * 8


def test_other_threads_run_during_long_work(catalogue):
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    began = time.monotonic()
    segue.Index.build(catalogue, "segue")
    ended = time.monotonic()
    stop.set()
    ticker.join()
    assert sum(began < at < ended for at in ticks) > 3


def test_an_index_is_saved_while_others_ask(catalogue, ids, tmp_path):
    index = segue.Index.build(catalogue)
    expected = index.recommend(ids[0], 5)["track_id"]
    wrong = []
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            try:
                found = index.recommend(ids[0], 5)["track_id"]
            except Exception as error:
                found = error
            if found != expected:
                wrong.append(found)

    asker = threading.Thread(target=ask)
    asker.start()
    for _ in range(3):
        index.save(tmp_path / "again.segue")
    stop.set()
    asker.join(PATIENCE)
    assert not wrong
    assert index.path == str(tmp_path / "again.segue")


def test_an_opened_index_is_pickled_by_path_and_checksum(saved, ids):
    index = segue.open(saved)
    text = pickle.dumps(index)
    assert len(text) < 1000
    again = pickle.loads(text)
    assert again.checksum == index.checksum
    assert again.recommend(ids[3], 5)["track_id"] == index.recommend(ids[3], 5)["track_id"]
    segue.Index.build(segue.demo(300)).save(saved)
    with pytest.raises(segue.IndexFileError, match="another index than the one that was pickled"):
        pickle.loads(text)
    # The one that was opened before answers as it did.
    assert len(index) == 3000


def test_an_index_in_memory_says_that_it_is_to_be_saved(catalogue, tmp_path):
    index = segue.Index.build(catalogue)
    with pytest.raises(TypeError, match="save it first"):
        pickle.dumps(index)
    index.save(tmp_path / "now.segue")
    assert pickle.loads(pickle.dumps(index)).checksum == index.checksum


def test_copies_share_what_they_answer_from(index, saved, ids):
    for original in [index, segue.open(saved)]:
        for made in [copy.copy(original), copy.deepcopy(original)]:
            assert made.recommend(ids[0], 3)["track_id"] == original.recommend(ids[0], 3)["track_id"]


def test_profiles_are_copied_and_pickled():
    mine = segue.Profile("mine", {"energy": 2, "bpm": 0.5}, features="bpm", vectors=["clap"], version=3)
    for made in [copy.copy(mine), copy.deepcopy(mine), pickle.loads(pickle.dumps(mine))]:
        assert made == mine
        assert made.weights == {"energy": 2.0, "bpm": 0.5, "clap": 1.0}


INTERRUPTED = """
import sys, segue
index = segue.Index.build(segue.demo(1000))
index.save(sys.argv[1])
tracks = segue.demo(200_000)
print("building", flush=True)
try:
    segue.Index.build(tracks, ["segue", "classic"]).save(sys.argv[1])
except KeyboardInterrupt:
    print("stopped", len(segue.open(sys.argv[1])), flush=True)
else:
    print("built", flush=True)
"""


def test_ctrl_c_stops_a_build_and_leaves_the_old_index(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path / "i.segue")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "building\n"
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        told, _ = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
    assert told == "stopped 1000\n"


MANY = """
import segue
index = segue.Index.build(segue.demo(3000))
ids = index.catalogue.to_frame()["track_id"] * 2000
print("asking", flush=True)
try:
    index.recommend_many(ids)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def test_ctrl_c_stops_what_is_asked_for_very_many():
    child = subprocess.Popen([sys.executable, "-c", MANY], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "asking\n"
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        told, _ = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
    assert told == "stopped\n"


def test_what_a_report_of_progress_raises_stops_the_work(saved, tmp_path):
    class Enough(Exception):
        pass

    stages = []

    def stop(stage, done, total):
        stages.append((stage, done, total))
        raise Enough

    before = segue.open(saved).checksum
    tracks = segue.demo(60_000)
    with pytest.raises(Enough):
        segue.Index.build(tracks, progress=stop)
    built = segue.Index.build(tracks)
    with pytest.raises(Enough):
        built.save(saved, progress=stop)
    with pytest.raises(Enough):
        built.graph(tmp_path / "graph.parquet", progress=stop)
    assert {stage for stage, _, _ in stages} <= {"vectors", "texts", "writing", "neighbours"}
    assert segue.open(saved, verify=True).checksum == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo.segue"]


def test_progress_is_told_in_the_thread_that_asked(tmp_path, catalogue):
    told = []
    index = segue.Index.build(catalogue, progress=lambda *of: told.append((threading.get_ident(), *of)))
    index.save(tmp_path / "told.segue", progress=lambda *of: told.append((threading.get_ident(), *of)))
    segue.Index.build(segue.demo(60_000), progress=lambda *of: told.append((threading.get_ident(), *of)))
    assert {thread for thread, *_ in told} == {threading.get_ident()}
    for _, stage, done, total in told:
        assert isinstance(stage, str) and done >= 0 and (total is None or done <= total)


def test_bars_are_shown_by_tqdm(catalogue, capfd, tmp_path):
    needs("tqdm")
    segue.Index.build(catalogue).save(tmp_path / "bars.segue", progress=True)
    segue.Index.build(segue.demo(60_000), progress=True)
    assert "vectors" in capfd.readouterr().err


def test_the_number_of_threads_can_be_set(index, ids):
    expected = index.recommend_many(ids[:100], 3)["track_id"]
    try:
        for threads in [1, 3, None]:
            segue.set_threads(threads)
            assert index.recommend_many(ids[:100], 3)["track_id"] == expected
    finally:
        segue.set_threads(None)
    for wrong in [0, 2000, 2**60]:
        with pytest.raises(ValueError, match="1 to 1024 were wanted"):
            segue.set_threads(wrong)
        with pytest.raises(ValueError, match="1 to 1024 were wanted"):
            index.recommend_many(ids[:3], threads=wrong)


def test_importing_the_package_imports_no_other(tmp_path):
    imported = "import sys, segue; print(sorted({'numpy', 'pandas', 'polars', 'pyarrow', 'sklearn'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", imported], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
