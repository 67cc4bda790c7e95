"""Runs causal convolutions by torch.fft on demand: reads `forward|both REPEATS BATCH CHANNELS LENGTH`, answers `SECONDS SQUARES`."""
import sys
import time

try:
    import torch
except ImportError:
    print("missing", flush=True)
    sys.exit()

torch.set_num_threads(1)
torch.backends.mkldnn.set_flags(False)


def data(batch, channels, length):
    def wave(count, period, rate):
        return torch.cos(rate * (torch.arange(count) % period).double()).float()

    u = wave(batch * channels * length, 1009, 0.37).reshape(batch, channels, length)
    k = wave(channels * length, 911, 1.7).reshape(channels, length)
    return u.requires_grad_(), k.requires_grad_(), torch.ones(channels).requires_grad_()


def convolve(u, k, skip):
    length = u.shape[-1]
    spectrum = torch.fft.rfft(u, n=2 * length) * torch.fft.rfft(k, n=2 * length)
    return torch.fft.irfft(spectrum, n=2 * length)[..., :length] + skip[:, None] * u


shape = None
print("ready", flush=True)
for line in sys.stdin:
    work, repeats, *sizes = line.split()
    if sizes != shape:
        shape, inputs = sizes, data(*map(int, sizes))
    begin = time.process_time()
    for _ in range(int(repeats)):
        if work == "forward":
            with torch.no_grad():
                result = convolve(*inputs)
        else:
            for value in inputs:
                value.grad = None
            y = convolve(*inputs)
            y.backward(y.detach())
            result = inputs[0].grad
    seconds = time.process_time() - begin
    print(seconds, result.double().square().sum().item(), flush=True)
    result = y = None
