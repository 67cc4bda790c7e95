"""The idea of spectral_mixture_gp in numpy and scipy, as plainly and quickly as these allow: the peer of its benchmark.

  spectral_mixture_gp_peer.py PROBLEM SOLVES

solves a problem so many times after one that does not count, and prints the median CPU time of a solve [s] and the
relative error. MERCER_PEER_SCRIPT may name another script with a function `solve` of the same arguments.
"""

import functools
import importlib.util
import math
import os
import sys
import time

import numpy as np
import scipy.fft
import scipy.linalg as linalg
import scipy.special
from numpy import cos, pi, sin

BASE_DEGREE, THRESHOLD, TOLERANCE, DEPENDENT = 30, 3e-4, 1e-9, 1e-11
DETECTION_POINTS = {1: 512, 2: 256}


def legendre(t, degree):
    """Normalised Legendre polynomials and two derivatives: [3, degree + 1, points]."""
    p = np.zeros((3, degree + 1, len(t)))
    p[0, 0], p[0, 1], p[1, 1] = 1, t, 1
    for k in range(2, degree + 1):
        p[0, k] = ((2 * k - 1) * t * p[0, k - 1] - (k - 1) * p[0, k - 2]) / k
        p[1:, k] = p[1:, k - 2] + (2 * k - 1) * p[:2, k - 1]
    return p * np.sqrt(2 * np.arange(degree + 1) + 1)[:, None]


def features(x, begin, end, bands):
    """Legendre polynomials, alone and times cosine and sine of each band, and two derivatives: [3, points, features]."""
    half = (end - begin) / 2
    t = (x - begin) / half - 1
    p = legendre(t, max(degree for _, degree in bands))
    parts = []
    for frequency, degree in bands:
        w, q = frequency * half, p[:, : degree + 1]
        if w == 0:
            parts.append(q)
            continue
        for wave, slope in ((cos(w * t), -w * sin(w * t)), (sin(w * t), w * cos(w * t))):
            first = q[1] * wave + q[0] * slope
            parts.append(np.stack((q[0] * wave, first, q[2] * wave + 2 * q[1] * slope - w * w * q[0] * wave)))
    return np.concatenate(parts, axis=1).transpose(0, 2, 1) / half ** np.arange(3)[:, None, None]


@functools.cache
def gauss(count):
    return scipy.special.roots_legendre(count)


def spectrum_peaks(lines, step, half):
    """Intervals of frequency around the peaks of the spectrum along the first axis."""
    count = len(lines)
    if count == 0 or not lines.any():
        return []
    k = 2 * pi * np.arange(count) / (count - 1)
    window = 0.35875 - 0.48829 * cos(k) + 0.14128 * cos(2 * k) - 0.01168 * cos(3 * k)
    length = 1 << math.ceil(math.log2(4 * count))
    wave = scipy.fft.rfft((lines * window[:, None]).T, length)
    power = np.einsum("ij,ij->j", wave.real, wave.real) + np.einsum("ij,ij->j", wave.imag, wave.imag)
    middle = power[1:-1]
    found = (middle >= power[:-2]) & (middle > power[2:]) & (middle > THRESHOLD**2 * power.max())
    centres = 2 * pi / (length * step) * (np.flatnonzero(found) + 1)
    return [(w - 1.6 / half, w + 1.6 / half) for w in centres]


def bands_of(intervals, half):
    base = (BASE_DEGREE - 14) / half
    plain, separate = base, []
    for low, high in sorted(i for i in intervals if i[1] > base):
        if not separate and low <= plain + 2 / half:
            plain = max(plain, high)
        elif separate and low < separate[-1][1] + 4 / half:
            separate[-1][1] = max(separate[-1][1], high)
        else:
            separate.append([low, high])
    reach = plain * half
    bands = [(0.0, BASE_DEGREE if plain == base else math.ceil(reach + 14 + 3 * reach ** (1 / 3)))]
    for low, high in separate:
        width = (high - low) / 2 * half
        bands.append(((low + high) / 2, math.ceil(width + 13 + 2 * max(width - 2, 0) ** (1 / 3))))
    return bands


