"""Whether PPO learns as much as Stable-Baselines3's, with the same settings and steps: the final returns of five seeds.

Each seed's policy plays 20 episodes, deterministically. `--reuse` takes Stable-Baselines3's seeds from the last run.
"""

import harness

options = harness.options(__doc__, reusable=True)
harness.build("pactolus-benchmarks")
rows, summary, every, gaps = [], [], {}, {}

for entry in ["ppo-cartpole", "ppo-pendulum-tuned"]:
    sides = {
        "sb3": lambda seed: [
            harness.PYTHON, str(harness.PEERS / "sb3_ppo.py"), "quality", entry, "--seed", str(seed)],
        "pactolus": lambda seed: [harness.OURS, "ppo-quality", entry, "--seed", str(seed)],
    }
    known = harness.kept("ppo-quality", f"sb3-{entry}", options.seeds) if options.reuse else []
    if known:
        del sides["sb3"]
    answers = {"sb3": known, **harness.alternate(sides, options.seeds, options.core)}
    theirs, ours = ([answer["result"] for answer in answers[side]] for side in ["sb3", "pactolus"])
    gaps[entry] = harness.difference(ours, theirs)
    rows.append([
        entry, f"{answers['pactolus'][0]['steps']:,}", ", ".join(map(harness.number, theirs)),
        ", ".join(map(harness.number, ours)), harness.shown_difference(gaps[entry])])
    summary.append([
        f"PPO's final true return, {entry}, {options.seeds} seeds", "SB3: " + ", ".join(map(harness.number, theirs)),
        ", ".join(map(harness.number, ours)), "difference " + harness.shown_difference(gaps[entry]), "no worse"])
    every.update({f"{side}-{entry}": answers[side] for side in answers})

harness.publish(
    "ppo-quality", "PPO's final true returns",
    ["settings", "steps", "Stable-Baselines3", "Pactolus", "ours − theirs [95 %]"], rows, every,
    summary, difference=gaps)
