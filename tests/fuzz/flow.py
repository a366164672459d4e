"""Random programs about control flow: three numbers, half of what they are set to carries no derivative.

What the other generator leaves to chance is all there is here: which of the paths to a statement overwrite a variable,
and whether what they put there depends on the argument.
"""

from __future__ import annotations

import random

from tests.fuzz.generate import Program

__all__ = ["flow_program"]

NAMES = ("a", "b", "c")
DEEPEST = 4


class _Writer:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.lines: list[str] = []
        self.loops = self.counters = 0

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def factor(self, active: bool) -> str:
        plain = ("x", "w", "1.5", "0.0", "x * w", "2.0 * x", "np.cos(w)")
        return self.rng.choice(("s", *NAMES, "s * a", "np.sin(b)", "c * s") if active else plain)

    def expression(self) -> str:
        if self.rng.random() < 0.5:
            return self.factor(False)
        text = self.rng.choice(("{a}", "{a} + {b}", "{a} * {b}", "0.5 * {a}", "np.tanh({a}) - {b}"))
        return text.format(a=self.factor(True), b=self.factor(self.rng.random() < 0.6))

    def test(self) -> str:
        name, bound = self.rng.choice(("x", "w", *NAMES)), self.rng.choice(("0.1", "0.9", "-0.3", "0.5"))
        return self.rng.choice((f"{name} > {bound}", "x > w"))

    def block(self, depth: int, most: int = 3) -> None:
        for _ in range(self.rng.randint(1, most)):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        kinds = (self.assignment, self.branch, self.for_loop, self.while_loop, self.guarded, self.leaving)
        weights = (45, 25, 10, 9, 9, 5)
        kind = self.assignment if depth > DEEPEST else self.rng.choices(kinds, weights)[0]
        kind(depth)

    def assignment(self, depth: int) -> None:
        first, second = self.rng.sample(NAMES, 2)
        form = self.rng.choice(("{x} = {e}",) * 6 + ("{x} += {e}", "{x} *= {e}", "{x}, {y} = {e}, {f}", "{x} = {y}"))
        self.line(depth, form.format(x=first, y=second, e=self.expression(), f=self.expression()))

    def branch(self, depth: int) -> None:
        self.line(depth, f"if {self.test()}:")
        self.block(depth + 1)
        if self.rng.random() < 0.3:
            self.line(depth, f"elif {self.test()}:")
            self.block(depth + 1)
        if self.rng.random() < 0.6:
            self.line(depth, "else:")
            self.block(depth + 1)

    def for_loop(self, depth: int) -> None:
        self.line(depth, f"for _ in range({self.rng.randint(0, 3)}):")
        self.loops += 1
        self.block(depth + 1)
        self.loops -= 1

    def while_loop(self, depth: int) -> None:
        self.counters += 1
        counter = f"n{self.counters}"
        endless = self.rng.random() < 0.6
        self.line(depth, f"{counter} = 0")
        self.line(depth, "while True:" if endless else f"while {counter} < {self.rng.randint(0, 2)} and {self.test()}:")
        self.line(depth + 1, f"{counter} += 1")
        self.loops += 1
        self.block(depth + 1)
        self.loops -= 1
        if endless and self.rng.random() < 0.4:
            self.line(depth + 1, "break")
        elif endless:
            self.line(depth + 1, f"if {counter} > {self.rng.randint(1, 2)}:")
            if self.rng.random() < 0.4:
                self.assignment(depth + 2)
            self.line(depth + 2, "break")

    def attempt(self, depth: int) -> None:
        """A ``try`` of one statement, which raises or does not, by the numbers."""
        self.line(depth, "try:")
        root = f"math.sqrt({self.rng.choice(('x - w', 'w', 'x * w', 'w - 0.2'))})"
        value = f"{root} * {self.factor(self.rng.random() < 0.6)} + {self.expression()}"
        if self.rng.random() < 0.3:
            self.line(depth + 1, f"r = {root}")
            value = f"r * {self.factor(True)}"
        elif self.rng.random() < 0.2:
            value = f"sum([v * {self.factor(True)} for v in (1.0, 0.5)]) * {root}"
        self.line(depth + 1, f"{self.rng.choice((*NAMES, 'a, b'))} = {value}".replace("a, b =", "a, b = b,"))
        if self.rng.random() < 0.15:
            self.line(depth + 1, self.rng.choice(("break", "continue")) if self.loops else "return a * b + c * s")
        self.line(depth, "except ValueError:")
        self.block(depth + 1, most=1)
        if self.rng.random() < 0.2:
            self.line(depth + 1, self.rng.choice(("break", "continue")) if self.loops else "return a + 0.5 * s")
        elif self.rng.random() < 0.2:
            self.line(depth, "else:")
            self.block(depth + 1, most=1)

    def guarded(self, depth: int) -> None:
        if self.rng.random() < 0.5:
            self.attempt(depth)
            return
        ending = self.rng.choice(("finally:", "except ValueError:", ""))
        self.line(depth, "try:" if ending else 'with np.errstate(all="ignore"):')
        self.block(depth + 1, most=2)
        if ending:
            self.line(depth, ending)
            self.line(depth + 1, "pass" if ending == "finally:" else f"{self.rng.choice(NAMES)} = {self.expression()}")

    def leaving(self, depth: int) -> None:
        self.line(depth, f"if {self.test()}:")
        if self.rng.random() < 0.5:
            self.assignment(depth + 1)
        back = f"return {self.rng.choice(NAMES)} + 0.5 * s"
        self.line(depth + 1, self.rng.choice(("break", "continue")) if self.loops else back)


def flow_program(seed: int) -> Program:
    """The program that belongs to a seed."""
    rng = random.Random(seed)
    w = _Writer(rng)
    w.block(1, most=6)
    start = "    a, b, c = s * 0.5, s + 1.0, s * s\n"
    source = f"def f(s, x, w):\n{start}" + "\n".join(w.lines) + "\n    return a + 2 * b + 3 * c\n"
    return Program(source, (rng.uniform(0.2, 1.2), *(rng.uniform(-1.2, 1.2) for _ in "xw")), (0,), f"fuzz flow {seed}")
