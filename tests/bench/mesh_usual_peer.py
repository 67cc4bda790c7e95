"""A specimen brought onto the common disk as scripts of the field usually do it: the general functions of numpy and scipy, one for each question, nothing tuned.

Asked and answering like mesh_peer.py, the tuned one, with the same steps; its meshes, landmarks and boundary angles are those of that script, as they take no time.
Where they differ: sets of pairs, rows made unique, boundary edges by membership, each condition counted on its own, sparse LU with its default ordering, the nearest of twelve triangles
by their centroids for points outside.
"""
import sys
import time

from mesh_peer import fractions, marked, read, require

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree


def areas(points, triangles):
    a, b = points[triangles[:, 1]] - points[triangles[:, 0]], points[triangles[:, 2]] - points[triangles[:, 0]]
    return 0.5 * np.cross(a, b)


def edges_of(triangles):
    return np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def pieces(edges, count):
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[0]


def check(points, triangles):
    count = len(points)
    require(np.isfinite(points).all(), "coordinates")
    require(triangles.min() >= 0 and triangles.max() < count, "indices")
    ordered = np.sort(triangles, axis=1)
    require(not (ordered[:, :-1] == ordered[:, 1:]).any(), "repeated nodes")
    require(len(np.setdiff1d(np.arange(count), triangles)) == 0, "unused nodes")
    size = np.ptp(points, axis=0).max()
    require(len(cKDTree(points).query_pairs(1e-9 * size)) == 0, "duplicate nodes")
    area = areas(points, triangles)
    require((np.abs(area) >= 1e-14 * size * size).all(), "area")
    require((area > 0).all(), "orientation")
    unique, holders = np.unique(np.sort(edges_of(triangles), axis=1), axis=0, return_counts=True)
    require(holders.max() <= 2, "edges of more than two triangles")
    boundary = unique[holders == 1]
    degree = np.bincount(boundary.ravel(), minlength=count)
    require(degree.max() <= 2, "boundary nodes")
    require(pieces(unique, count) == 1, "pieces")
    require(pieces(boundary, count) - (degree == 0).sum() == 1, "loops")
    require(count - len(unique) + len(triangles) == 1, "Euler number")
    around = np.bincount(unique.ravel(), minlength=count) - np.bincount(triangles.ravel(), minlength=count)
    require((around == degree // 2).all(), "fans")


def boundary_loop(triangles, count):
    edges = edges_of(triangles)
    forward, backward = edges[:, 0] * count + edges[:, 1], edges[:, 1] * count + edges[:, 0]
    boundary = edges[~np.isin(backward, forward)]
    following = -np.ones(count, int)
    following[boundary[:, 0]] = boundary[:, 1]
    loop = [boundary[0, 0]]
    while following[loop[-1]] != loop[0]:
        loop.append(following[loop[-1]])
    return np.array(loop)


def mapped(points, triangles, marks, parts):
    loop, length, corners = marks
    angle = 2 * np.pi * (np.interp(length[:-1], np.r_[length[corners], length[-1]], parts) + 0.625)
    places = np.zeros_like(points)
    places[loop] = np.column_stack([np.cos(angle), np.sin(angle)])
    rows, columns, values = [], [], []
    for a in range(3):
        i, j, k = triangles[:, a], triangles[:, (a + 1) % 3], triangles[:, (a + 2) % 3]
        u, v = points[j] - points[i], points[k] - points[i]
        p, q = np.linalg.norm(u, axis=1), np.linalg.norm(v, axis=1)
        half = np.abs(np.cross(u, v)) / (p * q + (u * v).sum(axis=1))
        rows += [i, i]
        columns += [j, k]
        values += [half / p, half / q]
    weights = sparse.csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
                                shape=(len(points), len(points)))
    matrix = sparse.csr_matrix(sparse.diags(np.asarray(weights.sum(axis=1)).ravel()) - weights)
    free = np.setdiff1d(np.arange(len(points)), loop)
    places[free] = splu(matrix[free][:, free].tocsc()).solve(-(matrix[free][:, loop] @ places[loop]))
    require((areas(places, triangles) > 0).all(), "folds")
    return places


class Locator:
    """Triangles in the buckets of a square grid that their boxes touch, and a tree of their centroids."""

    def __init__(self, points, triangles):
        self.points, self.triangles = points, triangles
        corners = points[triangles]
        self.origin, self.u, self.v = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        self.area = np.cross(self.u, self.v)
        self.tree = cKDTree(corners.mean(axis=1))
        self.across = max(1, int(np.sqrt(len(triangles) / 2)))
        self.low = points.min(axis=0)
        self.step = (points.max(axis=0) - self.low) / self.across
        low, high = self.bucket(corners.min(axis=1)), self.bucket(corners.max(axis=1))
        buckets, members = [], []
        for x in range((high - low)[:, 0].max() + 1):
            for y in range((high - low)[:, 1].max() + 1):
                there = np.where((low[:, 0] + x <= high[:, 0]) & (low[:, 1] + y <= high[:, 1]))[0]
                buckets.append((low[there, 0] + x) * self.across + low[there, 1] + y)
                members.append(there)
        buckets = np.concatenate(buckets)
        order = np.argsort(buckets, kind="stable")
        self.members = np.concatenate(members)[order]
        self.starts = np.searchsorted(buckets[order], np.arange(self.across ** 2 + 1))

    def bucket(self, points):
        return np.clip(((points - self.low) / self.step).astype(int), 0, self.across - 1)

    def interpolation(self, targets):
        at = self.bucket(targets) @ np.array([self.across, 1])
        count = self.starts[at + 1] - self.starts[at]
        best, triangle, values = np.full(len(targets), -np.inf), np.zeros(len(targets), int), np.zeros((len(targets), 3))
        for k in range(count.max()):
            open_ = np.where((count > k) & (best < -1e-12))[0]
            if len(open_) == 0:
                break
            tried = self.members[self.starts[at[open_]] + k]
            d = targets[open_] - self.origin[tried]
            second = np.cross(d, self.v[tried]) / self.area[tried]
            third = np.cross(self.u[tried], d) / self.area[tried]
            weights = np.column_stack([1 - second - third, second, third])
            better = weights.min(axis=1) > best[open_]
            hit = open_[better]
            best[hit], triangle[hit], values[hit] = weights.min(axis=1)[better], tried[better], weights[better]
        outside = np.where(best < -1e-10)[0]
        if len(outside):
            self.clamp(targets[outside], outside, triangle, values)
        rows = np.repeat(np.arange(len(targets)), 3)
        return sparse.csr_matrix((values.ravel(), (rows, self.triangles[triangle].ravel())),
                                 shape=(len(targets), len(self.points)))

    def clamp(self, points, outside, triangle, values):
        """The nearest place on the edges of the triangles whose centroids are nearest."""
        _, near = self.tree.query(points, k=min(12, len(self.triangles)))
        nearest = np.full(len(points), np.inf)
        for k in range(near.shape[1]):
            for a, b in ((0, 1), (1, 2), (2, 0)):
                begin, end = (self.points[self.triangles[near[:, k], c]] for c in (a, b))
                edge = end - begin
                part = np.clip(((points - begin) * edge).sum(axis=1) / (edge * edge).sum(axis=1), 0, 1)
                distance = np.linalg.norm(begin + part[:, None] * edge - points, axis=1)
                weights = np.zeros((len(points), 3))
                weights[:, a], weights[:, b] = 1 - part, part
                hit = distance < nearest
                nearest[hit], triangle[outside[hit]], values[outside[hit]] = distance[hit], near[hit, k], weights[hit]


def on_disk(points, triangles, parts):
    check(points, triangles)
    marks = marked(points, boundary_loop(triangles, len(points)))
    return mapped(points, triangles, marks, fractions(marks) if parts is None else parts)


def main():
    specimen, common = read(sys.argv[1])
    parts = fractions(marked(common[0], boundary_loop(common[1], len(common[0]))))
    common_places = on_disk(*common, None)
    in_common = Locator(common_places, common[1])
    print("ready", flush=True)
    for _ in sys.stdin:
        begin = time.process_time()
        places = on_disk(*specimen, parts)
        to, back = Locator(places, specimen[1]).interpolation(common_places), in_common.interpolation(places)
        seconds = time.process_time() - begin
        number = sum(((matrix @ (points[:, 0] - 2 * points[:, 1])) ** 2).sum()
                     for matrix, (points, _) in ((to, specimen), (back, common)))
        print(seconds, repr(float(number)), flush=True)


main()
