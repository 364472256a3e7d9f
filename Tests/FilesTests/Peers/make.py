"""The small files of this folder, as other tools write them, and their rows as JSON lines.

Made with pyarrow 26.0.1, polars 2.1.0 and h5py 3.16.0 (HDF5 2.0.0):

    pip install pyarrow polars h5py && python3 make.py

The tests read these files where none of the tools is installed; `.ci/peers` compares with the tools themselves.
"""

import datetime
import decimal
import json
import os

import h5py
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def truth(name, rows):
    with open(name + ".jsonl", "w") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


# Parquet and Arrow: every kind that is read, missing entries at each level.
rows = []
for i in range(11):
    messages = [dict(role="user", content="hi %d" % i)] + ([dict(role="täxt", content=None)] if i % 2 else [])
    rows.append(dict(
        id=i * 1000 - 3000, small=i % 7 if i % 5 else None, f=i * .5 + .25 if i % 3 else None, f32=i % 10 + .5,
        flag=i % 2 == 0 if i % 4 else None, text="täxt %d" % i if i % 4 else None, cat="abc"[i % 3],
        prompt=None if i == 3 else [] if i == 7 else messages,
        nums=[1, 2, None][: i % 4] if i % 6 else None, st=None if i % 5 == 0 else dict(a=i, b="x" * (i % 5))))
