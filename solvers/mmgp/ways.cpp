#include <mercer/solvers/mmgp/ways.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

namespace mercer::mmgp {

void require_division(const Comm& comm, const Settings& settings) {
  const Division& division = settings.training;
  if (division.parallel == Parallel::samples) return;
  require_agreed(settings.options.map != Map::thin_plate, Fault::config,
                 "options.map: thin_plate is computed by one rank for each sample; choose another map, or "
                 "training.parallel: samples");
  RankGroups(comm, division.parallel, division.space_ranks);
}

void find_ways(const Context& context, const MeshDataset& dataset, BadSamples bad, const Division& division,
               const CommonMesh& common, Share& share) {
  if (division.parallel == Parallel::samples || common.is_curve()) {
    use_each(context, dataset, bad, share, [&](Index, Specimen& specimen) { specimen.ways = common.ways(specimen); });
    return;
  }
  const RankGroups groups(context.comm, division.parallel, division.space_ranks);
  const Comm& group = groups.space;
  std::vector<FailedSample> refused;
  std::size_t next = 0;
  for (std::size_t i = 0; i < share.owners.size(); ++i) {
    const int owner = share.owners[i] - groups.group * group.size();
    if (owner < 0 || owner >= group.size()) continue;
    Specimen* const specimen = owner == group.rank() ? &share.mine[next++] : nullptr;
    try {
      Ways ways = common.ways(group, owner, specimen);
      if (specimen) specimen->ways = std::move(ways);
    } catch (const Error& error) {  // of a sample only what all ranks of the group have found together
      if (!is_of_a_sample(error.fault())) throw;
      if (specimen) refused.push_back(refusal(dataset, share.places[i], error));
    }
  }
  settle(context, dataset, bad, refused, share);
}

}  // namespace mercer::mmgp
