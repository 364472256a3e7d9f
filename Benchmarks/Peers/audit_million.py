"""The same file of pairs and embeddings in Python: rows by the fastest JSON reader that is installed, lengths and words of
each text, scores; embeddings by numpy.memmap. It counts less than Pactolus does (no styles, no hashes, no signatures)."""

import json
import resource
import sys
import time

import numpy

try:
    import orjson

    parse, reader = orjson.loads, "orjson " + orjson.__version__
except ImportError:
    parse, reader = json.loads, "json"

folder = sys.argv[1]
began = time.perf_counter()
lengths, words, scores = [], [], []
with open(folder + "/pairs.jsonl", "rb") as file:
    for line in file:
        row = parse(line)
        texts = (row["prompt"], row["chosen"], row["rejected"])
        lengths.append([len(text) for text in texts])
        words.append([len(text.split()) for text in texts])
        scores.append((row["score_chosen"], row["score_rejected"]))
table = numpy.array(lengths), numpy.array(words), numpy.array(scores)
pairs = time.perf_counter() - began

began = time.perf_counter()
distance = 0.0
try:
    embeddings = numpy.load(folder + "/embeddings.npy", mmap_mode="r")
    mean = numpy.zeros(embeddings.shape[2])
    for start in range(0, len(embeddings), 512):
        block = embeddings[start : start + 512].astype(numpy.float32)
        mean += block[:, 0].sum(axis=0)
        distance += float(numpy.linalg.norm(block[:, 0] - block[:, 1], axis=1).sum())
    distance /= len(embeddings)
except FileNotFoundError:
    pass
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({
    "rows": len(lengths), "reader": reader, "numpy": numpy.__version__, "pairs_seconds": pairs,
    "embeddings_seconds": time.perf_counter() - began, "mean_distance": distance, "peak_mib": peak,
}))
