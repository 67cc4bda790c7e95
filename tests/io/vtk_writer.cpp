// Writes small files for ParaView: vtk_writer FOLDER makes line.hdf, square.hdf, cube.hdf and series.xdmf over
// series.h5.
#include "vtk_samples.hpp"
#include <mercer/parallel/session.hpp>

int main(int, char** arguments) {
  const mercer::Session session;
  const mercer::Comm comm;
  return mercer::run(comm, [&] {
    mercer::test::write_vtk_samples(comm, arguments[1]);
    return 0;
  });
}
