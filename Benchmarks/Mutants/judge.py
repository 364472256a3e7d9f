"""Runs the tests against each mutant: first which suites reach which mutant, then those suites with it switched on."""

import json
import os
import re
import resource
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

FAILURE = re.compile(r"✘ Test .*(recorded an issue|failed after)")
TABLE = 65_536


class Judge:
    def __init__(self, tree, bundle, memory_gigabytes=12):
        self.tree, self.bundle, self.memory = tree, bundle, memory_gigabytes << 30

    def suites(self, room):
        """The suites of a room's tests: `ComputeTests.GradientTests`."""
        listed = subprocess.run(
            [self.bundle, "--testing-library", "swift-testing", "--list-tests"], cwd=self.tree.tree, text=True,
            capture_output=True, check=True).stdout
        found = {}
        for line in listed.splitlines():
            match = re.match(rf"^({room}Tests\.[^/(]+)", line.strip())
            if match:
                found[match.group(1)] = None
        return sorted(found)

    def run(self, suites, environment, timeout):
        """(outcome, seconds): "passed", "failed", "crashed" or "time-out". Stops at the first failure."""
        filters = [f"--filter=^{re.escape(suite)}(/|\\(|$)" for suite in suites]
        started = time.monotonic()
        process = subprocess.Popen(
            [self.bundle, "--testing-library", "swift-testing", *filters], cwd=self.tree.tree, text=True,
            env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
            start_new_session=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory)))
        outcome = []

        def end(reason):
            outcome.append(reason)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

        timer = threading.Timer(timeout, end, ["time-out"])
        timer.start()
        ran = 0
        for line in process.stdout:
            if FAILURE.search(line) and "known issue" not in line:
                end("failed")
                break
            if match := re.search(r"Test run with (\d+) test", line):
                ran = int(match.group(1))
        process.stdout.close()
        code = process.wait()
        timer.cancel()
        seconds = time.monotonic() - started
        if outcome:
            return outcome[0], seconds
        if code < 0:
            return "crashed", seconds
        if code == 0 and ran == 0:
            raise SystemExit(f"no test ran for {' '.join(suites)}")
        return ("passed" if code == 0 else "failed"), seconds

    def reach(self, rooms, known, path, jobs):
        """For each suite: its seconds without mutants, and the mutants that it reaches. Written down as they come."""
        lock, free = threading.Lock(), [self.tree.place / f"trace-{job}" for job in range(jobs)]

        def one(suite):
            with lock:
                trace = free.pop()
            trace.write_bytes(bytes(TABLE))
            outcome, seconds = self.run([suite], {"PACTOLUS_MUTANT_TRACE": str(trace)}, timeout=1800)
            if outcome != "passed":
                return f"{suite} does not pass without any mutant: {outcome}"
            reached = [i for i, b in enumerate(trace.read_bytes()) if b]
            with lock:
                free.append(trace)
                known[suite] = {"suite": suite, "seconds": seconds, "reached": reached}
                with open(path, "a") as file:
                    file.write(json.dumps(known[suite]) + "\n")

        waiting = [suite for room in rooms for suite in self.suites(room) if suite not in known]
        with ThreadPoolExecutor(jobs) as pool:
            for failure in pool.map(one, waiting):
                if failure:
                    raise SystemExit(failure)

    def judge(self, site, reach):
        """What became of one mutant."""
        # A named mutant may die by the tests of any room.
        prefix = "" if site.operator == "named" else site.room + "Tests."
        suites = [s for s, r in reach.items() if s.startswith(prefix) and site.number in r["reached"]]
        if not suites:
            return {"outcome": "survived", "why": "no test reaches it", "seconds": 0}
        # The quick suites first: most mutants die there.
        suites.sort(key=lambda s: reach[s]["seconds"])
        spent = 0.0
        for part in (suites[: len(suites) // 2], suites[len(suites) // 2:]):
            if not part:
                continue
            limit = 30 + 6 * sum(reach[s]["seconds"] for s in part)
            outcome, seconds = self.run(part, {"PACTOLUS_MUTANT": str(site.number)}, timeout=limit)
            spent += seconds
            if outcome != "passed":
                return {"outcome": "killed", "why": outcome, "seconds": spent, "suites": part}
        return {"outcome": "survived", "why": f"{len(suites)} suites pass", "seconds": spent, "suites": suites}


def judge_all(judge, order, reach, results, path, jobs, deadline):
    """Judges what has no result yet; each result is written down at once, so that a killed run goes on."""
    lock = threading.Lock()
    done = [0]

    def one(site):
        if time.monotonic() > deadline:
            return
        result = judge.judge(site, reach)
        with lock:
            results[site.key] = result
            with open(path, "a") as file:
                file.write(json.dumps({"key": site.key, **result}) + "\n")
            done[0] += 1
            print(f"{done[0]:4}  {result['outcome']:8} {result['why']:20} {site.file}:{site.line}  {site.changed()}", flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, [site for site in order if site.key not in results]))
