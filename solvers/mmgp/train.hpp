// Training of a mesh-morphing Gaussian process: from samples to all that is learnt.
#pragma once

#include <mercer/solvers/mmgp/batches.hpp>
#include <mercer/solvers/mmgp/learnt.hpp>

#include <memory>

namespace mercer::mmgp {

/// Training samples that can be used, and the mean places of their landmarks.
struct Lesson {
  Names names;
  std::vector<Index> places;  ///< in the dataset
  std::vector<double> fractions;
};

/// @collective Reads and checks the training samples, one after another. Throws Fault::data for those that cannot be
/// used unless they are to be left out.
Lesson read_lesson(const Context& context, const Settings& settings, const SampleSource& source,
                   const MeshDataset& dataset);

/// @collective Learns; the same bits on any number of ranks, but for the tolerance of the maps where ranks share one,
/// and for any `options.memory`. Each sample is whole on one rank; nodes of the common mesh are divided among the ranks
/// while bases are made. Samples that need more memory than that are read again for each pass over them, and what they
/// are on the common mesh is kept in files of `context.scratch`.
std::unique_ptr<Learnt> learn(const Context& context, const Settings& settings, const SampleSource& source,
                              const MeshDataset& dataset, Lesson lesson);

}  // namespace mercer::mmgp
