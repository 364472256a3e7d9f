"""Where a Swift file can be changed, and what it becomes: `sites(text)`.

Each site is one line that behaves as before unless its number is the active mutant's, so that all of them are compiled
together. An operator is replaced by one of its own with the same precedence, defined in the generated module
`MutantSwitch`; a constant, a condition and a call are wrapped. A site that does not compile is left out by the caller.
"""

import re
from dataclasses import dataclass, field

from source import code_only

# operator: (precedence group, what it becomes)
COMPARISONS = {"<": [">=", "<="], "<=": [">", "<"], ">": ["<=", ">="], ">=": ["<", ">"], "==": ["!="], "!=": ["=="]}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*"}
ASSIGNMENTS = {"+=": ["-=", ""], "-=": ["+=", ""], "*=": ["/=", ""], "/=": ["*=", ""]}
LOGIC = {"&&": "||", "||": "&&"}
RANGES = {"..<": "shorter", "...": "shorter"}
DEFAULTS = {"Bool": ["false", "true"], "Int": ["0"], "Double": ["0"], "Float": ["0"], "String": ['""']}
SKIPPED_LINES = re.compile(
    r"^\s*(@|#|import\b|case\b|default:|typealias|associatedtype|infix|prefix|public enum"
    r"|enum\b|protocol\b|extension\b|struct\b|final class|class\b|\.package|\.target)")


@dataclass
class Site:
    """One mutant: `start ..< end` of the text becomes `text(number)`."""
    operator: str
    start: int
    end: int
    build: object
    before: str
    after: str
    definition: object = None
    file: str = ""
    line: int = 0
    source: str = ""
    number: int = 0
    seed: int = 0
    room: str = ""
    mark: str = ""
    extra: list = field(default_factory=list)
    also: list = field(default_factory=list)

    @property
    def key(self):
        return f"{self.file}:{self.line}:{self.operator}:{self.before}→{self.after}:{self.start}"

    def changed(self):
        """The line as the mutant reads, for people."""
        return f"{self.before}  →  {self.after}"


def symbol(number):
    """An operator that only this mutant uses: its number to base 4."""
    digits = ""
    while number:
        digits = "†•§¶"[number % 4] + digits
        number //= 4
    return "‡" + (digits or "†")


def sites(text):
    """All places of a file, in order."""
    code = code_only(text)
    lines = code.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for index, line in enumerate(lines):
        if SKIPPED_LINES.match(line) or "@" in line:
            continue
        offset = starts[index]
        found += infix_sites(line, offset)
        found += constant_sites(line, offset)
        found += condition_sites(line, offset, text)
        found += call_sites(lines, index, offset, text)
    for index, line in enumerate(lines):
        if not SKIPPED_LINES.match(line):
            found += return_sites(lines, starts, index)
    spans = checks_of_the_programmer(code)
    found = [s for s in found if not any(start <= s.start < end for start, end in spans)]
    originals = text.split("\n")
    for site in found:
        site.line = code.count("\n", 0, site.start) + 1
        site.source = originals[site.line - 1].strip()
    return found


def checks_of_the_programmer(code):
    """Where preconditions and assertions stand: what they refuse ends the program, which no test can go on from."""
    spans = []
    for match in re.finditer(r"\b(?:precondition|preconditionFailure|assert|assertionFailure|fatalError)\(", code):
        position, depth = match.end(), 1
        while position < len(code) and depth:
            depth += {"(": 1, ")": -1}.get(code[position], 0)
            position += 1
        spans.append((match.start(), position))
    return spans


def infix_sites(line, offset):
    if re.search(r"\b(func|init|subscript|operator)\b", line):
        return
    for match in re.finditer(r"(?<=\s)(<=|>=|==|!=|<|>|\+=|-=|\*=|/=|\+|-|\*|/|&&|\|\|)(?=\s)|(?<=[\w)\]])(\.\.<|\.\.\.)(?=[\w(])", line):
        token = match.group(1) or match.group(2)
        if token in COMPARISONS and re.search(r"\bwhere\b.*==\s*[A-Z]", line):
            continue
        kind, changes = kind_of(token)
        for change in changes:
            after = {"": "(nothing)", "shorter": "one shorter"}.get(change, change)
            yield Site(
                kind, offset + match.start(), offset + match.end(),
                build=symbol, before=token, after=after,
                definition=lambda n, token=token, change=change: definition(n, token, change))


