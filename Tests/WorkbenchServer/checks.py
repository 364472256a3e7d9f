"""What the workbench's server promises, tried against the real program over real sockets."""

import http.client
import json
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

from again import Again  # noqa: F401
from client import Client, Refused, Workbench, comparison, give, wait_for_questions

TOOL = str(pathlib.Path(__file__).resolve().parents[2] / ".build/release/pactolus-workbench")
SHORT = ["--feedback.comparisons", "24", "--run.iterations", "3", "--run.steps", "6144", "--set", "evaluation.episodes=2"]


class Running(unittest.TestCase):
    """Each class has a server of its own on a run that waits for its first answers."""

    settings = SHORT

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.bench = Workbench(TOOL, cls.folder.name + "/run", "pactolus/Pendulum-v1", settings=cls.settings)
        cls.owner = Client(cls.bench.port)
        cls.owner.join(cls.bench.code)

    @classmethod
    def tearDownClass(cls):
        cls.bench.kill()
        cls.folder.cleanup()

    def invited(self, role, name):
        link = self.owner.post("/api/invites", {"role": role, "name": name})["link"]
        client = Client(self.bench.port)
        client.join(link.split("join=")[1], 30)
        return client


class Rights(Running):
    ROUTES = {
        # endpoint: (method, body, roles)
        "/api/me": ("GET", None, "owner researcher annotator viewer"),
        "/api/project": ("GET", None, "owner researcher annotator viewer"),
        "/api/status": ("GET", None, "owner researcher annotator viewer"),
        "/api/questions": ("POST", {"count": 1}, "owner researcher annotator"),
        "/api/answers": ("POST", {}, "owner researcher annotator"),
        "/api/undo": ("POST", {}, "owner researcher annotator"),
        "/api/play": ("POST", {}, "owner researcher annotator"),
        "/api/preview": ("POST", {}, "owner researcher annotator"),
        "/api/bend": ("POST", {}, "owner researcher annotator"),
        "/api/what-if": ("POST", {}, "owner researcher annotator"),
        "/api/pause": ("POST", {"paused": False}, "owner researcher"),
        "/api/people": ("GET", None, "owner researcher"),
        "/api/export": ("GET", None, "owner researcher"),
        "/api/export/trl": ("GET", None, "owner researcher"),
        "/api/export/ties": ("GET", None, "owner researcher"),
        "/api/export/csv": ("GET", None, "owner researcher"),
        "/api/export/set-aside": ("GET", None, "owner researcher"),
        "/api/unanswered": ("GET", None, "owner researcher"),
        "/api/invites": ("POST", {}, "owner"),
        "/api/people/remove": ("POST", {}, "owner"),
        "/api/people/erase": ("POST", {}, "owner"),
        "/api/invites/revoke": ("POST", {}, "owner"),
        "/api/sessions": ("GET", None, "owner researcher annotator viewer"),
        "/api/sessions/end": ("POST", {}, "owner researcher annotator viewer"),
        "/api/people/role": ("POST", {}, "owner"),
        "/api/agreement": ("GET", None, "owner researcher"),
        "/api/differences": ("GET", None, "owner researcher"),
        "/api/question": ("POST", {}, "owner researcher"),
        "/api/decide": ("POST", {}, "owner researcher"),
        "/api/audit": ("GET", None, "owner researcher"),
        "/api/export/answers.jsonl": ("GET", None, "owner researcher"),
        "/api/export/answers.csv": ("GET", None, "owner researcher"),
        "/api/export/answers.parquet": ("GET", None, "owner researcher"),
        "/api/guide": ("GET", None, "owner researcher annotator viewer"),
        "/api/practice": ("POST", {}, "owner researcher annotator"),
        "/api/own": ("GET", None, "owner researcher annotator"),
        "/api/lesson": ("GET", None, "owner researcher annotator"),
        "/api/history": ("GET", None, "owner researcher annotator"),
        "/api/history/change": ("POST", {}, "owner researcher annotator"),
    }

    def test_every_role_at_every_route(self):
        clients = {role: self.invited(role, role) for role in ["researcher", "annotator", "viewer"]}
        clients["owner"] = self.owner
        for path, (method, body, roles) in self.ROUTES.items():
            self.assertEqual(Client(self.bench.port).request(method, path, body)[0], 401, path)
            for role, client in clients.items():
                status = client.request(method, path, body)[0]
                if role in roles.split():
                    self.assertNotIn(status, (401, 403, 405, 500), f"{role} {path}")
                else:
                    self.assertEqual(status, 403, f"{role} {path}")
        for role, client in clients.items():
            status = client.request("POST", "/api/project", {"overlap": 1})[0]
            self.assertEqual(status, 200 if role == "owner" else 403, role)
            self.assertEqual(client.request("GET", "/api/invites")[0], 200 if role == "owner" else 403, role)

    def test_an_annotator_learns_nothing_of_others_or_of_the_model(self):
        client = self.invited("annotator", "blind")
        self.assertEqual(set(client.get("/api/status")), {"phase", "message", "answers", "open"})
        question = wait_for_questions(client)["questions"][0]
        self.assertLessEqual(
            set(question),
            {"id", "lease", "kind", "prompt", "captions", "reply", "clips", "details", "again", "previous"})

    def test_an_invitation_works_once_and_a_removed_person_is_out(self):
        link = self.owner.post("/api/invites", {"role": "annotator", "name": "once"})["link"]
        code = link.split("join=")[1]
        self.assertEqual(len(code), 40)
        first = Client(self.bench.port)
        first.join(code)
        with self.assertRaises(Refused) as refused:
            Client(self.bench.port).join(code)
        self.assertEqual(refused.exception.status, 403)
        self.owner.post("/api/people/remove", {"name": "once"})
        self.assertEqual(first.request("GET", "/api/me")[0], 401)
        with self.assertRaises(Refused):
            self.owner.post("/api/people/remove", {"name": "owner"})

    def test_a_removed_person_and_an_ended_session_hear_nothing_more(self):
        for name, end in [
            ("gone", lambda: self.owner.post("/api/people/remove", {"name": "gone"})),
            ("ended", lambda: self.owner.post("/api/sessions/end", {"id": next(
                one["id"] for one in self.owner.get("/api/sessions") if one["person"] == "ended")})),
        ]:
            client = self.invited("viewer", name)
            connection = http.client.HTTPConnection("127.0.0.1", self.bench.port, timeout=10)
            connection.request("GET", "/api/events", headers={"Cookie": client.cookie})
            stream = connection.getresponse()
            self.assertTrue(stream.readline().startswith(b"event: status"))
            end()
            begun = time.time()
            stream.read()  # to its end
            self.assertLess(time.time() - begun, 2)
            connection.close()

    def test_a_later_start_ends_the_link_of_an_earlier_one(self):
        with tempfile.TemporaryDirectory() as folder:
            bench = Workbench(TOOL, folder + "/run", "pactolus/Pendulum-v1", settings=SHORT)
            first = bench.code
            bench.kill()
            bench.start()
            try:
                with self.assertRaises(Refused) as refused:
                    Client(bench.port).join(first)
                self.assertEqual(refused.exception.status, 403)
                self.assertEqual(Client(bench.port).join(bench.code)["role"], "owner")
            finally:
                bench.kill()

    def test_joining_again_ends_the_session_before(self):
        client = self.invited("viewer", "here")
        before = Client(self.bench.port, client.cookie)
        client.join(self.owner.post("/api/invites", {"role": "viewer", "name": "here"})["link"].split("join=")[1], 30)
        self.assertNotEqual(client.cookie, before.cookie)
        self.assertEqual((client.request("GET", "/api/me")[0], before.request("GET", "/api/me")[0]), (200, 401))

    def test_the_file_keeps_no_secret(self):
        content = b"".join(path.read_bytes() for path in pathlib.Path(self.folder.name, "run").glob("workbench.sqlite*"))
        self.assertNotIn(self.owner.cookie.split("=")[1].encode(), content)
        self.assertNotIn(self.bench.code.encode(), content)


