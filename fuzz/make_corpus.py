"""Writes a small catalogue in every columnar encoding that is read, as seeds for the fuzz targets."""

import pathlib
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq

folder = pathlib.Path(sys.argv[1])
for tracks in (1, 5, 40):
    table = pyarrow.csv.read_csv(folder / f"demo{tracks}.csv")
    for codec in ("none", "snappy", "zstd", "gzip", "lz4"):
        pq.write_table(table, folder / f"{tracks}-{codec}.parquet", compression=codec)
    pq.write_table(table, folder / f"{tracks}-plain.parquet", compression="none", use_dictionary=False)
    pq.write_table(table, folder / f"{tracks}-v2.parquet", compression="none", data_page_version="2.0")
    delta = {name: "DELTA_BINARY_PACKED" for name in ("popularity", "duration_ms")}
    delta |= {name: "DELTA_BYTE_ARRAY" for name in ("track_id", "artists")}
    delta |= {name: "BYTE_STREAM_SPLIT" for name in ("energy", "tempo")}
    pq.write_table(
        table, folder / f"{tracks}-delta.parquet", compression="none", use_dictionary=False, column_encoding=delta
    )
    lists = [[name] for name in table["artists"].to_pylist()]
    place = table.schema.get_field_index("artists")
    listed = table.set_column(place, "artists", pa.array(lists, pa.list_(pa.string())))
    genres = table["track_genre"].dictionary_encode()
    listed = listed.set_column(table.schema.get_field_index("track_genre"), "track_genre", genres)
    pq.write_table(listed, folder / f"{tracks}-lists.parquet", compression="none")
    for name, content in (("plain", table), ("lists", listed)):
        for codec in (None, "lz4", "zstd"):
            options = pa.ipc.IpcWriteOptions(compression=codec)
            for kind, writer in (("file", pa.ipc.new_file), ("stream", pa.ipc.new_stream)):
                path = folder / f"{tracks}-{name}-{codec}.{kind}.arrow"
                with writer(path, content.schema, options=options) as out:
                    out.write_table(content)
