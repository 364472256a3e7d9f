"""A person at a workbench, without a browser: what the page sends, and nothing else."""

import http.client
import json
import re
import subprocess
import threading
import time
import uuid


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status


class Client:
    """One session: a cookie, and requests as the page makes them, from this address of the computer."""

    def __init__(self, port, cookie=None, source=None):
        self.port, self.cookie, self.source = port, cookie, source

    def request(self, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout, source_address=(self.source, 0) if self.source else None)
        sent = {"Host": f"127.0.0.1:{self.port}"}
        if method == "POST":
            sent |= {"Content-Type": "application/json", "X-Pactolus": "1"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        sent |= headers or {}
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path, data, sent)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        self.headers = dict(response.getheaders())
        if "Set-Cookie" in self.headers:
            self.cookie = self.headers["Set-Cookie"].split(";")[0]
        return response.status, text

    def get(self, path):
        status, text = self.request("GET", path)
        if status != 200:
            raise Refused(status, text)
        return json.loads(text)

    def post(self, path, body):
        status, text = self.request("POST", path, body)
        if status != 200:
            raise Refused(status, text)
        return json.loads(text)

    def join(self, code, patience=0):
        """Tries are limited in rate: with patience they are made again."""
        until = time.time() + patience
        while True:
            try:
                return self.post("/api/join", {"code": code})
            except Refused as refused:
                if refused.status != 429 or time.time() > until:
                    raise
                time.sleep(0.5)


class Workbench:
    """The server as a process, which can be killed and started again."""

    def __init__(self, tool, directory, environment=None, port=0, settings=()):
        self.tool, self.directory, self.settings = tool, directory, list(settings)
        self.wanted = port
        self.start(environment)

    def start(self, environment=None):
        command = [self.tool, "workbench", environment or self.directory, "--no-open", "--port", str(self.wanted)]
        if environment:
            command += ["--out", self.directory, *self.settings]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("the workbench did not start:\n" + "".join(self.lines))
            self.lines.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)/#join=([0-9a-f]+)", line)
            if found:
                self.port, self.code = int(found[1]), found[2]
                self.wanted = self.port
                break
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        return self.process.wait(30)


def comparison(answer, strongly=None):
    content = {"answer": answer}
    if strongly is not None:
        content["strongly"] = strongly
    return content


def give(client, question, content=None, plays=None, non_answer=None, identity=None):
    return client.post("/api/answers", {
        "id": identity or str(uuid.uuid4()), "question": question["id"], "lease": question["lease"], "content": content,
        "plays": plays, "nonAnswer": non_answer, "milliseconds": 500})


def wait_for_questions(client, count=1, hold=(), seconds=60):
    until = time.time() + seconds
    while time.time() < until:
        asked = client.post("/api/questions", {"count": count, "hold": list(hold)})
        if asked["questions"] or asked.get("wait") == "finished":
            return asked
        time.sleep(0.05)
    raise RuntimeError("no questions came")
