"""What is refused on the driver, at once and in the words of one machine."""

import pytest

import segue
import segue.spark


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"index": "/nowhere/at.all"}, FileNotFoundError, "/nowhere/at.all: does not exist"),
        ({"index": "/"}, segue.IndexFileError, "is not an index"),
        ({"profile": "other"}, segue.UnknownProfile, "no vectors of the profile other, it has segue"),
        ({"missing": "ignore"}, ValueError, 'missing is raise, skip or null, found "ignore"'),
        ({"id": "plays"}, segue.InputError, "the column plays is of type bigint, ids are strings: cast it"),
        ({"id": "other"}, Exception, "other"),
    ],
)
def test_what_cannot_be_is_refused_before_a_job(spark, saved, arguments, kind, message):
    tracks = spark.createDataFrame([("a", 1)], "track_id string, plays bigint")
    with pytest.raises(kind, match=message):
        segue.spark.recommend(tracks, **({"index": saved} | arguments))


def test_an_index_in_memory_is_to_be_saved_first(spark):
    index = segue.Index.build(segue.demo(50))
    for job in (segue.spark.recommend, segue.spark.graph, segue.spark.ship):
        with pytest.raises(segue.IndexFileError, match="an index in memory is on no executor: save it first"):
            job(spark, index)