class Axis:
    """An orthonormal basis on Gauss nodes: values Q and the operator A there, conditions split into free and given."""

    def __init__(self, begin, end, bands, operator, faces):
        self.begin, self.end, self.bands, self.operator = begin, end, bands, operator
        half = (end - begin) / 2
        t, weights = gauss(int(1.15 * max(w * half + p for w, p in bands)) + 24)
        self.nodes, self.root = begin + (t + 1) * half, np.sqrt(weights * half)
        table = features(self.nodes, begin, end, bands) * self.root[:, None]
        length = linalg.norm(table[0], axis=0)
        u, s, v = linalg.svd(table[0] / length, full_matrices=False, check_finite=False)
        kept = s > DEPENDENT * s[0]
        self.change = v[kept].T / s[kept] / length[:, None]
        self.q = u[:, kept]
        self.a = self.operated(table) @ self.change
        rows = features(np.array([(begin, end)[face] for face in faces]), begin, end, bands)[0] @ self.change
        y, r = linalg.qr(rows.T)
        self.rows, self.free = rows, y[:, len(faces):]
        self.given = linalg.solve_triangular(r[: len(faces)], y[:, : len(faces)].T, trans=0).T
        self.matrix = self.free.T @ (self.q.T @ self.a) @ self.free

    def operated(self, table):
        return sum(c * part for c, part in zip(self.operator, table) if c != 0)

    def at(self, x):
        """Values and the operator anywhere."""
        table = features(x, self.begin, self.end, self.bands)
        return table[0] @ self.change, self.operated(table) @ self.change


def times(matrices, x):
    return matrices[0] @ x if len(matrices) == 1 else matrices[0] @ x @ matrices[1].T


def terms(operators, values, x):
    """What the operator of each axis makes of x, one array an axis."""
    return [times([operators[e] if e == d else q for e, q in enumerate(values)], x) for d in range(len(values))]


class Inverse:
    """LU in one dimension, Bartels and Stewart in two."""

    def __init__(self, axes):
        self.matrices = [axis.matrix for axis in axes]
        if len(axes) == 2:
            self.forms, self.vectors = zip(linalg.schur(axes[0].matrix), linalg.schur(axes[1].matrix.T))
            self.trsyl, = linalg.get_lapack_funcs(("trsyl",), self.forms)

    def __call__(self, right, shift=0.0):
        first = (self.forms if len(self.matrices) == 2 else self.matrices)[0]
        if shift:
            first = first + shift * np.eye(len(first))
        if len(self.matrices) == 1:
            return linalg.solve(first, right, check_finite=False)
        u, v = self.vectors
        solution, scale, _ = self.trsyl(first, self.forms[1], u.T @ right @ v)
        return u @ (solution * scale) @ v.T


def gmres(apply, right, tolerance, most=80):
    basis, size = [right.ravel() / linalg.norm(right)], linalg.norm(right)
    h = np.zeros((most + 1, most))
    for k in range(most):
        w = apply(basis[k].reshape(right.shape)).ravel()
        stack = np.array(basis)
        for _ in range(2):
            part = stack @ w
            w = w - part @ stack
            h[: k + 1, k] += part
        h[k + 1, k] = linalg.norm(w)
        basis.append(w / h[k + 1, k])
        target = np.zeros(k + 2)
        target[0] = size
        y = linalg.lstsq(h[: k + 2, : k + 1], target, check_finite=False)[0]
        if linalg.norm(target - h[: k + 2, : k + 1] @ y) < tolerance * size:
            break
    return (y @ np.array(basis[:-1])).reshape(right.shape)


