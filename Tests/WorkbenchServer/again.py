"""A workbench that is started again, and one that is not started at all."""

import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import unittest

from client import Client, Workbench, comparison, give, wait_for_questions

TOOL = str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/pactolus-workbench")
SHORT = ["--feedback.comparisons", "24", "--run.iterations", "3", "--run.steps", "6144", "--set", "evaluation.episodes=2"]


class Again(unittest.TestCase):
    def again(self, bench):
        """As a person starts it: without naming a port."""
        bench.kill()
        bench.wanted = 0
        bench.start()

    def test_it_has_its_port_its_people_and_its_pause(self):
        with tempfile.TemporaryDirectory() as folder:
            bench = Workbench(TOOL, folder + "/run", "pactolus/Pendulum-v1", settings=SHORT)
            try:
                port, owner = bench.port, Client(bench.port)
                owner.join(bench.code)
                run = owner.get("/api/project")["id"]
                question = wait_for_questions(owner)["questions"][0]
                owner.post("/api/pause", {"paused": True})
                self.again(bench)
                self.assertEqual(bench.port, port)
                # The page that was open goes on: the same session, the question that it had in hand.
                self.assertTrue(owner.get("/api/status")["isPaused"])
                self.assertEqual(owner.get("/api/project")["id"], run)
                give(owner, question, comparison("first", False))
                bench.stop()
                with socket.socket() as other:
                    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    other.bind(("127.0.0.1", port))
                    other.listen()
                    bench.wanted = 0
                    bench.start()
                    self.assertNotEqual(bench.port, port)
                    self.assertIn(f"Port {port}, where this run's page was, is in use", "".join(bench.lines))
                    owner = Client(bench.port)
                    owner.join(bench.code)
                    self.assertEqual(owner.get("/api/project")["id"], run)
                    moved = bench.port
                self.again(bench)
                self.assertEqual(bench.port, moved)
            finally:
                bench.kill()

    def test_with_nothing_named_it_opens_what_was_answered_last_or_says_what_there_is(self):
        with tempfile.TemporaryDirectory() as folder:
            def alone(*more):
                return subprocess.run([TOOL, "workbench", "--no-open", *more], cwd=folder, capture_output=True, text=True, timeout=60)

            nothing = alone()
            self.assertNotEqual(nothing.returncode, 0)
            for words in ["nothing to go on with here", "runs/", "judging/", "pactolus workbench pactolus/Pendulum-v1", "pairs.jsonl"]:
                self.assertIn(words, nothing.stderr)
            self.assertNotIn("answered by no person", nothing.stderr)
            # A run that simulated people answered is no run to go on with, but it is named.
            made = pathlib.Path(folder, "runs/simulated")
            made.mkdir(parents=True)
            made.joinpath("settings.yaml").write_text("run:\n  environment: pactolus/Pendulum-v1\n")
            pathlib.Path(folder, "runs/no-run").mkdir()
            refused = alone()
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn("runs/simulated was answered by no person, and can be looked at by naming it", refused.stderr)
            self.assertNotIn("no-run", refused.stderr)
            # Two projects about texts, the second answered last.
            for name in ["first", "second"]:
                rows = [{"prompt": f"{name} {row}", "chosen": "yes", "rejected": "no"} for row in range(4)]
                pathlib.Path(folder, f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
                bench = Workbench(TOOL, f"{folder}/judging/{name}", f"{folder}/{name}.jsonl")
                bench.stop()
            for name, age in [("first", 100), ("second", 200)]:
                for file in pathlib.Path(folder, "judging", name).glob("workbench.sqlite*"):
                    os.utime(file, (time.time() - age, time.time() - age))
            process = subprocess.Popen([TOOL, "workbench", "--no-open"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            try:
                lines = []
                while "The workbench is at" not in "".join(lines):
                    line = process.stdout.readline()
                    self.assertTrue(line, lines)
                    lines.append(line)
                self.assertIn("Opening judging/first, which was answered last. Others, by name: judging/second.", "".join(lines))
            finally:
                process.terminate()
                process.wait(30)
                process.stdout.close()

    def test_learn_takes_the_port_with_ask_me_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            command = [TOOL, "learn", "pactolus/Pendulum-v1", "--out", folder + "/run", "--port", str(port)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--ask me", done.stderr)
            self.assertFalse(pathlib.Path(folder, "run").exists())
            process = subprocess.Popen(command + ["--ask", "me", "--no-open"], stderr=subprocess.PIPE, text=True)
            try:
                line = ""
                while "http://" not in line:
                    line = process.stderr.readline()
                self.assertIn(f":{port}/", line)
            finally:
                process.kill()
                process.wait()
                process.stderr.close()

    def test_kinds_that_cannot_be_asked_are_refused_before_there_is_a_page(self):
        for environment, kinds, said in [
            ("pactolus/Delivery-v0", "comparison,feature-highlight,state-of-the-world", "on a page"),
            ("pactolus/Delivery-v0", "state-of-the-world", "nothing to tell them apart by"),
            ("pactolus/Pendulum-v1", "corection", "correction"),
        ]:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [TOOL, "workbench", environment, "--no-open", "--out", folder + "/run", "--feedback.kinds", kinds],
                    capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, re.sub(r"\s+", " ", done.stderr))
                self.assertNotIn("http://", done.stderr)
                self.assertFalse(pathlib.Path(folder, "run").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
