"""Gathers the rows measured last into one table: .build/benchmarks/results.md, and with --readme Benchmarks/README.md."""

import json
import sys

import harness

ORDER = ["ppo-pendulum", "ppo-cartpole", "ppo-jitted", "preference-learning", "reward-ensemble", "convolution", "stepping",
         "mujoco-stepping", "off-policy", "off-policy-returns",
         "planning", "planning-large", "inverse-reinforcement", "imitation", "ppo-quality"]
BEGIN, END = "<!-- results: written by Rows/table.py -->", "<!-- end of results -->"

paths = [harness.PLACE / "results" / f"{name}.json" for name in ORDER]
found = [json.loads(path.read_text()) for path in paths if path.exists()]
if not found:
    sys.exit("nothing measured yet: Benchmarks/run")
machine = found[-1]["machine"]
versions = sorted({f"{name} {version}" for result in found for name, version in result["versions"].items()})
busy = max(result["busy"] for result in found)

lines = ["| what | peer | Pactolus | ratio | target |", "|---|---|---|---|---|"]
lines += ["| " + " | ".join(row) + " |" for result in found for row in result["summary"]]
lines += [
    "",
    "Medians (smallest to largest); differences with their 95 % interval (Welch).",
    f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['system']}; {machine['swift']}; our kernels "
    f"{machine['kernels']}, OpenBLAS {machine['openblas']}. "
    f"Wall ÷ processor time at most {busy:.2f} (1 is a quiet machine).",
    "Peers: " + ", ".join(versions) + ".",
]
page = "\n".join(lines) + "\n"
(harness.PLACE / "results.md").write_text(page + "\n" + "\n\n".join(result["table"] for result in found) + "\n")
print(harness.PLACE / "results.md")

if "--readme" in sys.argv:
    readme = harness.ROOT / "Benchmarks" / "README.md"
    text = readme.read_text()
    before, rest = text.split(BEGIN)
    readme.write_text(f"{before}{BEGIN}\n{page}{END}{rest.split(END)[1]}")
    print(readme)
