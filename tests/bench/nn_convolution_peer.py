"""Runs MgNO for Darcy's flow in torch on demand: reads `forward|step SAMPLES POINTS`, answers `SECONDS SQUARES`."""
import sys
import time

try:
    import torch
    import torch.nn as nn
except ImportError:
    print("missing", flush=True)
    sys.exit()

torch.set_num_threads(1)


class Cycle(nn.Module):
    def __init__(self, sources, unknowns, steps):
        super().__init__()
        levels = range(len(steps))

        def convolution(inputs, outputs, stride=1):
            return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)

        self.S = nn.ModuleList(nn.ModuleList(convolution(sources, unknowns) for _ in range(n)) for n in steps)
        self.A = nn.ModuleList(nn.ModuleList(convolution(unknowns, sources) for _ in range(n)) for n in steps)
        self.R = nn.ModuleList(convolution(sources, sources, 2) for _ in levels[1:])
        self.P = nn.ModuleList(convolution(unknowns, unknowns, 2) for _ in levels[1:])
        self.Q = nn.ModuleList(nn.ConvTranspose2d(unknowns, unknowns, 4, 2, 1, bias=False) for _ in levels[1:])

    def forward(self, f):
        us, u = [], None
        for level, (S, A) in enumerate(zip(self.S, self.A)):
            if level > 0:
                f, u = self.R[level - 1](f), self.P[level - 1](u)
            for s, a in zip(S, A):
                u = s(f) if u is None else u + s(f - a(u))
            us.append(u)
        for level in reversed(range(len(us) - 1)):
            u = us[level] + self.Q[level](u)
        return u


class Network(nn.Module):
    def __init__(self, layers=4, channels=24, steps=(1, 1, 1, 1, 1, 2)):
        super().__init__()
        inputs = [1] + [channels] * (layers - 1)
        self.cycles = nn.ModuleList(Cycle(n, channels, steps) for n in inputs)
        self.skips = nn.ModuleList(nn.Conv2d(n, channels, 1) for n in inputs)
        self.last = nn.Conv2d(channels, 1, 1, bias=False)

    def forward(self, u):
        for cycle, skip in zip(self.cycles, self.skips):
            u = nn.functional.gelu(cycle(u) + skip(u))
        return self.last(u)


network = Network()
print("ready", flush=True)
for line in sys.stdin:
    work, samples, points = line.split()
    x = torch.cos(0.37 * (torch.arange(int(samples) * int(points) ** 2) % 1009).double())
    x = x.float().reshape(int(samples), 1, int(points), int(points))
    begin = time.process_time()
    if work == "forward":
        with torch.no_grad():
            y = network(x)
    else:
        y = network(x)
        y.backward(y.detach())
    print(time.process_time() - begin, y.double().square().sum().item(), flush=True)
    y = None
