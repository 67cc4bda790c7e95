"""Keeps few modes of torch.fft on demand: reads `forward|inverse FIELDS POINTS MODES`, answers `SECONDS SQUARES`."""
import sys
import time

try:
    import torch
except ImportError:
    print("missing", flush=True)
    sys.exit()

torch.set_num_threads(1)


def data(fields, points):
    x = torch.cos(0.37 * (torch.arange(fields * points * points) % 1009).double())
    return x.float().reshape(fields, points, points)


def forward(x, modes):
    half, last = modes // 2, modes // 2 + 1
    spectrum = torch.fft.rfft2(x, norm="forward")
    return torch.cat([spectrum[:, -half:, :last], spectrum[:, :half, :last]], 1)


def inverse(y, points):
    half, last = y.shape[1] // 2, y.shape[2]
    spectrum = torch.zeros(y.shape[0], points, points // 2 + 1, dtype=y.dtype)
    spectrum[:, -half:, :last] = y[:, :half]
    spectrum[:, :half, :last] = y[:, half:]
    return torch.fft.irfft2(spectrum, s=(points, points), norm="forward")


known = None
print("ready", flush=True)
for line in sys.stdin:
    work, *sizes = line.split()
    fields, points, modes = map(int, sizes)
    if sizes != known:
        known, x = sizes, data(fields, points)
        y = forward(x, modes)
    begin = time.process_time()
    result = forward(x, modes) if work == "forward" else inverse(y, points)
    seconds = time.process_time() - begin
    print(seconds, result.abs().double().square().sum().item(), flush=True)
    result = None
