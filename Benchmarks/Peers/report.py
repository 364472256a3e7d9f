"""What every peer script prints last: one line of JSON with its numbers and the versions behind them."""

import importlib.metadata
import json
import platform
import time


class Stopwatch:
    """Wall and processor seconds since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self):
        return {"wall": time.perf_counter() - self.wall, "cpu": time.process_time() - self.cpu}


def finish(packages, **numbers):
    versions = {name: importlib.metadata.version(name) for name in packages}
    versions["python"] = platform.python_version()
    print(json.dumps({**numbers, "versions": versions}), flush=True)
