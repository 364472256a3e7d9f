import Foundation

/// pyarrow and polars as peers: files with nested, missing and repeated values in every compression and layout that
/// they write, beside their rows as JSON lines.
enum Peers {
  static func make(in folder: URL) throws { try Python.run(program, folder.path) }

  /// Whether both read the file and find the rows of `truth.jsonl` in it.
  static func reads(_ file: URL, as kind: String, in folder: URL) throws -> String {
    try Python.run(
      """
      import sys, json, pyarrow.parquet, pyarrow.ipc, polars
      truth = [json.loads(line) for line in open(sys.argv[3] + '/truth.jsonl')]
      if sys.argv[2] == 'parquet':
          table, frame = pyarrow.parquet.read_table(sys.argv[1]), polars.read_parquet(sys.argv[1])
      else:
          table, frame = pyarrow.ipc.open_file(sys.argv[1]).read_all(), polars.read_ipc(sys.argv[1])
      table.validate(full=True)
      print('pyarrow', table.to_pylist() == truth, 'polars', frame.to_dicts() == truth)
      """, file.path, kind, folder.path)
  }

  private static let program = """
    import sys, os, json, pyarrow as pa, pyarrow.parquet as pq, pyarrow.ipc as ipc, polars as pl
    os.chdir(sys.argv[1])
    rows = []
    for i in range(1500):
        messages = [dict(role='user', content='hi %d' % i)] + ([dict(role='assistant', content=None)] if i % 2 else [])
        rows.append(dict(
            id=i, small=i % 7 if i % 5 else None, f=i * .5 + .25 if i % 3 else None, f32=i % 10 + .5,
            flag=i % 2 == 0 if i % 11 else None, text='t\u{e4}xt %d' % i if i % 4 else None, cat='abc'[i % 3],
            prompt=None if i % 13 == 0 else [] if i % 17 == 0 else messages,
            nums=[1, 2, None][:i % 4] if i % 6 else None, st=None if i % 9 == 0 else dict(a=i, b='x' * (i % 5))))
    schema = pa.schema([
        ('id', pa.int64()), ('small', pa.int32()), ('f', pa.float64()), ('f32', pa.float32()), ('flag', pa.bool_()),
        ('text', pa.string()), ('cat', pa.string()),
        ('prompt', pa.list_(pa.struct([('role', pa.string()), ('content', pa.string())]))),
        ('nums', pa.list_(pa.int16())), ('st', pa.struct([('a', pa.int64()), ('b', pa.string())]))])
    t = pa.Table.from_pylist(rows, schema=schema)
    with open('truth.jsonl', 'w') as file:
        for row in t.to_pylist():
            file.write(json.dumps(row, ensure_ascii=False, separators=(',', ':')) + chr(10))
    for c in ['none', 'snappy', 'gzip', 'zstd', 'lz4']:
        pq.write_table(t, 'pa_%s.parquet' % c, compression=c)
    pq.write_table(t, 'pa_v2.parquet', data_page_version='2.0')
    pq.write_table(t, 'pa_small.parquet', data_page_size=300, row_group_size=400)
    pq.write_table(t, 'pa_plain.parquet', use_dictionary=False)
    pq.write_table(t, 'pa_delta.parquet', use_dictionary=False, column_encoding={
        'id': 'DELTA_BINARY_PACKED', 'small': 'DELTA_BINARY_PACKED', 'text': 'DELTA_LENGTH_BYTE_ARRAY'})
    p = pl.from_arrow(t)
    for c in ['uncompressed', 'snappy', 'gzip', 'zstd', 'lz4']:
        p.write_parquet('pl_%s.parquet' % c, compression=c)
    for c in ['uncompressed', 'zstd', 'lz4']:
        p.write_ipc('pl.arrow' if c == 'uncompressed' else 'pl_%s.arrow' % c, compression=c)
        with ipc.new_file('pa_%s.arrow' % c, t.schema, options=ipc.IpcWriteOptions(
                compression=None if c == 'uncompressed' else c)) as w:
            w.write_table(t, max_chunksize=600)
    p.write_ipc_stream('pl.arrows')
    with ipc.new_stream('pa.arrows', t.schema) as w:
        w.write_table(t)
    coded = t.set_column(6, 'cat', t['cat'].dictionary_encode()).set_column(5, 'text', t['text'].cast(pa.large_string()))
    with ipc.new_file('pa_coded.arrow', coded.schema) as w:
        w.write_table(coded)
    """
}
