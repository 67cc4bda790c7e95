"""Regression by scikit-learn on demand: reads `data N D FILE`, `evidence N D`, `fit N D STARTS` or `predict N D POINTS`, answers `SECONDS NUMBER`.

The number is the log evidence, or the sum of the squares of the predictions.
"""
import sys
import time
import warnings

try:
    import numpy as np
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
except ImportError:
    print("missing", flush=True)
    sys.exit()

warnings.filterwarnings("ignore")


def data(points, inputs, seed=1):
    random = np.random.default_rng(seed)
    x = random.standard_normal((points, inputs))
    y = np.sin(x[:, 0]) + 0.5 * x[:, 1] * x[:, 2] + 0.2 * x[:, 3] ** 2 + 0.05 * x[:, 4]
    y += 0.01 * random.standard_normal(points)
    return x, (y - y.mean()) / y.std()


def covariance(inputs, length):
    return (ConstantKernel(1.0, (1e-3, 1e3)) * Matern(np.full(inputs, length), (1e-2, 1e3), nu=2.5)
            + WhiteKernel(1e-2, (1e-8, 1.0)))


def given(points, inputs):
    return GaussianProcessRegressor(covariance(inputs, 3.0), optimizer=None, alpha=0).fit(*data(points, inputs))


def timed(work):
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


model, model_of = None, None
print("ready", flush=True)
for line in sys.stdin:
    work, points, inputs, *more = line.split()
    points, inputs = int(points), int(inputs)
    if work == "data":
        x, y = data(points, inputs)
        np.concatenate([x.ravel(order="F"), y]).tofile(more[0])
        seconds, number = 1, x.size
    elif work == "fit":
        x, y = data(points, inputs)
        fit = GaussianProcessRegressor(covariance(inputs, np.sqrt(inputs)), alpha=0, random_state=0,
                                       n_restarts_optimizer=int(more[0]) - 1)
        seconds, fitted = timed(lambda: fit.fit(x, y))
        number = fitted.log_marginal_likelihood_value_
    else:
        if model_of != (points, inputs):
            model, model_of = given(points, inputs), (points, inputs)
        if work == "evidence":
            theta = model.kernel_.theta
            seconds, (number, _) = timed(lambda: model.log_marginal_likelihood(theta, True, clone_kernel=False))
        else:
            at = data(int(more[0]), inputs, 7)[0]
            seconds, (mean, deviation) = timed(lambda: model.predict(at, return_std=True))
            number = (mean ** 2).sum() + (deviation ** 2).sum()
    print(seconds, repr(float(number)), flush=True)
