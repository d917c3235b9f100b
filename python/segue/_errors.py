"""The exceptions: what the engine says, as kinds that Python knows.

A missing path is a FileNotFoundError, other trouble of the system its OSError.
"""

__all__ = ["IndexFileError", "InputError", "QueryError", "SegueError", "UnknownProfile", "UnknownTrack"]


class SegueError(Exception):
    """What every error of Segue is."""

    __module__ = "segue"


class InputError(SegueError, ValueError):
    """A source is no table of tracks, or lacks columns.

    Attributes
    ----------
    rejects : Frame or None
        The rows that cannot be read, if there are any.
    """

    __module__ = "segue"
    rejects = None


class QueryError(SegueError, ValueError):
    """A question, or a profile, that cannot be answered."""

    __module__ = "segue"


class _Unknown(SegueError, KeyError):
    __module__ = "segue"

    def __str__(self):
        # A KeyError shows its key, and this is a sentence.
        return Exception.__str__(self)


class UnknownTrack(_Unknown):
    """No such id, title, artist or genre.

    Attributes
    ----------
    nearest : list of str
        The most similar titles, if there are any.
    """

    __module__ = "segue"

    def __init__(self, *args):
        super().__init__(*args)
        self.nearest = []


class UnknownProfile(_Unknown):
    """The index has no vectors of that profile."""

    __module__ = "segue"


class IndexFileError(SegueError):
    """A folder is no index, is damaged, or is being built."""

    __module__ = "segue"
