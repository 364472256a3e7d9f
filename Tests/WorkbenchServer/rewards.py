"""A reward head from fit to serve, asked as OpenRLHF's remote reward client asks: POST of JSON, lists in the same order."""

import http.client
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACTOLUS, SERVER = str(ROOT / ".build/release/pactolus"), str(ROOT / ".build/release/pactolus-workbench")


class Rewards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        words = "river gold king bread table garden winter letter music paper window bridge".split()
        draw = random.Random(4)
        rows = []
        for index in range(400):
            polite, rude = " ".join(draw.choices(words, k=12) + ["thank", "you"]), " ".join(draw.choices(words, k=12) + ["go", "away"])
            # One answer in ten is the other way round.
            chosen, rejected = (polite, rude) if draw.random() > 0.1 else (rude, polite)
            rows.append({"prompt": f"Question {index}: ", "chosen": chosen, "rejected": rejected})
        pairs = pathlib.Path(cls.folder.name, "pairs.jsonl")
        pairs.write_text("".join(json.dumps(row) + "\n" for row in rows))
        cls.head = cls.folder.name + "/head.safetensors"
        done = subprocess.run([PACTOLUS, "fit", pairs, "--out", cls.head, "--json"], capture_output=True, text=True, check=True)
        cls.report = json.loads(done.stdout)
        cls.process = subprocess.Popen([SERVER, "serve", cls.head], stderr=subprocess.PIPE, text=True)
        cls.port = int(re.search(r":(\d+)/get_reward", cls.process.stderr.readline())[1])
        cls.token = cls.process.stderr.readline().strip().removeprefix("Authorization: ")

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        code = cls.process.wait(20)
        cls.process.stderr.close()
        cls.folder.cleanup()
        assert code == 0, code

    def ask(self, body, token=None, path="/get_reward", method="POST"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json", "Authorization": token or self.token})
        response = connection.getresponse()
        answer = response.status, json.loads(response.read())
        connection.close()
        return answer

    def test_the_fit_tells_what_can_be_told(self):
        # 360 of 400 expected; five standard deviations of a binomial are 30.
        self.assertGreater(self.report["accuracy"]["value"], 0.82)
        self.assertLess(self.report["calibratedLogLoss"], 0.5)

    def test_rewards_come_back_in_order_and_the_same_again(self):
        body = {"query": ["Question 1: bread thank you", "Question 2: bread go away"], "prompts": ["Question 1: ", "Question 2: "],
                "labels": ["", ""]}
        status, answer = self.ask(body)
        self.assertEqual(status, 200)
        self.assertEqual(set(answer), {"rewards", "scores", "extra_logs", "request"})
        self.assertGreater(answer["rewards"][0], answer["rewards"][1])
        self.assertTrue(all(0 <= score <= 1 for score in answer["scores"]))
        self.assertEqual({len(values) for values in answer["extra_logs"].values()}, {2})
        self.assertEqual(self.ask(body), (status, answer))
        body["query"].reverse()
        body["prompts"].reverse()
        turned = self.ask(body)[1]
        self.assertEqual(turned["rewards"], answer["rewards"][::-1])
        self.assertNotEqual(turned["request"], answer["request"])

    def test_a_text_unlike_the_others_is_flagged(self):
        usual = self.ask({"query": ["river gold king bread table garden winter letter music paper window bridge thank you"]})[1]
        strange = self.ask({"query": ["ΩΩΩ 量子 ☃☃☃ qzxv"]})[1]
        self.assertGreater(usual["extra_logs"]["ood_p"][0], strange["extra_logs"]["ood_p"][0])
        self.assertEqual(strange["extra_logs"]["ood"], [1])

    def test_what_is_refused(self):
        self.assertEqual(self.ask({"query": []}, token="Bearer wrong")[0], 401)
        self.assertEqual(self.ask({"query": []}, path="/other")[0], 404)
        self.assertEqual(self.ask(b"", method="GET")[0], 405)
        for body in [b"", b"{", {"query": "text"}, {"query": ["a"], "prompts": []}, {"query": [1]}, {"query": ["x"] * 1025}]:
            status, answer = self.ask(body)
            self.assertEqual(status, 400, str(body)[:60])
            self.assertTrue(answer["error"])
        self.assertEqual(self.ask({"query": []}), (200, self.ask({"query": []})[1]))

    def test_a_damaged_head_is_refused_with_its_place(self):
        broken = self.folder.name + "/broken.safetensors"
        data = bytearray(pathlib.Path(self.head).read_bytes())
        pathlib.Path(broken).write_bytes(data[: len(data) // 2])
        done = subprocess.run([SERVER, "serve", broken], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("broken.safetensors", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
