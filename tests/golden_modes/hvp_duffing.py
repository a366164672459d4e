"""The Hessian of a loop over numbers, times a vector: tangents are kept beside what the backward loop reads."""


def duffing(x, v, dt, steps):
    for _ in range(steps):
        v = v - dt * (x + x ** 3)
        x = x + dt * v
    return x ** 2 + v ** 2


MODE = "hvp"
WRT = ("x", "v")


def args():
    return 0.8, -0.3, 0.1, 5


# What s2sgrad generates:


def hvp_duffing(x, v, dt, steps, x_dot, v_dot):
    """The Hessian of duffing times x_dot, v_dot."""
    x_stack = []
    x_stack_dot = []
    for _ in range(steps):
        v = v - dt * (x + x ** 3)
        v_dot = v_dot - dt * (x_dot + 3 * x ** 2 * x_dot)
        x_stack.append(x)
        x_stack_dot.append(x_dot)
        x = x + dt * v
        x_dot = x_dot + dt * v_dot

    # return x ** 2 + v ** 2
    dx = 2 * x
    dx_dot = 2 * x_dot
    dv = 2 * v
    dv_dot = 2 * v_dot
    for _ in range(steps):
        # x = x + dt * v
        x = x_stack.pop()
        x_dot = x_stack_dot.pop()
        dv += dx * dt
        dv_dot += dx_dot * dt

        # v = v - dt * (x + x ** 3)
        dtotal = -dv * dt
        dtotal_dot = -dv_dot * dt
        dx += dtotal
        dx_dot += dtotal_dot
        dx += 3 * dtotal * x ** 2
        dx_dot += 3 * dtotal_dot * x ** 2 + 6 * dtotal * x * x_dot
    return dx_dot, dv_dot
