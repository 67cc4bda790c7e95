// What the folder problem_definitions of PLAID says: which samples teach and judge, and what is to be learnt from what.
#pragma once

#include <mercer/meshes/mesh_dataset.hpp>

namespace mercer {

/// Local. Adds the splits NAME_train and NAME_test of each definition NAME.yaml to an index that has the samples of the
/// folder `root`, their fields and scalars. One definition alone also says what `train` and `test` are, whatever
/// folders have these names, and what is to be learnt; of several this is left to the case. Of the features the last
/// word counts; those of meshes (coordinates, cells) are the shape itself. Throws Fault::data with the place in the
/// file for what is malformed, and for samples that are not there.
void add_definitions(const std::filesystem::path& root, MeshIndex& index);

}  // namespace mercer
