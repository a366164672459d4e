"""The second derivative of a loop over numbers, reverse over reverse."""


def duffing(x, v, dt, steps):
    for _ in range(steps):
        v = v - dt * (x + x ** 3)
        x = x + dt * v
    return x ** 2 + v ** 2


MODE = "grad_grad"
WRT = "x"


def args():
    return 0.8, -0.3, 0.1, 5


# What s2sgrad generates:


def grad_grad_duffing(x, v, dt, steps):
    """Gradient of grad_duffing with respect to x."""
    x_stack = []
    x_stack2 = []
    for _ in range(steps):
        v = v - dt * (x + x ** 3)
        x_stack.append(x)
        x_stack2.append(x)
        x = x + dt * v
    # return x ** 2 + v ** 2
    dx = 2 * x
    dv = 2 * v
    x_stack3 = []
    dtotal_stack = []
    for _ in range(steps):
        # x = x + dt * v
        x = x_stack.pop()
        x_stack3.append(x)
        dv += dx * dt
        # v = v - dt * (x + x ** 3)
        dtotal = -dv * dt
        dtotal_stack.append(dtotal)
        dx += dtotal
        dx += 3 * dtotal * x ** 2

    d2dx = 1.0
    d2x_stack = [0.0] * len(x_stack)
    d2dv = 0.0
    for _ in range(steps):
        # dx += 3 * dtotal * x ** 2
        dtotal = dtotal_stack.pop()
        x = x_stack3.pop()
        d2dtotal = 3 * d2dx * x ** 2
        d2x = 6 * d2dx * dtotal * x

        # dx += dtotal
        d2dtotal += d2dx

        # dtotal = -dv * dt
        d2dv -= d2dtotal * dt

        # dv += dx * dt
        d2dx += d2dv * dt

        # x = x_stack.pop()
        d2x_stack.append(d2x)

    # dv = 2 * v
    d2v = 2 * d2dv

    # dx = 2 * x
    d2x = 2 * d2dx
    for _ in range(steps):
        # x = x + dt * v
        x = x_stack2.pop()
        d2v += d2x * dt

        # x_stack.append(x)
        d2x += d2x_stack.pop()

        # v = v - dt * (x + x ** 3)
        d2total = -d2v * dt
        d2x += d2total
        d2x += 3 * d2total * x ** 2
    return d2x
