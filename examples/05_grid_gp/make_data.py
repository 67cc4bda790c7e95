#!/usr/bin/env python3
"""Writes data.h5: noisy readings of a field on a grid, with points missing at random and a hole. Needs python3-h5py."""
import h5py
import numpy as np

random = np.random.default_rng(5)
ny, nx, noise = 120, 160, 0.1
y, x = np.meshgrid(np.linspace(0, 1.5, ny), np.linspace(0, 2, nx), indexing="ij")
field = np.sin(6 * x + 1) * np.cos(5 * y) + 0.5 * np.sin(13 * x) * np.sin(9 * y + 0.4)
readings = field + noise * random.standard_normal(field.shape)
readings[random.random(field.shape) < 0.2] = np.nan  # lost one by one
readings[(x - 1.3) ** 2 + (y - 0.6) ** 2 < 0.06**2] = np.nan  # a scratch on the lens
with h5py.File("data.h5", "w") as file:
    file.create_dataset("readings", data=readings.astype("f4"), chunks=True, compression=9, shuffle=True)
