from dataclasses import dataclass
from os import PathLike
from typing import Literal

from pyspark.sql import DataFrame, SparkSession

from segue import Index

__all__ = ["Shipped", "graph", "recommend", "ship"]

@dataclass(frozen=True)
class Shipped:
    path: str
    index: Index

def recommend(
    frame: DataFrame,
    index: str | PathLike[str] | Index | Shipped,
    k: int = 10,
    *,
    id: str = "track_id",
    profile: str | None = None,
    threads: int = 1,
    missing: Literal["raise", "skip", "null"] = "skip",
) -> DataFrame: ...
def graph(
    spark: SparkSession, index: str | PathLike[str] | Index | Shipped, k: int = 50, *, profile: str | None = None
) -> DataFrame: ...
def ship(spark: SparkSession, index: str | PathLike[str] | Index | Shipped) -> Shipped: ...
