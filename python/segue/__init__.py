"""Exact nearest neighbours for music: read tracks, build an index, recommend.

>>> import segue
>>> index = segue.Index.build(segue.demo(500))
>>> index.recommend(index.search("the", 1)["track_id"][0], 5).shape[0]
5

`segue.neighbors` has scikit-learn's interface, `segue.spark` runs on Spark. Neither is imported with this module.
"""

from segue._errors import IndexFileError, InputError, QueryError, SegueError, UnknownProfile, UnknownTrack
from segue._segue import (
    Catalogue,
    Frame,
    Index,
    Profile,
    __version__,
    demo,
    evaluate,
    inspect,
    open,
    read,
    set_threads,
    train,
)

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
