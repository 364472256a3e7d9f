"""A reward head from fit to serve over a real socket, asked as OpenRLHF's remote reward client asks: POST of JSON, one
text in a request, all at once."""

import asyncio
import http.client
import json
import pathlib
import random
import re
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACTOLUS, SERVER = str(ROOT / ".build/release/pactolus"), str(ROOT / ".build/release/pactolus-workbench")
WORDS = "river gold king bread table garden winter letter music paper window bridge".split()


def write_pairs(path, count, prompts="Question {}: "):
    draw = random.Random(4)
    rows = []
    for index in range(count):
        polite, rude = " ".join(draw.choices(WORDS, k=12) + ["thank", "you"]), " ".join(draw.choices(WORDS, k=12) + ["go", "away"])
        # One answer in ten is the other way round.
        chosen, rejected = (polite, rude) if draw.random() > 0.1 else (rude, polite)
        rows.append({"prompt": prompts.format(index), "chosen": chosen, "rejected": rejected})
    pathlib.Path(path).write_text("".join(json.dumps(row) + "\n" for row in rows))


class Server:
    """One process of `serve`, started and ended as a person does."""

    def __init__(self, head, *options):
        self.process = subprocess.Popen([SERVER, "serve", head, *options], stderr=subprocess.PIPE, text=True)
        self.lines, self.port, self.token = [], None, None
        while True:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError("".join(self.lines))
            self.lines.append(line)
            if found := re.search(r":(\d+)/get_reward", line):
                self.port = int(found[1])
            if line.startswith("Authorization: "):
                self.token = line.strip().removeprefix("Authorization: ")
            if line.startswith("health"):
                break
        threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True).start()

    def ask(self, body=None, token=None, path="/get_reward", method="POST", headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"}
        if token or self.token:
            sent["Authorization"] = token or self.token
        connection.request(method, path, data, sent | dict(headers))
        response = connection.getresponse()
        answer = response.status, json.loads(response.read() or b"null")
        connection.close()
        return answer

    def health(self):
        return self.ask(path="/health", method="GET", token="none")

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(20)
        return code


async def post(port, body):
    """One request on a connection of its own, without retries."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /get_reward HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                 % (port, len(body)) + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    head, _, text = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(text)


class Rewards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A thousand connections need as many files here as there.
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
        cls.folder = tempfile.TemporaryDirectory()
        pairs = cls.folder.name + "/pairs.jsonl"
        write_pairs(pairs, 400)
        cls.head = cls.folder.name + "/head.safetensors"
        done = subprocess.run([PACTOLUS, "fit", pairs, "--out", cls.head, "--json"], capture_output=True, text=True, check=True)
        cls.report = json.loads(done.stdout)
        cls.server = Server(cls.head)
        cls.open = Server(cls.head, "--no-token")
        cls.ask = cls.server.ask

    @classmethod
    def tearDownClass(cls):
        codes = [cls.server.stop(), cls.open.stop(signal.SIGINT)]
        cls.folder.cleanup()
        assert codes == [0, 0], codes

    def test_the_fit_tells_what_can_be_told(self):
        # 360 of 400 expected; five standard deviations of a binomial are 30.
        self.assertGreater(self.report["accuracy"]["value"], 0.82)
        self.assertLess(self.report["calibratedLogLoss"], 0.5)
        self.assertEqual((self.report["verdict"], self.report["temperatureIdentified"]), ("holds", True))

    def test_rewards_come_back_in_order_and_the_same_again(self):
        body = {"query": ["Question 1: bread thank you", "Question 2: bread go away"], "prompts": ["Question 1: ", "Question 2: "],
                "labels": ["", ""]}
        status, answer = self.ask(body)
        self.assertEqual(status, 200)
        self.assertEqual(set(answer), {"rewards", "scores", "extra_logs", "prompt_match", "likeness", "request"})
        self.assertGreater(answer["rewards"][0], answer["rewards"][1])
        self.assertTrue(all(0 <= score <= 1 for score in answer["scores"]))
        self.assertEqual({len(values) for values in answer["extra_logs"].values()}, {2})
        self.assertEqual(answer["prompt_match"], ["exact", "exact"])
        self.assertEqual(self.ask(body), (status, answer))
        body["query"].reverse()
        body["prompts"].reverse()
        turned = self.ask(body)[1]
        self.assertEqual(turned["rewards"], answer["rewards"][::-1])
        self.assertNotEqual(turned["request"], answer["request"])

    def test_a_text_unlike_the_others_is_flagged_and_the_empty_one(self):
        usual = self.ask({"query": ["river gold king bread table garden winter letter music paper window bridge thank you"]})[1]
        strange = self.ask({"query": ["ΩΩΩ 量子 ☃☃☃ qzxv"]})[1]
        self.assertGreater(usual["extra_logs"]["ood_p"][0], strange["extra_logs"]["ood_p"][0])
        self.assertEqual((usual["extra_logs"]["ood"], usual["likeness"]), ([0], ["like"]))
        self.assertEqual((strange["extra_logs"]["ood"], strange["likeness"]), ([1], ["unlike"]))
        empty = self.ask({"query": ["Why?", "Why? \n"], "prompts": ["Why?", "Why?"]})[1]
        self.assertEqual((empty["extra_logs"]["ood"], empty["likeness"]), ([1, 1], ["unlike", "unlike"]))

    def test_special_tokens_and_a_truncated_prompt_change_nothing(self):
        prompt = "<|im_start|>user\nWhat did the king give to the river?<|im_end|>\n<|im_start|>assistant\n"
        queries = [prompt + "gold thank you", prompt + "gold thank you<|im_end|>", prompt[20:] + "gold thank you", "<s>gold thank you"]
        answer = self.ask({"query": queries, "prompts": [prompt] * 4})[1]
        self.assertEqual(answer["prompt_match"], ["exact", "exact", "left-truncated", "unmatched"])
        self.assertEqual(answer["extra_logs"]["prompt_unmatched"], [0, 0, 0, 1])
        self.assertEqual(len(set(answer["rewards"][:3])), 1)

    def test_what_is_refused(self):
        self.assertEqual(self.ask({"query": []}, token="Bearer wrong")[0], 401)
        self.assertEqual(self.ask({"query": []}, path="/other")[0], 404)
        self.assertEqual(self.ask(b"", method="GET")[0], 405)
        for body, word in [(b"", "no JSON"), (b"{", "no JSON"), (b"[]", "no JSON object"), ({"queries": []}, "no 'query'"),
                           ({"query": "text"}, "query"), ({"query": ["a"], "prompts": []}, "0 prompts for 1 texts"),
                           ({"query": [1]}, "query[0]"), ({"query": ["x"] * 16385}, "16384"), ({"query": ["x" * 1048577]}, "query[0]")]:
            status, answer = self.ask(body)
            self.assertEqual(status, 400, str(body)[:60])
            self.assertIn(word, answer["error"])
        self.assertEqual(self.ask({"query": []}), (200, self.ask({"query": []})[1]))

    def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(self):
        chunk = b" " * (1 << 20)
        for headers in [{"Content-Length": str(65 << 20)}, {"Transfer-Encoding": "chunked"}]:
            connection = http.client.HTTPConnection("127.0.0.1", self.open.port, timeout=60)
            connection.request("POST", "/get_reward", (chunk for _ in range(65)), headers, encode_chunked=True)
            response = connection.getresponse()
            self.assertEqual(response.status, 413, headers)
            self.assertIn("fewer texts", json.loads(response.read())["error"])
            connection.close()

    def test_a_thousand_requests_at_once_are_all_answered_without_a_retry(self):
        texts = [" ".join(random.Random(index).choices(WORDS, k=200)) for index in range(1024)]

        async def all_at_once():
            return await asyncio.gather(*[
                post(self.open.port, json.dumps({"query": [text], "prompts": [""], "labels": [""]}).encode()) for text in texts])

        answers = asyncio.run(all_at_once())
        self.assertEqual({status for status, _ in answers}, {200})
        # The same as in one request: what else waits plays no part.
        together = self.ask({"query": texts})[1]["rewards"]
        self.assertEqual([answer["rewards"][0] for _, answer in answers], together)

    def test_a_large_request_does_not_hold_up_small_ones(self):
        large = json.dumps({"query": [" ".join(WORDS * 80) + str(index) for index in range(3000)]}).encode()

        async def both():
            slow = asyncio.create_task(post(self.open.port, large))
            await asyncio.sleep(0.3)
            answered = 0
            while not slow.done():
                status, _ = await post(self.open.port, b'{"query": ["thank you"]}')
                self.assertEqual(status, 200)
                answered += 1
            return answered, await slow

        answered, (status, answer) = asyncio.run(both())
        self.assertEqual((status, len(answer["rewards"])), (200, 3000))
        # It takes a second or more; a small one some milliseconds, two on a busy machine.
        self.assertGreater(answered, 10)

    def test_health_tells_model_limits_and_queue_without_a_token(self):
        self.ask({"query": ["a", "b"]})
        status, health = self.server.health()
        self.assertEqual((status, health["status"], health["needsToken"]), (200, "ok", True))
        self.assertEqual((health["head"]["file"], health["head"]["embedding"], health["head"]["width"]), ("head.safetensors", "hash", 1024))
        self.assertEqual(health["head"]["fitted"]["verdict"], "holds")
        self.assertEqual(health["outOfDistribution"]["prompts"], 200)
        self.assertLessEqual(health["outOfDistribution"]["expected"], 0.01)
        self.assertEqual((health["limits"]["texts"], health["limits"]["bodyBytes"]), (16384, 64 << 20))
        self.assertEqual((health["queue"]["requests"], health["queue"]["bytes"]), (0, 0))
        self.assertGreaterEqual(health["answered"]["texts"], 2)
        self.assertEqual(self.server.ask(path="/health", method="POST")[0], 405)

    def test_wrong_tokens_are_limited_and_whoever_has_shown_the_right_one_is_heard(self):
        server = Server(self.head)

        def tried(token, source):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=(source, 0))
            connection.request("POST", "/get_reward", b'{"query": []}', {"Authorization": token})
            response = connection.getresponse()
            response.read()
            connection.close()
            return response.status

        wrong = [tried(f"Bearer {number:040}", "127.0.0.2") for number in range(45)]
        self.assertEqual(set(wrong), {401, 429})
        self.assertTrue(30 <= wrong.count(401) <= 34, wrong)
        # From there not even the right one is compared, from elsewhere it is.
        self.assertEqual((tried(server.token, "127.0.0.2"), tried(server.token, "127.0.0.3")), (429, 200))
        self.assertEqual({tried("Bearer old", "127.0.0.3") for _ in range(45)}, {401, 429})
        self.assertEqual(tried(server.token, "127.0.0.3"), 200)
        self.assertEqual(server.stop(), 0)

    def test_ambiguous_and_half_open_requests_keep_nobody_out(self):
        host = f"Host: 127.0.0.1:{self.open.port}\r\n"
        for head in [f"POST /get_reward HTTP/1.1\r\n{host}{host}", f"POST http://127.0.0.1:{self.open.port}/get_reward HTTP/1.1\r\n{host}",
                     "POST /get_reward HTTP/1.1\r\n"]:
            with socket.create_connection(("127.0.0.1", self.open.port), timeout=10) as connection:
                connection.sendall(f"{head}Content-Length: 2\r\n\r\n{{}}".encode())
                self.assertIn(b" 400 ", connection.recv(4096), head)
        held = [socket.create_connection(("127.0.0.1", self.open.port), timeout=10) for _ in range(1500)]
        begun = time.time()
        self.assertEqual(self.open.ask({"query": ["a"]})[0], 200)
        self.assertLess(time.time() - begun, 2)
        for connection in held:
            connection.close()

    def test_without_a_token_web_pages_and_other_names_get_nothing(self):
        body = {"query": ["a"]}
        self.assertEqual(self.open.ask(body)[0], 200)
        self.assertEqual(self.open.ask(body, headers={"Host": f"localhost:{self.open.port}"})[0], 200)
        for headers in [{"Host": f"evil.example:{self.open.port}"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]:
            self.assertEqual(self.open.ask(body, headers=headers)[0], 403, headers)
        for options, word in [(["--host", "0.0.0.0"], "0.0.0.0"), (["--behind-proxy"], "proxy")]:
            done = subprocess.run([SERVER, "serve", self.head, "--no-token", *options], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--no-token", done.stderr)
            self.assertIn(word, done.stderr)

    def test_strictly_a_prompt_that_is_not_found_is_refused(self):
        server = Server(self.head, "--no-token", "--strict-prompts", "--false-alarms", "0.2")
        status, answer = server.ask({"query": ["a b", "c d"], "prompts": ["a ", "x "]})
        self.assertEqual(status, 400)
        self.assertIn("prompts[1]", answer["error"])
        self.assertEqual(server.health()[1]["answered"]["refused"], 1)
        self.assertEqual(server.stop(), 0)

    def test_a_port_in_use_is_said_and_the_first_server_goes_on(self):
        done = subprocess.run([SERVER, "serve", self.head, "--port", str(self.open.port)], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"port {self.open.port} is in use", done.stderr)
        self.assertEqual(self.open.ask({"query": ["a"]})[0], 200)
        for host, options, word in [("203.0.113.7", ["--behind-proxy"], "cannot listen"), ("nowhere.invalid", ["--behind-proxy"], "no address"),
                                    ("0.0.0.0", [], "--behind-proxy")]:
            done = subprocess.run([SERVER, "serve", self.head, "--host", host, *options], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(word, done.stderr)

    def test_the_same_port_can_be_used_again_at_once_after_an_end_of_any_kind(self):
        server = Server(self.head, "--no-token")
        port = server.port
        for number, code in [(signal.SIGINT, 0), (signal.SIGKILL, -9), (signal.SIGTERM, 0)]:
            # A connection that is open when the server ends leaves the port waiting.
            held = socket.create_connection(("127.0.0.1", port))
            self.assertEqual(server.ask({"query": ["a"]})[0], 200)
            self.assertEqual(server.stop(number), code)
            held.close()
            server = Server(self.head, "--no-token", "--port", str(port))
        self.assertEqual(server.stop(), 0)

    def test_ctrl_c_answers_what_waits(self):
        server = Server(self.head, "--no-token")
        body = json.dumps({"query": [" ".join(WORDS * 80) + str(index) for index in range(3000)]}).encode()

        async def ask_and_stop():
            waiting = asyncio.create_task(post(server.port, body))
            while server.health()[1]["queue"]["texts"] == 0:
                await asyncio.sleep(0.01)
            server.process.send_signal(signal.SIGINT)
            return await waiting

        status, answer = asyncio.run(ask_and_stop())
        self.assertEqual((status, len(answer["rewards"])), (200, 3000))
        self.assertEqual(server.process.wait(20), 0)

    def test_a_head_of_chance_or_of_few_prompts_is_served_with_a_warning(self):
        pairs, head = self.folder.name + "/few.jsonl", self.folder.name + "/few.safetensors"
        write_pairs(pairs, 30)
        rows = pathlib.Path(pairs).read_text().replace("thank you", "").replace("go away", "")
        pathlib.Path(pairs).write_text(rows)
        self.assertEqual(subprocess.run([PACTOLUS, "fit", pairs, "--out", head], capture_output=True).returncode, 3)
        server = Server(head, "--no-token")
        self.assertIn("not shown to be better than chance", "".join(server.lines))
        self.assertIn("15 prompts were held out", "".join(server.lines))
        answer = server.ask({"query": ["gold", ""]})[1]
        self.assertEqual(answer["likeness"], ["unknown", "unlike"])
        self.assertNotIn("ood", answer["extra_logs"])
        self.assertIsNone(server.health()[1]["outOfDistribution"].get("expected"))
        self.assertEqual(server.stop(), 0)

    def test_a_sentence_model_that_stops_is_a_failure_of_the_server_not_of_the_request(self):
        # A program that speaks as the model's process does: vectors of ones and the length of the text.
        model = pathlib.Path(self.folder.name, "model")
        model.write_text("""#!/usr/bin/env python3
import base64, json, struct, sys, time
print("ready", flush=True)
for line in sys.stdin:
    texts = json.loads(line)
    if any("die" in text for text in texts): sys.exit(1)
    numbers = [(sum(text.encode()) * (place + 7) % 1009) / 1009 - 0.5 for text in texts for place in range(384)]
    print(base64.b64encode(struct.pack("<%df" % len(numbers), *numbers)).decode(), flush=True)
""")
        model.chmod(0o755)
        pairs, head = self.folder.name + "/model.jsonl", self.folder.name + "/model.safetensors"
        write_pairs(pairs, 200)
        done = subprocess.run([PACTOLUS, "fit", pairs, "--embed", "minilm", "--python", str(model), "--members", "1", "--out", head],
                              capture_output=True, text=True)
        self.assertIn(done.returncode, [0, 3], done.stderr)
        self.assertIn("embedding: 100 % of 400 texts", done.stderr)
        self.assertRegex(done.stderr, r"texts/s · \d+ s left")
        server = Server(head, "--no-token", "--python", str(model))
        self.assertEqual(server.ask({"query": ["gold"]})[0], 200)
        self.assertEqual(server.ask({"query": ["die"]})[0], 503)
        status, health = server.health()
        self.assertEqual((status, health["status"]), (503, "failing"))
        self.assertIn("stopped", health["problem"])
        # Another process was started for what comes next.
        self.assertEqual(server.ask({"query": ["gold"]})[0], 200)
        self.assertEqual(server.health()[1]["status"], "ok")
        self.assertEqual(server.stop(), 0)

    def test_a_damaged_head_is_refused_with_its_place(self):
        broken = self.folder.name + "/broken.safetensors"
        data = bytearray(pathlib.Path(self.head).read_bytes())
        pathlib.Path(broken).write_bytes(data[: len(data) // 2])
        done = subprocess.run([SERVER, "serve", broken], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("broken.safetensors", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
