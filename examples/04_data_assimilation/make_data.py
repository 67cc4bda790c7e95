#!/usr/bin/env python3
"""Writes data.h5: noisy samples of a source, and noisy readings of the solution. Needs python3-h5py."""
import h5py
import numpy as np

random = np.random.default_rng(20)
tones = [(1.0, 1, 0.5), (0.1, 20, 1.0), (0.05, 100, 2.0)]  # amplitude, frequency, phase


def u(x):
    return sum(a * np.sin(w * x + p) for a, w, p in tones)


def f(x):  # u'' = f
    return sum(-a * w**2 * np.sin(w * x + p) for a, w, p in tones)


def noisy(values, relative):
    deviation = relative * np.sqrt(np.mean(values**2))
    return values + deviation * random.standard_normal(values.shape), deviation


x = np.linspace(0, 2 * np.pi, 400)
places = np.sort(random.uniform(0, 2 * np.pi, 20))
source, source_noise = noisy(f(x), 1e-2)
readings, reading_noise = noisy(u(places), 1e-2)
print(f"noise of the source {source_noise:.4g}, of the readings {reading_noise:.4g}")
with h5py.File("data.h5", "w") as file:
    file["source"] = source
    file["places"] = places[:, None]
    file["readings"] = readings
