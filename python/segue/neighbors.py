"""Exact nearest neighbours, in scikit-learn's interface (extra: ``pip install segue[sklearn]``).

>>> import numpy as np
>>> from segue.neighbors import NearestNeighbors
>>> X = np.random.default_rng(0).normal(size=(1000, 16))
>>> distances, indices = NearestNeighbors(n_neighbors=3).fit(X).kneighbors(X[:2])
>>> indices[:, 0]
array([0, 1])
"""

import os
from numbers import Integral

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from segue import _segue

__all__ = ["NearestNeighbors"]

_METRICS = ("cosine", "euclidean", "inner_product")
_FLOATS = (np.dtype(np.float64), np.dtype(np.float32))


class NearestNeighbors(BaseEstimator):
    """Exact nearest neighbours, in scikit-learn's interface.

    Parameters
    ----------
    n_neighbors : int, default=5
    radius : float, default=1.0
        For `radius_neighbors`, in the unit of the distances.
    metric : {"cosine", "euclidean", "inner_product"}, default="cosine"
        The distances are 1 - cos, the Euclidean distance, and minus the inner product.
    n_jobs : int or None, default=None
        How many threads; None as `segue.set_threads` says, -1 for as many as there are processors.

    Attributes
    ----------
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only if `fit` was given a table whose columns have names.
    n_samples_fit_ : int
    effective_metric_ : str

    Notes
    -----
    Points are kept in single precision, distances are summed in double precision. Of equally near points the one with the
    lower index comes first. Points of zero length have the cosine distance 1 to all others.
    """

    def __init__(self, n_neighbors=5, *, radius=1.0, metric="cosine", n_jobs=None):
        self.n_neighbors = n_neighbors
        self.radius = radius
        self.metric = metric
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Build the search structure.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Finite numbers.
        y : ignored

        Returns
        -------
        NearestNeighbors
            This estimator.

        Raises
        ------
        ValueError
            If X is no such array, or the metric is unknown.
        """
        if self.metric not in _METRICS:
            raise ValueError(f"metric is one of {', '.join(_METRICS)}, found {self.metric!r}")
        X = validate_data(self, X, dtype=_FLOATS)
        # A copy of its own, from which it is built again when it is copied or pickled.
        self._fit_X = np.array(X, order="C")
        self._points = _segue.Points(self._fit_X, self.metric, self._threads())
        self.n_samples_fit_ = X.shape[0]
        self.effective_metric_ = self.metric
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        """Find the nearest points.

        Parameters
        ----------
        X : array-like of shape (n_queries, n_features), optional
            By default the points of `fit`, none of which is then its own neighbour.
        n_neighbors : int, optional
            By default that of the estimator.
        return_distance : bool, default=True

        Returns
        -------
        distances : ndarray of shape (n_queries, n_neighbors)
            Ascending; only if `return_distance`.
        indices : ndarray of shape (n_queries, n_neighbors)

        Raises
        ------
        ValueError
            If X has another number of features, or there are not so many neighbours.
        """
        check_is_fitted(self)
        k = self._neighbours_wanted(n_neighbors, X is None)
        queries = None if X is None else self._queries(X)
        n = self.n_samples_fit_ if X is None else queries.shape[0]
        distances, indices = self._points.nearest(queries, k, self._threads())
        indices = np.frombuffer(indices, np.int64).reshape(n, k)
        if not return_distance:
            return indices
        return np.frombuffer(distances, np.float64).reshape(n, k), indices

    def radius_neighbors(self, X=None, radius=None, return_distance=True, sort_results=False):
        """Find all points within a distance, which is included.

        Parameters
        ----------
        X : array-like of shape (n_queries, n_features), optional
            By default the points of `fit`, none of which is then its own neighbour.
        radius : float, optional
            By default that of the estimator.
        return_distance : bool, default=True
        sort_results : bool, default=False
            Results are always sorted by distance; this is for compatibility.

        Returns
        -------
        distances : ndarray of shape (n_queries,) of arrays
            Only if `return_distance`.
        indices : ndarray of shape (n_queries,) of arrays

        Raises
        ------
        ValueError
            If X has another number of features, or the radius is no number.
        """
        ends, distances, indices = self._within(X, radius)
        if not return_distance:
            return _apart(indices, ends)
        return _apart(distances, ends), _apart(indices, ends)

    def kneighbors_graph(self, X=None, n_neighbors=None, mode="connectivity"):
        """Compute the graph of nearest points, which scikit-learn takes with ``metric="precomputed"``.

        Parameters
        ----------
        X, n_neighbors
            As for `kneighbors`.
        mode : {"connectivity", "distance"}, default="connectivity"

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_queries, n_samples_fit_)
            Its rows are sorted by distance.
        """
        _check_mode(mode)
        distances, indices = self.kneighbors(X, n_neighbors)
        n, k = indices.shape
        data = distances.ravel() if mode == "distance" else np.ones(n * k)
        ends = np.arange(0, n * k + 1, k)
        return csr_matrix((data, indices.ravel(), ends), shape=(n, self.n_samples_fit_))

    def radius_neighbors_graph(self, X=None, radius=None, mode="connectivity"):
        """Compute the graph of points within a distance.

        Parameters
        ----------
        X, radius
            As for `radius_neighbors`.
        mode : {"connectivity", "distance"}, default="connectivity"

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_queries, n_samples_fit_)
            Its rows are sorted by distance.
        """
        _check_mode(mode)
        ends, distances, indices = self._within(X, radius)
        data = distances if mode == "distance" else np.ones(len(indices))
        starts = np.concatenate([[0], ends])
        return csr_matrix((data, indices, starts), shape=(len(ends), self.n_samples_fit_))

    def __getstate__(self):
        # What is fitted is built again from its points.
        return {name: value for name, value in super().__getstate__().items() if name != "_points"}

    def __setstate__(self, state):
        super().__setstate__(state)
        if "_fit_X" in state:
            self._points = _segue.Points(self._fit_X, self.effective_metric_, None)

    def _queries(self, X):
        is_plain = (
            type(X) is np.ndarray
            and X.ndim == 2
            and X.shape[1] == self.n_features_in_
            and X.shape[0] > 0
            and X.dtype in _FLOATS
            and X.flags.c_contiguous
            and X.flags.aligned
            and not hasattr(self, "feature_names_in_")
        )
        # The engine refuses what is not finite; the rest of scikit-learn's checks take longer than the search.
        if is_plain:
            return X
        return np.require(validate_data(self, X, dtype=_FLOATS, reset=False), requirements=["C", "A"])

    def _neighbours_wanted(self, n_neighbors, of_itself):
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        if not isinstance(k, Integral):
            raise TypeError(f"n_neighbors does not take {type(k)} value, enter integer value")
        if k <= 0:
            raise ValueError(f"Expected n_neighbors > 0. Got {k}")
        if k > self.n_samples_fit_ - of_itself:
            sign = "<" if of_itself else "<="
            raise ValueError(
                f"Expected n_neighbors {sign} n_samples_fit, but n_neighbors = {k}, "
                f"n_samples_fit = {self.n_samples_fit_}"
            )
        return int(k)

    def _within(self, X, radius):
        check_is_fitted(self)
        radius = float(self.radius if radius is None else radius)
        if np.isnan(radius):
            raise ValueError("radius is a number, found nan")
        queries = None if X is None else self._queries(X)
        ends, distances, indices = self._points.within(queries, radius, self._threads())
        return np.frombuffer(ends, np.int64), np.frombuffer(distances, np.float64), np.frombuffer(indices, np.int64)

    def _threads(self):
        if self.n_jobs is None:
            return None
        if isinstance(self.n_jobs, Integral) and self.n_jobs != 0:
            return int(self.n_jobs) if self.n_jobs > 0 else max(1, os.cpu_count() + 1 + int(self.n_jobs))
        raise ValueError(f"n_jobs is None or a whole number that is not 0, found {self.n_jobs!r}")


def _check_mode(mode):
    if mode not in ("connectivity", "distance"):
        raise ValueError(f'mode is "connectivity" or "distance", found {mode!r}')


def _apart(values, ends):
    parts = np.empty(len(ends), dtype=object)
    start = 0
    for place, end in enumerate(ends):
        parts[place] = values[start:end]
        start = end
    return parts