schema = pa.schema([
    ("id", pa.int64()), ("small", pa.int32()), ("f", pa.float64()), ("f32", pa.float32()), ("flag", pa.bool_()),
    ("text", pa.string()), ("cat", pa.string()),
    ("prompt", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
    ("nums", pa.list_(pa.int16())), ("st", pa.struct([("a", pa.int64()), ("b", pa.string())]))])
table = pa.Table.from_pylist(rows, schema=schema)
truth("nested", table.to_pylist())
bare = dict(write_statistics=False, store_schema=False, write_page_checksum=False)
for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    pq.write_table(table, "nested_%s.parquet" % codec, compression=codec, **bare)
pq.write_table(table, "nested_v2.parquet", data_page_version="2.0", compression="snappy", **bare)
pq.write_table(table, "nested_pages.parquet", compression="none", data_page_size=1, write_batch_size=2, row_group_size=6, **bare)
pq.write_table(table, "nested_delta.parquet", use_dictionary=False, compression="none", column_encoding={
    "id": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "text": "DELTA_LENGTH_BYTE_ARRAY"}, **bare)
for codec in [None, "zstd", "lz4"]:
    with ipc.new_file("nested_%s.arrow" % codec, schema, options=ipc.IpcWriteOptions(compression=codec)) as w:
        w.write_table(table, max_chunksize=6)
pl.from_arrow(table).write_ipc("nested_polars.arrow", compression="uncompressed")
with ipc.new_stream("nested.arrows", schema) as w:
    w.write_table(table, max_chunksize=8)

# Numbers of every width, dates and times as their numbers.
numbers = pa.table({
    "i8": pa.array([-128, None, 127], pa.int8()), "u8": pa.array([0, 255, None], pa.uint8()),
    "i16": pa.array([-32768, 32767, 1], pa.int16()), "u16": pa.array([0, 65535, 258], pa.uint16()),
    "i32": pa.array([-2147483648, 2147483647, 66051], pa.int32()), "u32": pa.array([0, 4294967295, 66051], pa.uint32()),
    "i64": pa.array([-9223372036854775808, 9223372036854775807, 0], pa.int64()),
    "u64": pa.array([0, 9223372036854775807, 72623859790382856], pa.uint64()),
    "f32": pa.array([1.5, None, -0.25], pa.float32()), "f64": pa.array([0.1, 1e300, -5e-324], pa.float64()),
    "d32": pa.array([1, -1, None], pa.date32()), "t64": pa.array([1, 2, 86399999999], pa.time64("us")),
    "ts": pa.array([1, None, -7], pa.timestamp("ms"))})
plain = [{k: (row[k].value if hasattr(row[k], "value") else row[k]) for k in row} for row in [
    {k: numbers[k][i].as_py() if k not in ("d32", "t64", "ts") else
     (numbers[k][i].value if numbers[k][i].is_valid else None) for k in numbers.column_names} for i in range(3)]]
truth("numbers", plain)
pq.write_table(numbers, "numbers.parquet", use_dictionary=False, compression="none", **bare)
more = numbers.append_column("f16", pa.array([0.5, -65504, None], pa.float16())) \
    .append_column("none", pa.nulls(3)).append_column("d64", pa.array([86400000, None, 0], pa.date64())) \
    .append_column("t32", pa.array([1, 2, 3], pa.time32("s"))).append_column("dur", pa.array([5, None, -5], pa.duration("ns")))
truth("numbers_arrow", [dict(row, f16=f, none=None, d64=d, t32=t, dur=u) for row, f, d, t, u in zip(
    plain, [.5, -65504.0, None], [86400000, None, 0], [1, 2, 3], [5, None, -5])])
with ipc.new_file("numbers.arrow", more.schema) as w:
    w.write_table(more)

# Texts and lists of every layout, with columns between that are passed over.
long = "a text of more than twelve bytes "
texts = [None, "", "twelve bytes", long + "1", "ü", long + "2"]
lists = [[1, 2], None, [3, None], [4, 5], [6, 7], [8, 9]]
layouts = pa.table({
    "small": pa.array(texts), "large": pa.array(texts, pa.large_string()), "view": pa.array(texts, pa.string_view()),
    "cat": pa.array(texts).dictionary_encode(), "money": pa.array([decimal.Decimal(i) for i in range(6)], pa.decimal128(5, 2)),
    "list": pa.array(lists, pa.list_(pa.int8())), "largelist": pa.array(lists, pa.large_list(pa.int64())), "pair": pa.array(lists, pa.list_(pa.int32(), 2)),
    "uuid": pa.array([b"0123"] * 6, pa.binary(4)), "map": pa.array([[("k", 1)], None, [], [("a", 1), ("b", None)], [], []], pa.map_(pa.string(), pa.int8())),
    "views": pa.array([[t] for t in texts], pa.list_(pa.string_view())),
    "last": pa.array(range(6), pa.int64())})
read = ["small", "large", "view", "cat", "list", "largelist", "pair", "map", "views", "last"]
truth("layouts", [dict({k: (row[k] if k != "map" else None if row[k] is None else [dict(key=a, value=b) for a, b in row[k]])
                        for k in read}) for row in layouts.to_pylist()])
with ipc.new_file("layouts.arrow", layouts.schema) as w:
    w.write_table(layouts)
# The same rows as a slice: offsets that do not begin at 0.
with ipc.new_stream("layouts.arrows", layouts.schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as w:
    w.write_table(layouts.slice(0, 2))
    w.write_table(layouts.slice(2, 4))

# A dictionary that grows by a delta.
first, second = pa.array(["a", "b"]), pa.array(["a", "b", "c"])
field = pa.schema([("cat", pa.dictionary(pa.int8(), pa.string()))])
with ipc.new_stream("delta.arrows", field, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as w:
    w.write_batch(pa.record_batch([pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int8()), first)], schema=field))
    w.write_batch(pa.record_batch([pa.DictionaryArray.from_arrays(pa.array([2, 1], pa.int8()), second)], schema=field))

# Columns that are refused by name.
columns = {
    "decimal": pa.array([decimal.Decimal(1)], pa.decimal128(5, 2)), "binary": pa.array([b"\xff\xfe"], pa.binary()),
    "fixed": pa.array([b"0123"], pa.binary(4)), "lists": pa.array([[[1]]]), "fine": pa.array([1])}
pq.write_table(pa.table(columns), "refused.parquet", compression="none", use_dictionary=False, **bare)
pq.write_table(pa.table({"t": pa.array([1], pa.timestamp("ns")), "fine": pa.array([1])}), "int96.parquet",
               use_deprecated_int96_timestamps=True, compression="none", **bare)
pq.write_table(pa.table({"x": pa.array([1.5])}), "split.parquet", use_dictionary=False, compression="none",
               column_encoding={"x": "BYTE_STREAM_SPLIT"}, **bare)
pq.write_table(pa.table({"x": pa.array(["a", "ab"])}), "prefix.parquet", use_dictionary=False, compression="none",
               column_encoding={"x": "DELTA_BYTE_ARRAY"}, **bare)
pq.write_table(pa.table({"x": pa.array([1])}), "brotli.parquet", compression="brotli", **bare)
for name, array in {
    "union": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array([1])),
    "listview": pa.array([[1]], pa.list_view(pa.int64())),
}.items():
    with ipc.new_file(name + ".arrow", pa.schema([(name, array.type)])) as w:
        w.write_batch(pa.record_batch([array], names=[name]))
refused = pa.table({"interval": pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "binary": pa.array([b"\xff"]),
                    "fine": pa.array([1])})
with ipc.new_file("refused.arrow", refused.schema) as w:
    w.write_table(refused)