def kind_of(token):
    if token in COMPARISONS:
        return "comparison", COMPARISONS[token]
    if token in ARITHMETIC:
        return "arithmetic", [ARITHMETIC[token]]
    if token in ASSIGNMENTS:
        return "assignment", ASSIGNMENTS[token]
    if token in LOGIC:
        return "logic", [LOGIC[token]]
    return "boundary", ["shorter"]


def definition(number, token, change):
    """Swift that declares the operator of one mutant."""
    name = symbol(number)
    test = f"mutant({number})"
    def infix(group, *overloads):
        head = f"infix operator {name}: {group}\n"
        return head + "".join(f"@inlinable @inline(__always) public func {name} {body}\n" for body in overloads)
    if token in COMPARISONS:
        bound = "Equatable" if token in ("==", "!=") else "Comparable"
        return infix("ComparisonPrecedence",
                     f"<T: {bound}>(a: T, b: T) -> Bool {{ {test} ? a {change} b : a {token} b }}")
    if token in ("+", "-"):
        return infix("AdditionPrecedence",
                     f"<T: AdditiveArithmetic>(a: T, b: T) -> T {{ {test} ? a {change} b : a {token} b }}")
    if token in ("*", "/"):
        return infix("MultiplicationPrecedence", *(
            f"<T: {bound}>(a: T, b: T) -> T {{ {test} ? a {change} b : a {token} b }}"
            for bound in ("FloatingPoint", "BinaryInteger")))
    if token in ASSIGNMENTS:
        mutated = f"a {change} b" if change else ""
        bounds = ("AdditiveArithmetic",) if token in ("+=", "-=") else ("FloatingPoint", "BinaryInteger")
        overloads = [
            f"<T: {bound}>(a: inout T, b: T) {{ if {test} {{ {mutated} }} else {{ a {token} b }} }}" for bound in bounds]
        if token == "+=" and not change:
            overloads.append(
                "<C: RangeReplaceableCollection, S: Sequence>(a: inout C, b: S) where C.Element == S.Element "
                f"{{ if !{test} {{ a += b }} }}")
        return infix("AssignmentPrecedence", *overloads)
    if token in LOGIC:
        group = "LogicalConjunctionPrecedence" if token == "&&" else "LogicalDisjunctionPrecedence"
        return infix(group, "(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool "
                     f"{{ {test} ? try a {change} b() : try a {token} b() }}")
    if token == "..<":
        return infix("RangeFormationPrecedence",
                     "(a: Int, b: Int) -> Range<Int> "
                     f"{{ {test} && b > a ? a ..< b - 1 : a ..< b }}")
    return infix("RangeFormationPrecedence",
                 "(a: Int, b: Int) -> ClosedRange<Int> "
                 f"{{ {test} && b > a ? a ... b - 1 : a ... b }}")


# Sizes that decide how fast something runs and never what comes out.
SPEED = re.compile(r"\blet \w*(?:[Cc]hunk|[Bb]lock|[Bb]uffer|[Cc]apacity|[Gg]rain)\w*(?:: \w+)? = [\d_ <*]+$")
TOLERANCE = 1e-4