def lift(axes, limits, faces, boundary):
    """Coefficients that meet the boundary data, face by face."""
    x = np.zeros([axis.q.shape[1] for axis in axes])
    for d, axis in enumerate(axes):
        points = [other.nodes for other in axes]
        points[d] = np.array([limits[d][face] for face in faces[d]])
        data = boundary(*np.meshgrid(*points, indexing="ij"))
        project = [np.eye(len(faces[e])) if e == d else (b.q * b.root[:, None]).T for e, b in enumerate(axes)]
        keep = [axis.rows if e == d else np.eye(len(x[0] if e else x)) for e in range(len(axes))]
        fill = [axis.given if e == d else np.eye(len(x[0] if e else x)) for e in range(len(axes))]
        x = x + times(fill, times(project, data) - times(keep, x))
    return x


def newton(axes, inverse, start, source, weights, reaction):
    value, slope = reaction
    q, a = [axis.q for axis in axes], [axis.a for axis in axes]
    restrict, embed = [(axis.q @ axis.free).T for axis in axes], [axis.free for axis in axes]
    to_nodes = [axis.q @ axis.free for axis in axes]
    x = start
    for step in range(24):
        u = times(q, x) / weights
        slopes = slope(u)
        mean = slopes.mean()
        defect = times(restrict, source - sum(terms(a, q, x)) - value(u) * weights)
        rest = slopes - mean
        change = gmres(lambda g: g + inverse(times(restrict, rest * times(to_nodes, g)), mean), inverse(defect, mean),
                       1e-9 if step > 1 else 1e-4)
        x = x + times(embed, change)
        if linalg.norm(change) < 1e-12 * linalg.norm(x):
            return x
    raise ArithmeticError("Newton's method did not converge")


def solve(source, boundary, limits, operators, faces, reaction=None):
    """Sum over axes of c0 u + c1 u' + c2 u'' + reaction(u) = source, u = boundary on `faces` (0: begin, 1: end)."""
    count = DETECTION_POINTS[len(limits)]
    uniform = [np.linspace(*limit, count) for limit in limits]
    sampled = source(*np.meshgrid(*uniform, indexing="ij"))
    axes = []
    for d, (begin, end) in enumerate(limits):
        half, step = (end - begin) / 2, uniform[d][1] - uniform[d][0]
        intervals = spectrum_peaks(np.moveaxis(sampled, d, 0).reshape(count, -1), step, half)
        for e in range(len(limits)):
            for face in faces[e] if e != d else ():
                points = list(uniform)
                points[e] = np.array([limits[e][face]])
                trace = boundary(*np.meshgrid(*points, indexing="ij"))
                intervals += spectrum_peaks(np.moveaxis(trace, d, 0).reshape(count, -1), step, half)
        axes.append(Axis(begin, end, bands_of(intervals, half), operators[d], faces[d]))
    weights = functools.reduce(np.multiply.outer, [axis.root for axis in axes])
    moments = source(*np.meshgrid(*[axis.nodes for axis in axes], indexing="ij")) * weights
    q, a = [axis.q for axis in axes], [axis.a for axis in axes]
    restrict, embed = [(axis.q @ axis.free).T for axis in axes], [axis.free for axis in axes]
    inverse, x = Inverse(axes), lift(axes, limits, faces, boundary)
    for _ in range(1 if reaction else 2):  # the second refines the first
        x = x + times(embed, inverse(times(restrict, moments - sum(terms(a, q, x)))))
    if reaction:
        x = newton(axes, inverse, x, moments, weights, reaction)
    check(axes, uniform, sampled, x, reaction)
    return lambda *points: times([axis.at(z)[0] for axis, z in zip(axes, points)], x), {}


def check(axes, uniform, sampled, x, reaction):
    """The residual between the nodes must be small against the largest term."""
    q, a = zip(*(axis.at(z) for axis, z in zip(axes, uniform)))
    parts = terms(a, q, x)
    rest = sampled - sum(parts) - (reaction[0](times(q, x)) if reaction else 0)
    if linalg.norm(rest) > TOLERANCE * max(map(linalg.norm, [sampled, *parts])):
        raise ArithmeticError("the residual is too large")


