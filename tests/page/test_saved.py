"""What the page tells of kept values: who takes them back, who reads them, and why they are kept."""

import numpy as np

from s2sgrad import grad, vjp
from s2sgrad.page.correspondence import correspondence
from s2sgrad.page.saved import saved, still_there
from tests.page.functions import arguments, chain_energy, heat, network


def pages(derivative, *args):
    return correspondence(derivative._found(args, {}).generated)


def told(found):
    """name -> the texts of the lines that take it back, and of those that read it; and the reasons."""
    table = {}
    for one in saved(found):
        rows = {row.number: "".join(p.text for p in row.pieces).strip() for row in found.right[one.panel].rows}
        texts = [[rows[line] for line in lines] for lines in (one.taken, one.read)]
        table[one.kept.name] = (*texts, one.reasons)
    return table


def test_carried_by_a_loop_and_read_in_the_next_round():
    def rnn(xs, h, W, V):
        loss = 0.0
        for x in xs:
            h = np.tanh(x + h @ W)
            err = h @ V
            loss += (err ** 2).sum()
        return loss

    found = told(pages(grad(rnn, ("W", "V")), np.ones((3, 2)), np.ones(2), np.eye(2), np.eye(2)))
    taken, read, (why,) = found["h_stack"]
    assert taken == ["h = h_stack.pop()"]
    # The value that one round puts back is the one that the line above reads in the round that follows.
    assert [line.split(" ")[0] for line in read] == ["dV", "dprod", "dW"]
    assert "gives `h` another value" in why


def test_a_part_of_an_array_is_put_back():
    taken, read, (why,) = told(pages(grad(heat, "u0"), *arguments()["heat"]))["u_stack"]
    assert taken == ["u[1:-1] = u_stack.pop()"]
    assert read == [
        "dtotal2 = dtotal * u[1:-1] * alpha",
        "du[1:-1] += dtotal * (alpha * (u[2:] - 2 * u[1:-1] + u[:-2]))",
    ]
    assert "stores into `u`" in why


def test_dear_values_in_a_loop_have_two_reasons():
    def f(x, n):
        for _ in range(n):
            x = np.exp(np.sin(x)) * x
        return x

    found = told(pages(grad(f), 0.5, 3))
    (name,) = [n for n, (_, _, why) in found.items() if len(why) == 2]
    taken, read, why = found[name]
    assert taken and read and "computing it again" in why[0] and "in each iteration" in why[1]


def test_the_answer_of_a_test_and_the_number_of_rounds():
    def f(x, rng):
        while x < 10.0:
            x = x * x if rng.random() < 0.5 else 2 * x
        return x

    reasons = " ".join(w for _, _, why in told(pages(grad(f), 2.0, np.random.default_rng(0))).values() for w in why)
    assert "same branch" in reasons and "as many rounds" in reasons


def test_what_a_helper_keeps_is_read_by_its_backward_function():
    found = told(pages(grad(chain_energy, "points"), *arguments()["chain_energy"]))
    taken, read, why = found["saved_spring_energy_stack"]
    assert taken == ["saved_spring_energy = saved_spring_energy_stack.pop()"]
    assert "backward_spring_energy" in read[0] and "keeps for its own way back" in why[0]


def test_outside_of_a_loop_an_old_value_is_read_behind_the_branch_that_puts_it_back():
    def f(x, n):
        h = np.tanh(x)
        if n > 1:
            h = 2 * h
        return h.sum()

    found = told(pages(grad(f), np.ones(2), 2))
    assert found["old_h"][:2] == (["h = old_h"], ["dx = dh * (1 - h ** 2)"])


def test_what_nothing_changes_is_read_where_it_is():
    names = {still.name for still in still_there(pages(grad(network, "Ws"), *arguments()["network"]))}
    assert {"Ws", "y"} <= names and "h" not in names
    assert not [s for s in still_there(pages(vjp(lambda x: np.sin(x)), np.ones(2))) if s.name == "saved"]
