// Writes the datasets of plates that the tests of models on meshes learn from: good.h5, and bad.h5 with a sample that
// cannot be used, into the folder that is named.
#include "support/shape_data.hpp"

#include <mercer/parallel/session.hpp>

int main(int, char** words) {
  const mercer::Session session;
  const mercer::Comm comm;
  return mercer::run(comm, [&] {
    const std::filesystem::path folder = words[1];
    mercer::test::write_plates(comm, folder / "good.h5");
    mercer::test::write_plates(comm, folder / "bad.h5", [](mercer::Index number, mercer::MeshSample& sample) {
      if (number % 8 == 7) sample.scalars.erase("load");
    });
    return 0;
  });
}
