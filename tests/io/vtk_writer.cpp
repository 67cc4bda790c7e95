// Writes small files for ParaView: vtk_writer FOLDER makes line.hdf, square.hdf, cube.hdf, series.xdmf over series.h5,
// and samples.xdmf over the mesh dataset in samples.
#include "meshes/shown_samples.hpp"
#include "vtk_samples.hpp"
#include <mercer/parallel/session.hpp>

int main(int, char** arguments) {
  const mercer::Session session;
  const mercer::Comm comm;
  return mercer::run(comm, [&] {
    const std::filesystem::path folder = arguments[1];
    mercer::test::write_vtk_samples(comm, folder);
    if (comm.is_root()) std::filesystem::create_directory(folder / "samples");
    mercer::test::write_samples(comm, folder / "samples" / "all.h5");
    const mercer::MeshDataset dataset(comm, folder / "samples" / "all.h5");
    write_xdmf(comm, folder / "samples.xdmf", dataset, {0, 1, 2}, mercer::Unusable::refuse, mercer::Existing::replace);
    return 0;
  });
}
