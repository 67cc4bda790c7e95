"""A specimen brought onto the common disk by numpy and scipy: reads two meshes from the file that is its argument, and answers each line by `SECONDS NUMBER`.

The file holds 64-bit numbers: for the specimen and the common mesh, points and triangles each with their counts. The work is the check of the specimen, its map by
mean-value weights with landmarks at corners, and the linear interpolation to the common mesh and back. NUMBER is the sum of the squares of what both matrices make of x - 2 y.
"""
import sys
import time

try:
    import numpy as np
    import scipy.sparse as sparse
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import splu
    from scipy.spatial import cKDTree
except ImportError:
    print("missing", flush=True)
    sys.exit()


def read(path):
    raw = np.fromfile(path, dtype=np.int64)
    at = 0
    meshes = []
    for _ in range(2):
        nodes, cells = raw[at:at + 2]
        points = raw[at + 2:at + 2 + 2 * nodes].view(np.float64).reshape(nodes, 2)
        at += 2 + 2 * nodes
        meshes.append((points, raw[at:at + 3 * cells].reshape(cells, 3)))
        at += 3 * cells
    return meshes


def areas(points, triangles):
    a, b, c = (points[triangles[:, k]] for k in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def require(ok, fault):
    if not ok:
        raise ValueError(fault)


def directed_edges(triangles):
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def checked(points, triangles):
    """Throws for anything but a sound disk; gives its boundary in order, counter-clockwise."""
    count = len(points)
    require(np.isfinite(points).all(), "coordinates")
    require(triangles.min() >= 0 and triangles.max() < count, "indices")
    require((np.bincount(triangles.ravel(), minlength=count) > 0).all(), "unused nodes")
    size = np.ptp(points, axis=0).max()
    require(not cKDTree(points).query_pairs(1e-9 * size, output_type="ndarray").size, "duplicate nodes")
    require((areas(points, triangles) > 1e-14 * size * size).all(), "orientation or size")
    edges = directed_edges(triangles)
    key = np.minimum(edges[:, 0], edges[:, 1]) * count + np.maximum(edges[:, 0], edges[:, 1])
    order = np.argsort(key)
    unique, first, holders = np.unique(key[order], return_index=True, return_counts=True)
    require(holders.max() <= 2, "edges of more than two triangles")
    graph = sparse.coo_matrix((np.ones(len(unique)), (unique // count, unique % count)), shape=(count, count))
    require(connected_components(graph, directed=False)[0] == 1, "pieces")
    require(count - len(unique) + len(triangles) == 1, "Euler number")
    boundary = edges[order[first[holders == 1]]]
    require(len(np.unique(boundary[:, 0])) == len(boundary), "fans")
    following = dict(zip(boundary[:, 0].tolist(), boundary[:, 1].tolist()))
    loop = [boundary[0, 0]]
    while (after := following[loop[-1]]) != loop[0]:
        loop.append(after)
    require(len(loop) == len(boundary), "loops")
    return np.array(loop)


def marked(points, loop):
    """The loop from its lower-left corner, the arclength of its nodes, and the positions of its corners."""
    here = points[loop]
    before, after = here - np.roll(here, 1, 0), np.roll(here, -1, 0) - here
    turn = np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(1))
    corners = np.flatnonzero(turn > np.radians(35))
    start = corners[np.argmin(here[corners].sum(1))]
    loop = np.roll(loop, -start)
    steps = np.roll(points[loop], -1, 0) - points[loop]
    return loop, np.r_[0, np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))], np.sort((corners - start) % len(loop))


def fractions(marks):
    loop, length, corners = marks
    return np.r_[length[corners] / length[-1], 1]


def mapped(points, triangles, marks, parts):
    loop, length, corners = marks
    turns = np.interp(length[:-1], np.r_[length[corners], length[-1]], parts)
    places = np.zeros_like(points)
    angle = 2 * np.pi * (turns + 0.625)
    places[loop] = np.stack([np.cos(angle), np.sin(angle)], 1)
    rows, columns, values = [], [], []
    for a in range(3):
        i, j, k = (triangles[:, (a + b) % 3] for b in range(3))
        u, v = points[j] - points[i], points[k] - points[i]
        p, q = np.hypot(u[:, 0], u[:, 1]), np.hypot(v[:, 0], v[:, 1])
        half = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / (p * q + (u * v).sum(1))
        rows += [i, i]
        columns += [j, k]
        values += [half / p, half / q]
    weights = sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
                                shape=(len(points),) * 2)
    matrix = (sparse.diags(np.asarray(weights.sum(1)).ravel()) - weights).tocsr()
    inner = np.ones(len(points), bool)
    inner[loop] = False
    free = np.flatnonzero(inner)
    lines = matrix[free]
    solver = splu(lines[:, free].tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0,
                  options={"SymmetricMode": True})
    places[free] = solver.solve(-(lines[:, loop] @ places[loop]))
    require((areas(places, triangles) > 0).all(), "folds")
    return places