def constant_sites(line, offset):
    """Numbers, but for tolerances of rounding (below 1e-4) and the sizes of buffers and blocks."""
    if SPEED.search(line):
        return
    if re.search(r"\b(func|case)\b", line) and "=" not in line:
        return
    for match in re.finditer(r"(?<![\w.$])(\d[\d_]*\.\d+(?:e-?\d+)?|\d+e-?\d+|\d[\d_]*)(?![\w.])", line):
        token = match.group(1)
        number = float(token.replace("_", ""))
        is_integer = token.replace("_", "").isdigit()
        if 0 < number < TOLERANCE:
            continue
        if is_integer:
            change = str(int(number) + 1)
        elif number == 0:
            change = "1.0"
        elif number == 0.95:
            change = "0.90"
        elif abs(number - 1.96) < 0.001:
            change = "1.645"
        else:
            change = repr(number * 2)
        yield Site(
            "constant", offset + match.start(), offset + match.end(),
            build=lambda n, token=token, change=change: f"mutated({n}, {token}, {change})", before=token, after=change)


def condition_sites(line, offset, text):
    match = re.match(r"^(\s*(?:\} else )?(?:if|while|guard) )(.+?)( (?:else )?\{)(?:$| .*\}\s*$)", line)
    if not match:
        return
    condition = match.group(2)
    if re.search(r"\b(let|var|case|await|in)\b|,|#|\{", condition) or condition.count("(") != condition.count(")"):
        return
    start, end = offset + match.start(2), offset + match.end(2)
    original = text[start:end]
    yield Site(
        "condition", start, end, build=lambda n: f"mutant({n}) != ({original})", before=original, after=f"!({original})")


def call_sites(lines, index, offset, text):
    """Statements that are one call, but for those that save time alone (`reserveCapacity`)."""
    line = lines[index]
    match = re.match(r"^(\s*)((?:try )?[a-z_][\w.]*(?:\[[^\]]*\])?[\w.]*\(.*\))\s*$", line)
    if not match or re.match(r"^\s*(try )?(return|if|while|guard|for|switch|throw|super|self\.init|init)\b", line):
        return
    if any(line.count(a) != line.count(b) for a, b in ("()", "[]", "{}")) or ".reserveCapacity(" in line:
        return
    before = next((l.rstrip() for l in reversed(lines[:index]) if l.strip()), "")
    after = next((l.strip() for l in lines[index + 1:] if l.strip()), "")
    if not re.search(r"[\w)\]}{]$", before) or re.search(r"\b(in|return|else)$", before) or re.match(r"^[.?:+&|]", after):
        return
    start, end = offset + match.start(2), offset + match.end(2)
    original = text[start:end]
    yield Site(
        "call", start, end, build=lambda n: f"if !mutant({n}) {{ {original} }}", before=original, after="(nothing)")


def return_sites(lines, starts, index):
    match = re.match(r"^(\s*).*\bfunc\b.*-> ([\w\[\]: ]+\??) \{\s*$", lines[index])
    if not match:
        return []
    indent, kind = match.groups()
    if kind.endswith("?"):
        values = ["nil"]
    elif kind.startswith("["):
        values = ["[:]" if ":" in kind else "[]"]
    else:
        values = DEFAULTS.get(kind, [])
    body = []
    for line in lines[index + 1:]:
        if re.match(rf"^{indent}\}}", line):
            break
        body.append(line)
    statements = [l for l in body if re.match(rf"^{indent}  [^\s}})\].?:+*/&|-]", l)]
    first = body[0].lstrip() if body else ""
    # A body of one expression returns it without saying so; with a statement before it, it must.
    declares = re.match(r"(return|let|var|guard|for|while|do|defer|func|throw|repeat)\b", first)
    # So is a switch or an if the function's value, unless its branches return.
    branches = re.match(r"(switch|if)\b", first) and any(re.search(r"\breturn\b", line) for line in body)
    declares = declares or branches
    returns = "return " if len(statements) == 1 and not declares else ""
    result = []
    for value in values:
        place = starts[index] + len(lines[index].rstrip())
        site = Site(
            "return", place, place, build=lambda n, value=value: f" if mutant({n}) {{ return {value} }};",
            before=lines[index].strip(), after=f"return {value}")
        if returns and body:
            at = starts[index + 1] + len(body[0]) - len(first)
            site.extra.append((at, at, returns))
        result.append(site)
    return result
