"""Lists for tracks, and the graph of all, on whatever Spark there is: no line of it depends on which.

    spark-submit job.py IDS INDEX OUT                                       classic Spark
    SPARK_REMOTE=sc://HOST:PORT python job.py IDS INDEX OUT                 Spark Connect, Sail

IDS is a Parquet file with the column track_id, OUT a folder. With --ship the index is sent to the executors, and its
folder is then hidden from them.
"""

import argparse
import os

from pyspark.sql import SparkSession

import segue.spark


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids")
    parser.add_argument("index")
    parser.add_argument("out")
    parser.add_argument("--ship", action="store_true")
    given = parser.parse_args()

    spark = SparkSession.builder.getOrCreate()
    index = given.index
    if given.ship:
        index = segue.spark.ship(spark, given.index)
        os.rename(given.index, f"{given.index}.hidden")
    ids = spark.read.parquet(given.ids)
    segue.spark.recommend(ids, index, 10, missing="null").write.parquet(f"{given.out}/lists")
    segue.spark.graph(spark, index, 5).write.parquet(f"{given.out}/graph")
    spark.stop()


if __name__ == "__main__":
    main()
