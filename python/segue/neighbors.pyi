from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator

__all__ = ["NearestNeighbors"]

class NearestNeighbors(BaseEstimator):
    n_neighbors: int
    radius: float
    metric: Literal["cosine", "euclidean", "inner_product"]
    n_jobs: int | None
    n_features_in_: int
    n_samples_fit_: int
    effective_metric_: str
    feature_names_in_: npt.NDArray[Any]
    def __init__(
        self,
        n_neighbors: int = 5,
        *,
        radius: float = 1.0,
        metric: Literal["cosine", "euclidean", "inner_product"] = "cosine",
        n_jobs: int | None = None,
    ) -> None: ...
    def fit(self, X: Any, y: Any = None) -> Self: ...
    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any: ...
    def radius_neighbors(
        self, X: Any = None, radius: float | None = None, return_distance: bool = True, sort_results: bool = False
    ) -> Any: ...
    def kneighbors_graph(
        self, X: Any = None, n_neighbors: int | None = None, mode: Literal["connectivity", "distance"] = "connectivity"
    ) -> csr_matrix: ...
    def radius_neighbors_graph(
        self, X: Any = None, radius: float | None = None, mode: Literal["connectivity", "distance"] = "connectivity"
    ) -> csr_matrix: ...
