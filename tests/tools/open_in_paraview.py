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
    "samples.xdmf": (25, 32, (0.5, 24.5), 3),
}
SAMPLES = [(9, 8), (16, 18), (25, 32)]  # points and cells of each step


def found(path, times):
    reader = OpenDataFile(path)
    steps = list(reader.TimestepValues) if times else []
    reader.UpdatePipeline(steps[-1] if steps else 0.0)
    info = reader.GetDataInformation()
    field = reader.PointData.GetArray("u")
    return info.GetNumberOfPoints(), info.GetNumberOfCells(), tuple(field.GetRange()), len(steps)


def samples_found(path):
    """Points and cells of each step, when all arrays of a sample are there with their numbers of components."""
    reader = OpenDataFile(path)
    seen = []
    for time in reader.TimestepValues:
        reader.UpdatePipeline(time)
        info = reader.GetDataInformation()
        components = {array.Name: array.GetNumberOfComponents() for array in reader.PointData}
        cells = {array.Name: array.GetNumberOfComponents() for array in reader.CellData}
        numbers = reader.FieldData.GetArray("load").GetRange()
        if (components, cells) == ({"u": 1, "std:u": 1, "stress": 4}, {"q": 2}) and numbers == (40 + time, 40 + time):
            seen.append((info.GetNumberOfPoints(), info.GetNumberOfCells()))
    return seen


def main(folder):
    wrong = samples_found(os.path.join(folder, "samples.xdmf")) != SAMPLES
    print("samples.xdmf", "differs" if wrong else "as expected")
    for name, expected in EXPECTED.items():
        seen = found(os.path.join(folder, name), expected[3])
        print(name, seen, "as expected" if seen == expected else f"but expected {expected}")
        wrong += seen != expected
    sys.stdout.flush()
    sys.exit(1 if wrong else 0)


main(sys.argv[1])
