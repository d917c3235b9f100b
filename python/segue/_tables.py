"""Frames as the tables of other libraries, which are imported when they are asked for."""


def to_pandas(frame):
    return _pyarrow().table(frame).to_pandas()


def to_polars(frame):
    try:
        import polars
    except ImportError as error:
        raise ImportError("polars is not installed: pip install segue[polars]") from error
    return polars.DataFrame(frame)


def to_arrow(frame):
    return _pyarrow().table(frame)


def _pyarrow():
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError("pyarrow is not installed: pip install segue[pandas]") from error
    return pyarrow
