"""On a real cluster: what one machine gives, row by row, also when processes are killed or the index is replaced."""

import os
import signal
import threading

import pyarrow
import pyarrow.parquet
import pytest
import servers

import segue
import segue.spark


def same(found, wanted):
    """Whether rows are equal, one by one; Spark's texts have another Arrow type."""
    wanted = wanted.to_arrow()
    return found.cast(wanted.schema).equals(wanted)


def frame(spark, ids):
    """A DataFrame with the ids in their order, in 20 partitions."""
    return spark.createDataFrame(pyarrow.table({"track_id": pyarrow.array(ids, pyarrow.string())}))


def rebuilt(path):
    """Replaces an index by another."""
    segue.Index.build(segue.demo(500, seed=8)).save(path)


@pytest.fixture
def replaceable(tmp_path, index):
    path = tmp_path / "replaced.segue"
    segue.Index.build(index.catalogue).save(path)
    return path


def test_lists_are_those_of_one_machine(spark, saved, index, ids):
    found = segue.spark.recommend(frame(spark, ids), saved, 10).toArrow()
    assert same(found, index.recommend_many(ids, 10))


def test_the_graph_is_that_of_one_machine(spark, saved, index, tmp_path):
    index.graph(tmp_path / "graph.parquet", 7)
    wanted = pyarrow.parquet.read_table(tmp_path / "graph.parquet")
    assert segue.spark.graph(spark, saved, 7).toArrow().cast(wanted.schema).equals(wanted)


def test_long_lists_are_answered_in_parts(spark, saved, index, ids):
    wanted = index.recommend_many(ids[:100], 1500)
    assert wanted.shape[0] > segue.spark._ROWS_TOGETHER
    assert same(segue.spark.recommend(frame(spark, ids[:100]).coalesce(1), saved, 1500).toArrow(), wanted)


@pytest.mark.parametrize("missing", ["skip", "null"])
def test_unknown_ids_are_treated_as_on_one_machine_and_null_ids_have_no_list(spark, saved, index, ids, missing):
    some = ["unknown", *ids[:30], "", *ids[30:50]]
    found = segue.spark.recommend(frame(spark, [None, *some, None]), saved, 3, missing=missing).toArrow()
    assert same(found, index.recommend_many(some, 3, missing=missing))


@pytest.mark.parametrize(
    ("wrong", "message"), [("unknown", 'unknown track id "unknown"'), (None, "value 1 is missing, a text was wanted")]
)
def test_an_id_without_a_list_fails_the_job_if_that_is_wanted(spark, saved, wrong, message):
    with pytest.raises(Exception, match=message):
        segue.spark.recommend(frame(spark, [wrong]), saved, missing="raise").collect()


def test_partitions_may_be_empty(spark, saved, index, ids):
    one = frame(spark, ids[:1]).repartition(5)
    assert one.rdd.getNumPartitions() == 5
    assert same(segue.spark.recommend(one, saved, 10).toArrow(), index.recommend_many(ids[:1], 10))
    assert segue.spark.recommend(one.where("false"), saved, 10).count() == 0


def test_another_column_may_have_the_ids(spark, saved, index, ids):
    renamed = frame(spark, ids[:9]).selectExpr("1 AS plays", "track_id AS `the id`")
    found = segue.spark.recommend(renamed, index, 10, id="the id", profile="segue", threads=2).toArrow()
    assert same(found, index.recommend_many(ids[:9], 10))


def kill(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("victims", [servers.executors, servers.python_workers])
def test_a_job_survives_the_death_of_its_processes(spark, saved, index, ids, victims):
    app, tracker = spark.sparkContext.applicationId, spark.sparkContext.statusTracker()
    many = ids * 40
    found = []
    job = segue.spark.recommend(frame(spark, many), saved, 10)
    working = threading.Thread(target=lambda: found.append(job.toArrow()))
    working.start()

    def stage():
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return next((stage for stage in stages if stage and 1 <= stage.numCompletedTasks <= 10), None)

    in_the_middle = servers.wait(stage, "the middle of the job")
    # Of two executors one dies; of Python workers both.
    doomed = victims(app)
    assert doomed
    kill(doomed[:1] if victims is servers.executors else doomed)
    working.join(120)
    assert tracker.getStageInfo(in_the_middle.stageId).numFailedTasks >= 1
    assert same(found[0], index.recommend_many(many, 10))


def test_workers_that_have_an_index_open_keep_it_when_it_is_replaced(spark, replaceable, index, ids):
    job = segue.spark.recommend(frame(spark, ids), replaceable, 10)
    wanted = index.recommend_many(ids, 10)
    assert same(job.toArrow(), wanted)
    rebuilt(replaceable)
    assert same(job.toArrow(), wanted)


def test_workers_that_open_another_index_than_the_job_began_with_say_so(spark, replaceable, ids):
    job = segue.spark.recommend(frame(spark, ids), replaceable, 10)
    rebuilt(replaceable)
    with pytest.raises(Exception, match="was replaced by another index after the job began: start the job again"):
        job.collect()


def test_an_index_that_executors_lack_is_named(spark, replaceable, ids):
    job = segue.spark.recommend(frame(spark, ids), replaceable, 10)
    replaceable.rename(f"{replaceable}.hidden")
    with pytest.raises(Exception, match="is not on the executor .*or send it by segue.spark.ship"):
        job.collect()


def test_a_shipped_index_needs_no_shared_folder(spark, replaceable, index, ids):
    shipped = segue.spark.ship(spark, replaceable)
    assert segue.spark.ship(spark, replaceable).path == shipped.path
    replaceable.rename(f"{replaceable}.hidden")
    found = segue.spark.recommend(frame(spark, ids), shipped, 10).toArrow()
    assert same(found, index.recommend_many(ids, 10))
    assert segue.spark.graph(spark, shipped, 3).count() == 3 * len(ids)


def test_memory_does_not_grow_with_the_ids(spark, saved, ids):
    def peak(times):
        many = spark.range(times).crossJoin(frame(spark, ids)).repartition(8)
        assert segue.spark.recommend(many, saved, 10).count() == times * len(ids) * 10
        return max(servers.peak_memory(pid) for pid in servers.python_workers(spark.sparkContext.applicationId))

    few, many = peak(10), peak(100)
    assert many < few + (20 << 20), f"{few >> 20} MiB for 20,000 ids, {many >> 20} MiB for 200,000"


def test_real_tracks(spark, tmp_path):
    csv = os.path.join(os.path.dirname(__file__), "../../../../shared/data/spotify.csv")
    if not os.path.exists(csv):
        pytest.skip("../shared/data/spotify.csv is not here")
    path = tmp_path / "spotify.segue"
    segue.Index.build(csv, "classic").save(path)
    index = segue.open(path)
    some = index.catalogue.to_frame()["track_id"][::10]
    assert same(segue.spark.recommend(frame(spark, some), path, 10).toArrow(), index.recommend_many(some, 10))
