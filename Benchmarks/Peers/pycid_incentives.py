"""Incentives of random influence diagrams by pactolus and by PyCID: agreements by criterion. See Benchmarks/incentives-pycid."""

import argparse
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import types
import warnings

# PyCID imports both and needs neither for what is asked here.
for name in ["torch", "torch.optim", "torch.nn", "pygambit", "pygambit.nash"]:
    module = types.ModuleType(name)
    module.__getattr__ = lambda attribute: type(attribute, (), {})
    module.__spec__ = None
    sys.modules.setdefault(name, module)
sys.modules["torch"].cuda = types.SimpleNamespace(is_available=lambda: False)
sys.modules["torch"].device = lambda name: name
warnings.filterwarnings("ignore")

import networkx as nx  # noqa: E402
import pycid  # noqa: E402
from pycid.core.cpd import StochasticFunctionCPD  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = str(ROOT / ".build/release/pactolus")

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--diagrams", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--numbers", type=int, default=40, help="of these, how many are also solved with numbers")
parser.add_argument("--patience", type=float, default=120, help="processor seconds for one of PyCID's numbers")
options = parser.parse_args()
draw = random.Random(options.seed)


class Diagram:
    """A random diagram: nodes in causal order, every earlier node a parent with some probability; binary, with tables."""

    def __init__(self, decisions):
        count = draw.randint(6, 9)
        utilities = draw.randint(1, 2)
        density = draw.uniform(0.2, 0.5)
        inner = count - utilities
        chosen = set(draw.sample(range(inner), decisions))
        self.names = [("D" if i in chosen else "U" if i >= inner else "X") + str(i) for i in range(count)]
        self.decisions = [self.names[i] for i in sorted(chosen)]
        self.utilities = self.names[inner:]
        self.parents = {}
        for i, name in enumerate(self.names):
            parents = [self.names[j] for j in range(min(i, inner)) if draw.random() < density][:4]
            if name in self.utilities and not parents:
                parents = [self.names[draw.randrange(inner)]]
            self.parents[name] = parents
        self.tables = {}
        for name in self.names:
            rows = 2 ** len(self.parents[name])
            if name in self.utilities:
                self.tables[name] = [round(draw.uniform(-1, 1), 3) for _ in range(rows)]
            elif name not in self.decisions:
                self.tables[name] = [round(draw.uniform(0.05, 0.95), 3) for _ in range(rows)]

    @property
    def edges(self):
        return [(parent, name) for name in self.names for parent in self.parents[name]]

    def yaml(self):
        """JSON, which is YAML."""
        groups = {"diagram": "random", "chance": {}, "decisions": {}, "utilities": {}}
        for name in self.names:
            node = {"parents": self.parents[name]}
            if name in self.decisions:
                groups["decisions"][name] = node | {"outcomes": 2}
            elif name in self.utilities:
                groups["utilities"][name] = node | {"table": self.tables[name]}
            else:
                rows = [[1 - p, p] for p in self.tables[name]]
                groups["chance"][name] = node | {"outcomes": 2, "table": rows if self.parents[name] else rows[0]}
        return json.dumps({key: value for key, value in groups.items() if value})

    def pycid(self, numbers):
        cid = pycid.CID(self.edges, decisions=self.decisions, utilities=self.utilities)
        # A node without edges is none in PyCID's constructor.
        cid.add_nodes_from(self.names)
        if not numbers:
            return cid
        relations = {}
        for name in self.names:
            if name in self.decisions:
                relations[name] = [0, 1]
            else:
                relations[name] = self.relation(name)
        cid.add_cpds(**relations)
        return cid

    def relation(self, name):
        parents, table, is_utility = self.parents[name], self.tables[name], name in self.utilities

        def function(**known):
            row = 0
            for parent in parents:
                row = 2 * row + int(known[parent])
            return table[row] if is_utility else {0: 1 - table[row], 1: table[row]}

        return function


def ours(diagram):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(diagram.yaml())
        file.flush()
        done = subprocess.run([TOOL, "incentives", file.name, "--json"], capture_output=True, text=True)
    if done.returncode:
        if "sufficient recall" in done.stderr:
            return None
        sys.exit(f"{diagram.yaml()}\n{done.stderr}")
    return {table["decision"]: table for table in json.loads(done.stdout)["decisions"]}


counts = {}
disagreements = []


def compare(criterion, diagram, decision, ours, theirs):
    agreed, asked, yes = counts.get(criterion, (0, 0, 0))
    counts[criterion] = (agreed + (ours == theirs), asked + 1, yes + bool(theirs))
    if ours != theirs:
        disagreements.append((criterion, decision, ours, theirs, diagram))


