"""Opens the files of vtk_writer in ParaView and checks points, cells, range and times; to be run by pvbatch with their folder."""
import os
import sys

from paraview.simple import OpenDataFile

EXPECTED = {  # file: points, cells, range of u, times
    "line.hdf": (5, 4, (0, 4), 0),
    "square.hdf": (20, 12, (0, 34), 0),
    "cube.hdf": (60, 24, (0, 234), 0),
    "square.xdmf": (20, 12, (0, 34), 0),
    "series.xdmf": (60, 24, (2, 236), 3),
}


def found(path, times):
    reader = OpenDataFile(path)
    steps = list(reader.TimestepValues) if times else []
    reader.UpdatePipeline(steps[-1] if steps else 0.0)
    info = reader.GetDataInformation()
    field = reader.PointData.GetArray("u")
    return info.GetNumberOfPoints(), info.GetNumberOfCells(), tuple(field.GetRange()), len(steps)


def main(folder):
    wrong = 0
    for name, expected in EXPECTED.items():
        seen = found(os.path.join(folder, name), expected[3])
        print(name, seen, "as expected" if seen == expected else f"but expected {expected}")
        wrong += seen != expected
    sys.stdout.flush()
    sys.exit(1 if wrong else 0)


main(sys.argv[1])