# HDF5.
with h5py.File("kinds.h5", "w", libver="earliest", track_order=False) as f:
    for kind in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]:
        for order in "<>":
            f.create_dataset(kind + ("be" if order == ">" else ""), data=np.array([1, 2, 100], dtype=order + kind))
    f["bool"] = np.array([True, False, True])
    f["scalar"] = np.float64(0.1)
    f["empty"] = np.zeros((0, 3), np.float32)
    f["cube"] = np.arange(24, dtype=np.int32).reshape(2, 3, 4) - 7
    inner = f.create_group("group/inner")
    inner["x"] = np.array([[1, 2], [3, 4]], np.int64)
    f.attrs["total"] = np.int64(7)
    f.attrs["text"] = "a text"
    f.attrs["rows"] = np.array([1.5, -2], np.float32)
    inner.attrs["flag"] = np.bool_(True)
    inner.attrs["big"] = np.array([1], ">i4")
    space, dcpl = h5py.h5s.create_simple((3,)), h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    dcpl.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT16, space, dcpl).write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([5, -6, 7], np.int16))
with h5py.File("chunks.h5", "w", libver="earliest") as f:
    grid = (np.arange(35, dtype=np.int32).reshape(5, 7) * 3 - 11)
    f.create_dataset("plain", data=grid, chunks=(2, 3))
    f.create_dataset("deflate", data=grid, chunks=(2, 3), compression=4)
    f.create_dataset("shuffle", data=grid, chunks=(5, 4), shuffle=True)
    f.create_dataset("both", data=grid, chunks=(3, 7), shuffle=True, compression=9)
    f.create_dataset("cube", data=np.arange(60, dtype=">f8").reshape(3, 4, 5) / 4, chunks=(2, 2, 2), compression=1)
    f.create_dataset("line", data=np.arange(9, dtype=np.uint8), chunks=(4,))
    f.create_dataset("none", shape=(0, 2), maxshape=(None, 2), dtype="f4", chunks=(4, 2))
    # The first chunk is stored without its filter.
    masked = f.create_dataset("masked", shape=(4,), dtype="<i2", chunks=(2,), compression=4)
    masked.id.write_direct_chunk((0,), np.array([1, 2], "<i2").tobytes(), filter_mask=1)
    masked[2:] = [3, 4]
with h5py.File("refused.h5", "w", libver="earliest") as f:
    f["compound"] = np.zeros(1, dtype=[("a", "i4")])
    f["text"] = "a"
    f["fixed"] = np.array([b"ab"])
    f["half"] = np.array([1.5], np.float16)
    f["null"] = h5py.Empty("f4")
    f["enum"] = np.array([1], dtype=h5py.enum_dtype({"a": 0, "b": 1}, basetype="i1"))
    f["complex"] = np.array([1j])
    f["opaque"] = np.array([np.void(b"ab")])
    f["array"] = np.zeros(1, dtype=[("a", "i4", (2,))])
    f["reference"] = np.array([f.ref], dtype=h5py.ref_dtype)
    f.create_dataset("fletcher", data=np.arange(4), fletcher32=True, chunks=(2,))
    f.create_dataset("holes", shape=(4,), dtype="i4", chunks=(2,))[:2] = 1
    f.create_dataset("lzf", data=np.arange(4), compression="lzf", chunks=(2,))
    f["named"] = np.dtype("i4")
    f.create_dataset("shared", data=np.arange(2, dtype="i4"), dtype=f["named"])
    f.create_dataset("elsewhere", shape=(2,), dtype="i4", external=[("x.bin", 0, 8)])
    f["fine"] = np.arange(2)
with h5py.File("softlink.h5", "w", libver="earliest") as f:
    f["x"] = np.arange(2)
    f["soft"] = h5py.SoftLink("/x")
with h5py.File("hardlink.h5", "w", libver="earliest") as f:
    f["x"] = np.arange(2)
    f["y"] = f["x"]
with h5py.File("latest.h5", "w", libver="latest") as f:
    f["x"] = np.arange(2)
# Two small ones, of which every byte is changed in turn.
with h5py.File("one.h5", "w", libver="earliest") as f:
    f["x"] = np.array([[1, -2], [3, 4]], "<i2")
    f["x"].attrs["rows"] = np.array([1.5, -2], np.float32)
    f.attrs["flag"] = np.bool_(True)
with h5py.File("onechunk.h5", "w", libver="earliest") as f:
    f.create_dataset("x", data=np.arange(6, dtype="<f4").reshape(2, 3), chunks=(2, 2), shuffle=True, compression=6)
if os.path.exists("x.bin"):
    os.remove("x.bin")
print({name: os.path.getsize(name) for name in sorted(os.listdir(".")) if not name.endswith(".py")})
