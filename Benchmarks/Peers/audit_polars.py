"""The same pairs parsed by Polars into columns, and nothing else: how fast the bytes can be taken apart on one core."""

import json
import resource
import sys
import time

import polars

began = time.process_time()
table = polars.read_ndjson(sys.argv[1] + "/pairs.jsonl")
processor = time.process_time() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"rows": len(table), "polars": polars.__version__, "processor": processor, "peak_mib": peak}))