def line(exact, source, length, reaction=None):
    return exact, source, [(0, length)], [(0, 0, 1)], [(0, 1)], reaction


def plane(exact, source, length, reaction=None):
    return exact, source, [(0, length)] * 2, [(0, 0, 1)] * 2, [(0, 1)] * 2, reaction


ALLEN_CAHN = (lambda u: u * (u * u - 1), lambda u: 3 * u * u - 1)


def with_reaction(problem):
    exact, source = problem[:2]
    return exact, lambda *x: source(*x) + ALLEN_CAHN[0](exact(*x)), *problem[2:5], ALLEN_CAHN


def wave(x):
    return sin(6 * x) * cos(100 * x)


def wave_bent(x):
    return -10036 * sin(6 * x) * cos(100 * x) - 1200 * cos(6 * x) * sin(100 * x)


def slow(x):
    return sin(6 * x) * cos(20 * x)


def slow_bent(x):
    return -436 * sin(6 * x) * cos(20 * x) - 240 * cos(6 * x) * sin(20 * x)


def scales(x):
    return sin(x) + 0.1 * sin(20 * x) + cos(100 * x)


def scales_bent(x):
    return -sin(x) - 40 * sin(20 * x) - 1e4 * cos(100 * x)


PROBLEMS = {
    "p1": line(lambda x: sin(100 * x), lambda x: -1e4 * sin(100 * x), 2 * pi),
    "p2": line(wave, wave_bent, 2 * pi),
    "p3": line(lambda x: x * sin(200 * x), lambda x: 400 * cos(200 * x) - 4e4 * x * sin(200 * x), 2 * pi),
    "p4": line(lambda x: sin(x) + 0.1 * sin(20 * x) + 0.05 * sin(100 * x),
               lambda x: -sin(x) - 40 * sin(20 * x) - 500 * sin(100 * x), 1),
    "p5": line(lambda x: sin(500 * x) - 2 * (x - 0.5) ** 2, lambda x: -25e4 * sin(500 * x) - 4, 1),
    "q1": plane(lambda x, y: sin(100 * x) * sin(100 * y), lambda x, y: -2e4 * sin(100 * x) * sin(100 * y), 2 * pi),
    "q2": plane(lambda x, y: slow(x) + slow(y), lambda x, y: slow_bent(x) + slow_bent(y), 2 * pi),
    "q3": with_reaction(plane(lambda x, y: scales(x) * scales(y),
                              lambda x, y: scales_bent(x) * scales(y) + scales(x) * scales_bent(y), 1)),
    "q4": (lambda x, y: sin(x - 200 * y), lambda x, y: np.zeros_like(x + y), [(0, 1)] * 2,
           [(0, 200, 0), (0, 1, 0)], [(0,), (0,)], None),
}
PROBLEMS["p6"], PROBLEMS["p7"] = with_reaction(PROBLEMS["p1"]), with_reaction(PROBLEMS["p2"])


def solver():
    path = os.environ.get("MERCER_PEER_SCRIPT")
    if not path:
        return solve
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location("peer", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.solve


def main(name, solves):
    exact, source, limits, operators, faces, reaction = PROBLEMS[name]
    run, seconds = solver(), []
    for _ in range(solves + 1):
        start = time.process_time()
        evaluate, _ = run(source, exact, limits, operators, faces, reaction)
        seconds.append(time.process_time() - start)
    points = [np.linspace(*limit, 3001 if len(limits) == 1 else 301) for limit in limits]
    truth = exact(*np.meshgrid(*points, indexing="ij"))
    error = linalg.norm(evaluate(*points) - truth) / linalg.norm(truth)
    print(f"{np.median(seconds[1:]):.6e} {error:.3e}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
