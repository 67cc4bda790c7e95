"""Runs MgNO for Darcy's flow in torch, as it is told: reads `WORK THREADS SAMPLES POINTS LAYOUT`, answers `SECONDS NUMBER`.
LAYOUT is one of torch's memory formats, contiguous_format or channels_last. WORK is forward, step (forward, backward and
Adam), memory (a step of a new network; NUMBER is the peak of memory above start-up [MiB]) or check (NUMBER is the largest
relative difference from vectors of the network's authors, in the file that the argument names). SECONDS are of the
processor for one thread and of the clock for several."""
import sys
import time

try:
    import h5py
    import torch
    import torch.nn as nn
except ImportError:
    print("missing", flush=True)
    sys.exit()


class Cycle(nn.Module):
    """Learned V-cycle; kernels have the names that the authors gave them."""

    def __init__(self, sources, unknowns, steps):
        super().__init__()

        def convolution(inputs, outputs, stride=1):
            return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)

        kernels, up = {}, []
        for level, count in enumerate(steps):
            offset = 0 if level == 0 else 1  # on coarser levels the transfers are number 0
            if level > 0:
                kernels[f"layer{level}.0.R"] = convolution(sources, sources, 2)
                kernels[f"layer{level}.0.Pi"] = convolution(unknowns, unknowns, 2)
                up.append(nn.ConvTranspose2d(unknowns, unknowns, 4, 2, 1, bias=False))
            for i in range(count):
                if level > 0 or i > 0:
                    kernels[f"layer{level}.{i + offset}.A"] = convolution(unknowns, sources)
                kernels[f"layer{level}.{i + offset}.S"] = convolution(sources, unknowns)
        self.steps = steps
        self.names = {name: name.replace(".", "_") for name in kernels}
        for name, kernel in kernels.items():
            self.add_module(self.names[name], kernel)
        self.RTlayers = nn.ModuleList(up)

    def kernel(self, name):
        return getattr(self, self.names[name])

    def forward(self, f):
        us, u = [], None
        for level, count in enumerate(self.steps):
            offset = 0 if level == 0 else 1
            if level > 0:
                f, u = self.kernel(f"layer{level}.0.R")(f), self.kernel(f"layer{level}.0.Pi")(u)
            for i in range(count):
                name = f"layer{level}.{i + offset}."
                correction = f if u is None else f - self.kernel(name + "A")(u)
                correction = self.kernel(name + "S")(correction)
                u = correction if u is None else u + correction
            us.append(u)
        for level in reversed(range(len(us) - 1)):
            u = us[level] + self.RTlayers[level](u)
        return u


class Network(nn.Module):
    def __init__(self, layers=4, channels=24, steps=(1, 1, 1, 1, 1, 2)):
        super().__init__()
        inputs = [1] + [channels] * (layers - 1)
        self.conv_list = nn.ModuleList(Cycle(n, channels, steps) for n in inputs)
        self.linear_list = nn.ModuleList(nn.Conv2d(n, channels, 1) for n in inputs)
        self.linear = nn.Conv2d(channels, 1, 1, bias=False)

    def forward(self, u):
        for cycle, skip in zip(self.conv_list, self.linear_list):
            u = nn.functional.gelu(cycle(u) + skip(u))
        return self.linear(u)

    def name(self, parameter):
        """Of the parameter, as the authors have it."""
        for cycle in self.conv_list:
            for name, module in cycle.names.items():
                parameter = parameter.replace(module + ".", name + ".")
        return parameter


def difference(a, b):
    return ((a - b).abs().max() / b.abs().max()).item()


def check(path, layout):
    with h5py.File(path) as file:
        stored = file["mgno_dc_small"]
        values = {name: torch.from_numpy(stored[name][()]) for name in ("x", "gy", "y", "gx")}
        network = Network(3, 8, (1, 1, 1, 2)).double().to(memory_format=layout)
        for name, parameter in network.named_parameters():
            parameter.data.copy_(torch.from_numpy(stored["params/" + network.name(name)][()]))
        x = values["x"].double().contiguous(memory_format=layout).requires_grad_()
        y = network(x)
        y.backward(values["gy"].double())
        differences = [difference(y.detach(), values["y"]), difference(x.grad, values["gx"])]
        for name, parameter in network.named_parameters():
            differences.append(difference(parameter.grad, torch.from_numpy(stored["grads/" + network.name(name)][()])))
        return max(differences)


def memory(kind):
    """VmHWM or VmRSS [MiB]."""
    with open("/proc/self/status") as status:
        return next(float(line.split()[1]) / 1024 for line in status if line.startswith(kind))


class Run:
    """A network and its input; `step` has the optimiser, too."""

    def __init__(self, samples, points, layout):
        torch.manual_seed(0)
        self.network = Network().to(memory_format=layout)
        self.adam = torch.optim.Adam(self.network.parameters())
        x = torch.cos(0.37 * (torch.arange(samples * points**2) % 1009).double())
        self.x = x.float().reshape(samples, 1, points, points).contiguous(memory_format=layout)

    def forward(self):
        with torch.no_grad():
            self.network(self.x)

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        y = self.network(self.x)
        y.backward(y.detach())
        self.adam.step()


sizes, runs = None, {}
print("ready", flush=True)
for line in sys.stdin:
    work, threads, samples, points, name = line.split()
    layout = getattr(torch, name)
    torch.set_num_threads(int(threads))
    clock = time.process_time if threads == "1" else time.perf_counter
    start = memory("VmRSS")
    if sizes != (samples, points):
        sizes, runs = (samples, points), {}  # gives memory back before the next ones take some
    if name not in runs:
        runs[name] = Run(int(samples), int(points), layout)
    run = runs[name]
    begin, number = clock(), 0
    if work == "check":
        number = check(sys.argv[1], layout)
    elif work == "memory":
        for _ in range(3):
            run.step()
        number = memory("VmHWM") - start
    else:
        getattr(run, work)()
    print(clock() - begin, number, flush=True)
