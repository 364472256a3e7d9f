"""As much of WebDriver (https://www.w3.org/TR/webdriver2/) as the tests need, with nothing to install but the browser."""

import base64
import json
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

KEYS = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015", "Enter": "\ue007",
        "Tab": "\ue004", "Escape": "\ue00c", "Backspace": "\ue003", "Shift": "\ue008", " ": " "}


class Driver:
    """chromedriver as a process; each browser is a session of it."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            ["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.call("GET", "/status")
                return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read())["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.loads(error.read())["value"]["message"].splitlines()[0]) from None

    def quit(self):
        self.process.terminate()
        self.process.wait()


class Browser:
    def __init__(self, driver, width=1200, height=900, dark=False):
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     f"--window-size={width},{height}", "--hide-scrollbars"]
        if dark:
            arguments.append("--force-dark-mode")
        capabilities = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}, "goog:loggingPrefs": {"browser": "ALL"}}
        self.driver = driver
        session = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
        self.path = f"/session/{session}"
        if dark:
            self.darken(True)
        # The window has a least width; the page's own is set apart.
        self.cdp("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def darken(self, dark):
        self.cdp("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def cdp(self, command, parameters):
        return self.driver.call("POST", self.path + "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.driver.call("POST", self.path + "/url", {"url": url})

    def reload(self):
        self.driver.call("POST", self.path + "/refresh", {})

    def script(self, text, *arguments):
        return self.driver.call("POST", self.path + "/execute/sync", {"script": text, "args": list(arguments)})

    def later(self, text, *arguments):
        """A script that calls its last argument when it is done."""
        return self.driver.call("POST", self.path + "/execute/async", {"script": text, "args": list(arguments)})

    def press(self, *keys):
        """Presses and releases one key after another; 'Shift+ArrowLeft' holds the first."""
        for key in keys:
            actions = []
            parts = key.split("+") if len(key) > 1 else [key]
            for part in parts:
                actions.append({"type": "keyDown", "value": KEYS.get(part, part)})
            for part in reversed(parts):
                actions.append({"type": "keyUp", "value": KEYS.get(part, part)})
            self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def hold(self, key, seconds):
        value = KEYS.get(key, key)
        self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": value}, {"type": "pause", "duration": int(1000 * seconds)}, {"type": "keyUp", "value": value}]}]})

    def hold_together(self, keys, seconds):
        values = [KEYS.get(key, key) for key in keys]
        self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": [
            *[{"type": "keyDown", "value": value} for value in values], {"type": "pause", "duration": int(1000 * seconds)},
            *[{"type": "keyUp", "value": value} for value in values]]}]})

    def drag(self, points):
        """One stroke through these points of the page."""
        moves = [{"type": "pointerMove", "duration": 20, "x": round(x), "y": round(y)} for x, y in points]
        self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]}]})

    def drag_without_end(self, points):
        """The same, but the button stays down."""
        moves = [{"type": "pointerMove", "duration": 20, "x": round(x), "y": round(y)} for x, y in points]
        self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:]]}]})

    def let_go(self):
        self.driver.call("POST", self.path + "/actions", {"actions": [{"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [{"type": "pointerUp", "button": 0}]}]})

    def before_every_page(self, script):
        self.cdp("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def until(self, condition, seconds=30, message=""):
        """Waits until an expression of the page is true, and returns it."""
        end = time.time() + seconds
        while time.time() < end:
            value = self.script(f"return ({condition})")
            if value:
                return value
            time.sleep(0.03)
        raise AssertionError(f"never came true: {message or condition}\n{self.script('return document.body.innerText')[:1500]}")

    def text(self):
        return self.script("return document.body.innerText")

    def errors(self):
        """What the console complained about, but for the network."""
        logs = self.driver.call("POST", self.path + "/se/log", {"type": "browser"})
        return [line["message"] for line in logs if line["level"] == "SEVERE" and line.get("source") != "network"]

    def screenshot(self, name, folder):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        height = self.script("return document.documentElement.scrollHeight")
        data = self.cdp("Page.captureScreenshot", {"captureBeyondViewport": True}) if height else None
        (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(data["data"]))

    def close(self):
        self.driver.call("DELETE", self.path)