def near(a, b):
    return a is not None and b is not None and abs(a - b) < 1e-6


def members(table, field):
    return sorted(row["node"] for row in table["rows"] if row[field])


def is_solvable(cid):
    """Whether PyCID's inference can answer: one connected graph, and a utility below each decision."""
    graph = nx.DiGraph(cid.edges)
    return (len(graph) == len(cid.nodes) and nx.is_weakly_connected(graph)
            and all(nx.descendants(graph, decision) & set(cid.utilities) for decision in cid.decisions))


failures = {}


def give_up(*_):
    raise TimeoutError


signal.signal(signal.SIGVTALRM, give_up)


def theirs(question, function, *arguments):
    """PyCID's answer; None, counted, where it fails on its own (a link taken away leaves pieces, which it cannot query) or
    runs too long (without sufficient recall it tries every policy)."""
    signal.setitimer(signal.ITIMER_VIRTUAL, options.patience)
    try:
        return function(*arguments)
    except Exception:  # noqa: BLE001
        failures[question] = failures.get(question, 0) + 1
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


done = 0
solved = 0
without = 0
while done < options.diagrams:
    diagram = Diagram(decisions=1 + (done % 2) + (done % 8 == 7))
    cid = diagram.pycid(numbers=False)
    recall = cid.sufficient_recall()
    mine = ours(diagram)
    compare("sufficient recall", diagram, "all", mine is not None, recall)
    if not recall or mine is None:
        without += 1
        continue
    done += 1
    trimmed = pycid.requisite_graph(cid)
    for decision, table in mine.items():
        compare("value of information", diagram, decision, members(table, "valueOfInformation"),
                sorted(pycid.admits_voi_list(cid, decision)))
        compare("response incentive", diagram, decision, members(table, "responseIncentive"),
                sorted(pycid.admits_ri_list(cid, decision)))
        compare("value of control", diagram, decision, members(table, "valueOfControl"), sorted(pycid.admits_voc_list(cid)))
        compare("direct value of control", diagram, decision, members(table, "directValueOfControl"),
                sorted(pycid.admits_dir_voc_list(cid)))
        compare("indirect value of control", diagram, decision, members(table, "indirectValueOfControl"),
                sorted(pycid.admits_indir_voc_list(cid, decision)))
        compare("instrumental control incentive", diagram, decision, members(table, "instrumentalControlIncentive"),
                sorted(pycid.admits_ici_list(cid, decision)))
        compare("requisite graph", diagram, decision, sorted(map(tuple, table["worthless"])),
                sorted(set(cid.edges) - set(trimmed.edges)))
    if solved >= options.numbers or not is_solvable(cid):
        continue
    solved += 1

    def numbers(question, own, function, *arguments):
        value = theirs(question, function, *arguments)
        if value is not None:
            agrees = near(own, value)
            compare(question, diagram, decision, True if agrees else own, True if agrees else value)

    def best(full):
        full.impute_optimal_policy()
        return full.expected_utility({})

    decision, table = sorted(mine.items())[-1]
    numbers("best expected utility", table["bestExpectedUtility"], best, diagram.pycid(numbers=True))
    if len(diagram.decisions) > 1:
        continue
    rows = [row for row in table["rows"] if row["kind"] == "chance"]
    draw.shuffle(rows)
    below = nx.descendants(cid, decision)
    for row in [row for row in rows if row["node"] not in below][:2]:
        numbers("worth of knowing", row.get("worthOfKnowing"), pycid.quantitative_voi, diagram.pycid(numbers=True), decision,
                row["node"])
    for row in rows[:1]:
        numbers("worth of choosing", row.get("worthOfChoosing"), pycid.quantitative_voc, diagram.pycid(numbers=True), row["node"])

print(f"{done} diagrams of 6 to 9 nodes (seed {options.seed}), {solved} of them with numbers; {without} more without sufficient recall.\n")
print("| question | asked | agreed | with a positive answer |\n| --- | ---: | ---: | ---: |")
for criterion, (agreed, asked, yes) in counts.items():
    print(f"| {criterion} | {asked} | {agreed} | {yes} |")
if failures:
    print("\nPyCID raised an error or ran too long: " + ", ".join(f"{question} {count} times" for question, count in failures.items()))
for criterion, decision, own, value, diagram in disagreements[:20]:
    print(f"\n{criterion} at {decision}: pactolus {own}, PyCID {value}\n{diagram.yaml()}")
sys.exit(1 if disagreements else 0)