class Requests(Running):
    def test_forged_requests_are_refused(self):
        for headers in [
            {"X-Pactolus": ""}, {"Content-Type": "text/plain"}, {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
            {"Host": "evil.example"}, {"Host": f"evil.example:{self.bench.port}"},
        ]:
            self.assertEqual(self.owner.request("POST", "/api/undo", {}, headers)[0], 403, headers)
        self.assertEqual(self.owner.request("GET", "/api/me", headers={"Host": "evil.example"})[0], 403)

    def test_wrong_methods_and_paths(self):
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]:
            self.assertEqual(self.owner.request(method, "/api/undo", b"{}")[0], 405, method)
        for path in ["/api/nothing", "/assets/../Package.swift", "/assets/%2e%2e/page.html", "/settings.yaml", "/assets/"]:
            self.assertEqual(self.owner.request("GET", path)[0], 404, path)

    def test_malformed_bodies_get_a_sentence(self):
        question = wait_for_questions(self.owner)["questions"][0]
        bodies = [
            b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100000, b'{"id": 3}', b'{"id":"a","question":"1e99","lease":""}',
            json.dumps({"id": "a", "question": question["id"], "lease": question["lease"], "content": {"answer": "left"}}).encode(),
            json.dumps({"id": "a", "question": question["id"], "lease": question["lease"], "content": None}).encode(),
            json.dumps({"id": "a", "question": question["id"], "lease": question["lease"], "content": {"answer": "tie", "strongly": True}}).encode(),
            json.dumps({"id": "a", "question": question["id"], "lease": question["lease"], "nonAnswer": "because"}).encode(),
            json.dumps({"id": "x" * 200, "question": question["id"], "lease": question["lease"], "nonAnswer": "skip"}).encode(),
        ]
        for body in bodies:
            status, text = self.owner.request("POST", "/api/answers", body)
            self.assertIn(status, (400, 409), body[:80])
            self.assertTrue(json.loads(text)["error"], body[:80])
        for body in [
            {"question": question["id"], "clip": 9, "from": 0, "actions": []},
            {"question": question["id"], "clip": 0, "from": -1, "actions": []},
            {"question": question["id"], "clip": 0, "from": 0, "actions": [[1, 2]]},
            {"question": question["id"], "clip": 0, "from": 0, "actions": [[1e30]]},
            {"question": question["id"], "clip": 0, "from": 0, "actions": [[0]] * 6000},
            {"question": "999999", "clip": 0, "from": 0, "actions": []},
        ]:
            self.assertIn(self.owner.request("POST", "/api/play", body)[0], (400, 409), body)

    def test_playing_continues_from_the_clip(self):
        question = wait_for_questions(self.owner)["questions"][0]
        whole = self.owner.post("/api/play", {"question": question["id"], "clip": 0, "from": 10, "actions": []})
        self.assertEqual(len(whole["frames"]), 1)
        played = self.owner.post(
            "/api/play", {"question": question["id"], "clip": 0, "from": 10, "actions": [[0.5]] * 20})
        self.assertEqual(len(played["frames"]), 21)
        self.assertFalse(played["finished"])

    def test_a_huge_body_is_refused_and_the_server_goes_on(self):
        status, _ = self.owner.request("POST", "/api/answers", b'{"id":"' + b"x" * (5 << 20) + b'"}')
        self.assertEqual(status, 413)
        self.assertEqual(self.owner.request("GET", "/api/me")[0], 200)

    def test_slow_broken_and_half_open_connections_do_not_stall_others(self):
        held = []
        for start in [
            b"POST /api/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{",
            b"GET /api/me HTTP/1.1\r\nHost: ",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
            b"",
        ] * 40:
            connection = socket.create_connection(("127.0.0.1", self.bench.port))
            if start:
                connection.sendall(start)
            held.append(connection)
        begun = time.time()
        for _ in range(20):
            self.assertEqual(self.owner.request("GET", "/api/me", timeout=5)[0], 200)
        self.assertLess(time.time() - begun, 20)
        for connection in held[::2]:
            connection.close()
        self.assertEqual(self.owner.request("GET", "/api/me", timeout=5)[0], 200)
        for connection in held[1::2]:
            connection.close()

    def test_headers_keep_the_page_to_itself(self):
        self.owner.request("GET", "/")
        policy = self.owner.headers["Content-Security-Policy"]
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]:
            self.assertIn(part, policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(self.owner.headers["X-Content-Type-Options"], "nosniff")
        joined = Client(self.bench.port)
        joined.join(self.owner.post("/api/invites", {"role": "viewer", "name": "looker"})["link"].split("join=")[1], 30)
        self.assertIn("HttpOnly", joined.headers["Set-Cookie"])
        self.assertIn("SameSite=Strict", joined.headers["Set-Cookie"])


class Pausing(Running):
    def test_a_paused_run_says_so_until_it_goes_on(self):
        self.assertFalse(self.owner.get("/api/status")["isPaused"])
        self.owner.post("/api/pause", {"paused": True})
        self.assertTrue(self.owner.get("/api/status")["isPaused"])
        # Answered, the first round is taken in, and the agent stands still before its first rollout.
        for _ in range(2):
            give(self.owner, wait_for_questions(self.owner)["questions"][0], comparison("first", False))
        time.sleep(1)
        status = self.owner.get("/api/status")
        self.assertEqual((status["phase"], status["agentSteps"]), ("paused", 0), status)
        self.owner.post("/api/pause", {"paused": False})
        until = time.time() + 20
        while self.owner.get("/api/status")["agentSteps"] == 0 and time.time() < until:
            time.sleep(0.1)
        self.assertGreater(self.owner.get("/api/status")["agentSteps"], 0)


class Serving(unittest.TestCase):
    def test_beyond_this_computer_only_with_protection(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [TOOL, "workbench", "pactolus/Pendulum-v1", "--out", folder + "/run", "--no-open", "--host", "0.0.0.0"],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--behind-proxy", done.stderr)
            self.assertFalse(pathlib.Path(folder, "run").exists())

    def test_a_port_in_use_is_said(self):
        with socket.socket() as taken, tempfile.TemporaryDirectory() as folder:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = subprocess.run(
                [TOOL, "workbench", "pactolus/Pendulum-v1", "--out", folder + "/run", "--no-open", "--port",
                 str(taken.getsockname()[1])], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2)
            self.assertIn("in use", done.stderr)

    def test_unknown_subjects_get_near_misses(self):
        done = subprocess.run(
            [TOOL, "workbench", "pactolus/Pendulum-v2", "--no-open"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("Pendulum-v1", done.stderr)

    def test_tls(self):
        import ssl
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/key.pem", "-out",
                 folder + "/certificate.pem", "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
            process = subprocess.Popen(
                [TOOL, "workbench", "pactolus/Pendulum-v1", "--out", folder + "/run", "--no-open", "--tls-certificate",
                 folder + "/certificate.pem", "--tls-key", folder + "/key.pem"], stderr=subprocess.PIPE, text=True)
            try:
                line = ""
                while "https://" not in line:
                    line = process.stderr.readline()
                port = int(line.split("https://127.0.0.1:")[1].split("/")[0])
                import http.client
                connection = http.client.HTTPSConnection(
                    "127.0.0.1", port, context=ssl._create_unverified_context(), timeout=10)
                connection.request(
                    "POST", "/api/join", json.dumps({"code": line.split("join=")[1].strip()}),
                    {"Content-Type": "application/json", "X-Pactolus": "1"})
                response = connection.getresponse()
                self.assertEqual(response.status, 200)
                self.assertIn("Secure", response.getheader("Set-Cookie"))
                self.assertTrue(response.getheader("Set-Cookie").startswith("__Host-"))
            finally:
                process.kill()
                process.wait()
                process.stderr.close()
                connection.close()


class Answers(Running):
    def test_undo_without_limit_is_an_event_and_two_people_never_book_the_same_place(self):
        ada, bob = self.invited("annotator", "Ada"), self.invited("annotator", "Bob")
        first = wait_for_questions(ada)["questions"][0]
        asked = bob.post("/api/questions", {"count": 8})["questions"]
        self.assertNotIn(first["id"], [question["id"] for question in asked])
        identity = str(uuid.uuid4())
        stored = give(ada, first, comparison("first", True), identity=identity)
        self.assertEqual(give(ada, first, comparison("first", True), identity=identity), stored)
        with self.assertRaises(Refused) as refused:
            give(ada, first, comparison("second"))
        self.assertEqual(refused.exception.status, 409)
        again = ada.post("/api/undo", {})["question"]
        self.assertEqual(again["id"], first["id"])
        self.assertEqual(again["previous"]["content"], comparison("first", True))
        with self.assertRaises(Refused):
            ada.post("/api/undo", {})
        give(ada, again, comparison("second", False))
        with self.assertRaises(Refused):
            give(bob, {"id": again["id"], "lease": "made up"}, comparison("first"))
        lines = self.owner.request("GET", "/api/export")[1].decode().strip().splitlines()
        standing = [json.loads(line) for line in lines]
        self.assertEqual([one["person"] for one in standing if one["person"] == "Ada"], ["Ada"])


class Quality(Running):
    settings = ["--feedback.comparisons", "200", "--feedback.initialShare", "0.9", "--run.iterations", "2", "--run.steps", "4096"]

    def test_questions_about_the_person_are_put_in_unseen_and_counted_with_intervals(self):
        for _ in range(30):
            question = wait_for_questions(self.owner)["questions"][0]
            give(self.owner, question, comparison("first", True))
        self.owner.post("/api/project", {"overlap": 2, "gold": 0.15, "duplicate": 0.1, "mirrored": 0.1, "impossible": 0.1})
        with self.assertRaises(Refused):
            self.owner.post("/api/project", {"gold": 0.4, "duplicate": 0.4})
        lefty = self.invited("annotator", "Lefty")
        keys, ids = set(), []
        for _ in range(120):
            question = wait_for_questions(lefty)["questions"][0]
            keys |= set(question)
            ids.append(question["id"])
            give(lefty, question, comparison("first", False))
            time.sleep(0.06)  # below the limit on requests
        self.assertEqual(len(set(ids)), 120)
        self.assertFalse({"check", "expected", "gold", "source"} & keys)
        people = {one["name"]: one for one in self.owner.get("/api/people")["people"]}
        # Somebody who always takes the left one: gold and repeats right, mirrored and equal clips wrong.
        report = people["Lefty"]
        self.assertEqual(report["gold"]["share"], 1)
        self.assertEqual(report["repeat"]["share"], 1)
        self.assertEqual(report["mirrored"]["share"], 0)
        self.assertEqual(report["impossible"]["share"], 0)
        self.assertEqual(report["left"]["share"], 1)
        self.assertEqual(report["agreement"]["share"], 1)
        for name in ["gold", "repeat", "mirrored", "impossible"]:
            count = report[name]["count"]
            # Binomial with 120 draws at .1 to .15: outside these bounds less than once in ten thousand times each.
            self.assertTrue(1 <= count <= 40, f"{name}: {count}")
            self.assertTrue(report[name]["low"] <= report[name]["share"] <= report[name]["high"])
        # None of it reaches the run.
        exported = self.owner.request("GET", "/api/export")[1].decode().strip().splitlines()
        made = sum(report[name]["count"] for name in ["gold", "repeat", "mirrored", "impossible"])
        self.assertEqual(len(exported), 30 + 120 - made)


class WholeRun(unittest.TestCase):
    def test_a_run_is_taught_to_the_end_killed_on_the_way_and_loses_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            bench = Workbench(TOOL, folder + "/run", "pactolus/Pendulum-v1", settings=SHORT)
            owner = Client(bench.port)
            owner.join(bench.code)
            given, kills, wait = {}, 0, ""
            until = time.time() + 240
            while time.time() < until:
                try:
                    asked = owner.post("/api/questions", {"count": 1})
                except (ConnectionError, OSError):
                    continue
                wait = asked.get("wait")
                if wait == "finished":
                    break
                for question in asked["questions"]:
                    content = comparison(["first", "second"][len(given) % 2], len(given) % 3 == 0)
                    given[give(owner, question, content)["stored"]] = content
                    if len(given) in (3, 9, 15):
                        if len(given) == 9:
                            time.sleep(0.5)
                        bench.kill()
                        bench.start()
                        kills += 1
                time.sleep(0.02)
            self.assertEqual(wait, "finished", bench.lines[-5:])
            self.assertEqual(kills, 3)
            self.assertEqual(len(given), 24)
            status = owner.get("/api/status")
            self.assertEqual(status["phase"], "finished")
            self.assertTrue(status["findings"])
            signs = {"holds": "✓", "fails": "✕", "unknown": "?", "not measurable": "–"}
            for finding in status["findings"]:
                self.assertEqual(finding["sign"], signs[finding["verdict"]])
            exported = owner.request("GET", "/api/export")[1].decode().strip().splitlines()
            self.assertEqual([json.loads(line)["answer"]["content"] for line in exported], list(given.values()))
            self.assertEqual(bench.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
