"""Runs causal convolutions by mercer's library, the first argument, and by torch.fft in one process, as it is told:
reads `WHO WORK REPEATS BATCH CHANNELS LENGTH`, answers `SECONDS CHECK`. WHO is ours, theirs, copy (which only copies the
rows) or difference (of both results, relative to the largest number, as CHECK); WORK is forward or both."""
import ctypes
import sys
import time

try:
    import torch
except ImportError:
    print("missing", flush=True)
    sys.exit()

torch.set_num_threads(1)
torch.backends.mkldnn.set_flags(False)
library = ctypes.CDLL(sys.argv[1])
library.convolution_create.restype = ctypes.c_void_p


def pointers(*tensors):
    return [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]


def wave(count, period, rate):
    return torch.cos(rate * (torch.arange(count) % period).double()).float()


class Case:
    """Inputs, and the results of both: y, and the gradients of its square's half by rows, kernels and skip terms."""

    def __init__(self, batch, channels, length):
        u = wave(batch * channels * length, 1009, 0.37).reshape(batch, channels, length)
        k = wave(channels * length, 911, 1.7).reshape(channels, length)
        self.inputs = [value.requires_grad_() for value in (u, k, torch.ones(channels))]
        self.y = torch.zeros_like(u)
        self.gradients = [torch.zeros_like(value) for value in self.inputs]
        self.sizes = ctypes.c_int64(batch), ctypes.c_int64(channels)
        self.plan = ctypes.c_void_p(library.convolution_create(ctypes.c_int64(length)))

    def close(self):
        library.convolution_destroy(self.plan)

    def ours(self, work):
        library.convolution_apply(self.plan, *self.sizes, *pointers(*self.inputs, self.y))
        if work == "forward":
            return [self.y]
        for gradient in self.gradients[1:]:
            gradient.zero_()
        library.convolution_backward(self.plan, *self.sizes, *pointers(*self.inputs, self.y, *self.gradients))
        return [self.y, *self.gradients]

    def convolve(self):
        u, k, skip = self.inputs
        length = u.shape[-1]
        spectrum = torch.fft.rfft(u, n=2 * length) * torch.fft.rfft(k, n=2 * length)
        return torch.fft.irfft(spectrum, n=2 * length)[..., :length] + skip[:, None] * u

    def theirs(self, work):
        if work == "forward":
            with torch.no_grad():
                return [self.convolve()]
        for value in self.inputs:
            value.grad = None
        y = self.convolve()
        y.backward(y.detach())
        return [y.detach(), *(value.grad for value in self.inputs)]

    def copy(self, _):
        self.y.copy_(self.inputs[0].detach())

    def difference(self, work):
        pairs = zip(self.ours(work), self.theirs(work))
        return max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs)


key, case = None, None
print("ready", flush=True)
for line in sys.stdin:
    who, work, repeats, *sizes = line.split()
    if (work, sizes) != key:
        if case:
            case.close()
        case = None  # gives its memory back before the next one takes some
        key, case = (work, sizes), Case(*map(int, sizes))
    begin = time.process_time()
    for _ in range(int(repeats)):
        result = getattr(case, who)(work)
    seconds = time.process_time() - begin
    print(seconds, result if who == "difference" else 0, flush=True)
    result = None