class Locator:
    """Triangles in a square grid of buckets, and the edges of the boundary."""

    def __init__(self, points, triangles, loop):
        self.points, self.triangles, self.loop = points, triangles, loop
        corners = points[triangles]
        self.origin, self.u, self.v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        self.area = self.u[:, 0] * self.v[:, 1] - self.u[:, 1] * self.v[:, 0]
        self.across = max(int(np.sqrt(len(triangles) / 2)), 1)
        self.low = points.min(0)
        self.step = (points.max(0) - self.low) / self.across
        low, high = self.bucket(corners.min(1)), self.bucket(corners.max(1))
        buckets, members = [], []
        widest = (high - low).max(0)
        for x in range(widest[0] + 1):
            for y in range(widest[1] + 1):
                there = np.flatnonzero((low[:, 0] + x <= high[:, 0]) & (low[:, 1] + y <= high[:, 1]))
                buckets.append((low[there, 0] + x) * self.across + low[there, 1] + y)
                members.append(there)
        buckets, members = np.concatenate(buckets), np.concatenate(members)
        order = np.argsort(buckets, kind="stable")
        self.members = members[order]
        self.starts = np.searchsorted(buckets[order], np.arange(self.across ** 2 + 1))

    def bucket(self, points):
        return np.clip(((points - self.low) / self.step).astype(int), 0, self.across - 1)

    def coordinates(self, triangle, points):
        d = points - self.origin[triangle]
        u, v, area = self.u[triangle], self.v[triangle], self.area[triangle]
        second = (d[:, 0] * v[:, 1] - d[:, 1] * v[:, 0]) / area
        third = (u[:, 0] * d[:, 1] - u[:, 1] * d[:, 0]) / area
        return np.stack([1 - second - third, second, third], 1)

    def interpolation(self, targets):
        at = self.bucket(targets)
        at = at[:, 0] * self.across + at[:, 1]
        count = self.starts[at + 1] - self.starts[at]
        nodes, values = np.zeros((len(targets), 3), int), np.zeros((len(targets), 3))
        left = np.flatnonzero(count > 0)
        found = np.zeros(len(targets), bool)
        for k in range(count.max()):
            left = left[count[left] > k]
            triangle = self.members[self.starts[at[left]] + k]
            weights = self.coordinates(triangle, targets[left])
            inside = weights.min(1) >= -1e-12
            hit = left[inside]
            nodes[hit], values[hit] = self.triangles[triangle[inside]], weights[inside]
            found[hit] = True
            left = left[~inside]
        outside = np.flatnonzero(~found)
        if len(outside):
            ends = np.roll(self.loop, -1)
            a, edge = self.points[self.loop], self.points[ends] - self.points[self.loop]
            d = targets[outside, None] - a
            part = np.clip((d * edge).sum(2) / (edge * edge).sum(1), 0, 1)
            gap = d - part[:, :, None] * edge
            nearest = np.argmin((gap * gap).sum(2), 1)
            part = part[np.arange(len(outside)), nearest]
            nodes[outside] = np.stack([self.loop[nearest], ends[nearest], ends[nearest]], 1)
            values[outside] = np.stack([1 - part, part, 0 * part], 1)
        rows = np.repeat(np.arange(len(targets)), 3)
        return sparse.csr_matrix((values.ravel(), (rows, nodes.ravel())), shape=(len(targets), len(self.points)))


def main():
    specimen, common = read(sys.argv[1])
    common_loop = checked(*common)
    common_marks = marked(common[0], common_loop)
    parts = fractions(common_marks)
    common_places = mapped(*common, common_marks, parts)
    in_common = Locator(common_places, common[1], common_loop)
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.process_time()
        loop = checked(*specimen)
        places = mapped(*specimen, marked(specimen[0], loop), parts)
        to = Locator(places, specimen[1], loop).interpolation(common_places)
        back = in_common.interpolation(places)
        seconds = time.process_time() - begin
        number = sum(((matrix @ (points[:, 0] - 2 * points[:, 1])) ** 2).sum()
                     for matrix, (points, _) in ((to, specimen), (back, common)))
        print(seconds, repr(float(number)), flush=True)


if __name__ == "__main__":
    main()
