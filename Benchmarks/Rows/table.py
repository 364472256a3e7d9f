"""Gathers the rows measured last into one page: .build/benchmarks/results.md."""

import json

import harness

found = [json.loads(path.read_text()) for path in sorted((harness.PLACE / "results").glob("*.json"))]
lines = []
for result in found:
    lines += [result["table"], "", f"busy {result['busy']:.2f}", ""]
if found:
    machine = found[-1]["machine"]
    versions = {name: version for result in found for name, version in result["versions"].items()}
    lines += ["Machine: " + ", ".join(f"{name} {value}" for name, value in machine.items()), ""]
    lines += ["Versions: " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items())), ""]
(harness.PLACE / "results.md").write_text("\n".join(lines))
print(harness.PLACE / "results.md")
