// A mesh dataset for ParaView: XDMF that points into the file, one step a sample, without a copy of any array.
#pragma once

#include <mercer/io/publish.hpp>
#include <mercer/meshes/mesh_dataset.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace mercer {

enum class Unusable { refuse, leave_out };

/// What became of the samples that were to be shown, the same on all ranks.
struct ShownSamples {
  Index count = 0;
  std::vector<std::string> left_out;  ///< a sentence for each sample or field that is not shown
};

/// Whether the samples of a dataset lie in one HDF5 file of our layout, so that XDMF can point to them.
bool has_xdmf_layout(const MeshIndex& index);

/// @collective Writes the XDMF file `path` over the samples at `places`, ascending, of a dataset for which
/// `has_xdmf_layout`: meshes, fields on points and cells, standard deviations as "std:NAME", scalars and novelty as
/// numbers of the step. The time of a step is the place of its sample. Rank 0 looks at the shapes, not at the values,
/// and names the HDF5 file as it is seen from `path`. A sample whose arrays do not fit together, or of cells of several
/// kinds, throws Fault::data or is left out.
ShownSamples write_xdmf(const Comm& comm, const std::filesystem::path& path, const MeshDataset& dataset,
                        const std::vector<Index>& places, Unusable unusable, Existing existing);

}  // namespace mercer
