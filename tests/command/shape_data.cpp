// Writes the datasets of plates that the tests of models on meshes learn from into the folder that is named: good.h5,
// bad.h5 with samples that cannot be used, and turned.h5 with one that is to be repaired.
#include "support/shape_data.hpp"

#include <mercer/parallel/session.hpp>

#include <utility>

int main(int, char** words) {
  const mercer::Session session;
  const mercer::Comm comm;
  return mercer::run(comm, [&] {
    const std::filesystem::path folder = words[1];
    mercer::test::write_plates(comm, folder / "good.h5");
    mercer::test::write_plates(comm, folder / "bad.h5", [](mercer::Index number, mercer::MeshSample& sample) {
      if (number % 8 == 7) sample.scalars.erase("load");
    });
    mercer::test::write_plates(comm, folder / "turned.h5", [](mercer::Index number, mercer::MeshSample& sample) {
      if (number == 3) std::swap(sample.mesh.cells.nodes(5, 0), sample.mesh.cells.nodes(5, 1));
    });
    return 0;
  });
}
