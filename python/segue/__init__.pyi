from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Final, Literal, Protocol, Self, TypeAlias, final

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa

from segue._errors import IndexFileError as IndexFileError
from segue._errors import InputError as InputError
from segue._errors import QueryError as QueryError
from segue._errors import SegueError as SegueError
from segue._errors import UnknownProfile as UnknownProfile
from segue._errors import UnknownTrack as UnknownTrack

__all__ = [
    "Catalogue",
    "Frame",
    "Index",
    "IndexFileError",
    "InputError",
    "Profile",
    "QueryError",
    "SegueError",
    "UnknownProfile",
    "UnknownTrack",
    "__version__",
    "demo",
    "evaluate",
    "inspect",
    "open",
    "read",
    "set_threads",
    "train",
]

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _Lazy(Protocol):
    def collect(self) -> Any: ...
    def lazy(self) -> Any: ...

class _DataSet(Protocol):
    @property
    def data(self) -> Any: ...

_Path: TypeAlias = str | PathLike[str]
_Table: TypeAlias = _ArrowStream | _Lazy | _DataSet
_Source: TypeAlias = _Path | bytes | _Table
_Progress: TypeAlias = bool | Callable[[str, int, int | None], object]
_Names: TypeAlias = str | Iterable[str]
_Range: TypeAlias = tuple[float | None, float | None]
_Vector: TypeAlias = npt.ArrayLike
_Profiles: TypeAlias = str | Profile | Iterable[str | Profile]

__version__: Final[str]

def read(
    source: _Source | Sequence[_Source],
    *,
    columns: Mapping[str, str] | None = None,
    allow_missing: _Names | None = None,
    max_rejects: int | str | None = None,
    keep: _Names | None = None,
    profiles: _Profiles | None = None,
    fill: Literal["mean"] | None = None,
    progress: _Progress | None = None,
) -> Catalogue: ...
def open(path: _Path, *, verify: bool = False) -> Index: ...
def demo(tracks: int = 20_000, seed: int = 3) -> Catalogue: ...
def inspect(source: _Source) -> Frame: ...
def evaluate(index: Index, playlists: _Path | bytes | _ArrowStream) -> Frame: ...
def train(
    catalogue: Catalogue,
    playlists: _Path | bytes | _ArrowStream,
    *,
    name: str,
    progress: _Progress | None = None,
) -> Profile: ...
def set_threads(n: int | None) -> None: ...
@final
class Frame:
    @property
    def columns(self) -> list[str]: ...
    @property
    def shape(self) -> tuple[int, int]: ...
    @property
    def note(self) -> str | None: ...
    def to_pandas(self) -> pd.DataFrame: ...
    def to_polars(self) -> pl.DataFrame: ...
    def to_arrow(self) -> pa.Table: ...
    def to_dicts(self) -> list[dict[str, Any]]: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any, /) -> Self: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    def __getitem__(self, column: str, /) -> list[Any]: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def _repr_html_(self) -> str: ...

@final
class Catalogue:
    @property
    def report(self) -> dict[str, Any]: ...
    @property
    def rejects(self) -> Frame: ...
    @staticmethod
    def from_arrow(
        data: _Table, *, columns: Mapping[str, str] | None = None, allow_missing: _Names | None = None
    ) -> Catalogue: ...
    def to_frame(self) -> Frame: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class Profile:
    def __new__(
        cls,
        name: str,
        weights: Mapping[str, float] | None = None,
        *,
        features: _Names | None = None,
        vectors: _Names | None = None,
        version: int = 1,
    ) -> Self: ...
    @staticmethod
    def load(path: _Path) -> Profile: ...
    def save(self, path: _Path) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def weights(self) -> dict[str, float]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Index:
    @property
    def path(self) -> str | None: ...
    @property
    def checksum(self) -> str | None: ...
    @property
    def profiles(self) -> list[str]: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @staticmethod
    def build(
        tracks: Catalogue | _Source | Sequence[_Source],
        profiles: _Profiles | None = None,
        *,
        columns: Mapping[str, str] | None = None,
        allow_missing: _Names | None = None,
        progress: _Progress | None = None,
    ) -> Index: ...
    def save(self, path: _Path, *, progress: _Progress | None = None) -> None: ...
    def verify(self) -> None: ...
    def resolve(self, track: str) -> str: ...
    def search(
        self,
        text: str,
        n: int = 10,
        *,
        offset: int = 0,
        match: Literal["ranked", "contains", "regex"] = "ranked",
        all_releases: bool = False,
    ) -> Frame: ...
    def recommend(
        self,
        like: str | Iterable[str] | Mapping[str, float] | None = None,
        k: int = 10,
        *,
        profile: str | None = None,
        unlike: _Names | Mapping[str, float] | None = None,
        like_artist: _Names | Mapping[str, float] | None = None,
        unlike_artist: _Names | Mapping[str, float] | None = None,
        like_genre: _Names | Mapping[str, float] | None = None,
        unlike_genre: _Names | Mapping[str, float] | None = None,
        like_features: Mapping[str, Any] | None = None,
        like_vector: _Vector | dict[str, _Vector] | None = None,
        targets: Mapping[str, float] | None = None,
        ranges: Mapping[str, _Range] | None = None,
        genres: _Names | None = None,
        without_genres: _Names | None = None,
        artists: _Names | None = None,
        without_artists: _Names | None = None,
        without_words: _Names | None = None,
        explicit: bool | None = None,
        without: Iterable[str] | None = None,
        tempo_within: float | None = None,
        harmonic: bool = False,
        per_artist: int | None = None,
        per_album: int | None = None,
        diversity: float = 0.0,
        shuffle: float = 0.0,
        seed: int = 0,
        all_releases: bool | None = None,
        versions: bool = False,
        seasonal: bool = False,
        spaced: bool = False,
        why: bool = False,
    ) -> Frame: ...
    def recommend_many(
        self,
        ids: Iterable[str | None] | _ArrowStream,
        k: int = 10,
        *,
        profile: str | None = None,
        missing: Literal["raise", "skip", "null"] = "raise",
        titles: bool = False,
        threads: int | None = None,
    ) -> Frame: ...
    def path_between(self, start: str, end: str, n: int = 6, *, profile: str | None = None) -> Frame: ...
    def graph(
        self, path: _Path, k: int = 50, *, profile: str | None = None, progress: _Progress | None = None
    ) -> None: ...
    def vectors(self, profile: str | None = None) -> npt.NDArray[np.float32]: ...
    def feature_names(self, profile: str | None = None) -> list[str]: ...
    def __len__(self) -> int: ...
    def __contains__(self, track_id: object, /) -> bool: ...
    def __getitem__(self, track_id: str, /) -> dict[str, Any]: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: Any, /) -> Self: ...
    def _repr_html_(self) -> str: ...
