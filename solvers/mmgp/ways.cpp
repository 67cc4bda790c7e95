#include <mercer/base/text.hpp>
#include <mercer/solvers/mmgp/ways.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

/// @collective Names the samples that are not used as they came: repaired, or mapped in another way than the options
/// say.
void tell_changes(const Context& context, const Share& share) {
  constexpr std::size_t most_told = 5;
  std::vector<FailedSample> mine;
  const std::vector<Index> numbers = share.numbers(context.comm.rank());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Specimen& specimen = share.mine[i];
    std::vector<std::string> changes = specimen.repairs;
    if (!specimen.ways.replaced.empty()) changes.push_back(specimen.ways.replaced);
    if (changes.empty()) continue;
    mine.push_back({share.places[static_cast<std::size_t>(numbers[i])], Fault::data,
                    fmt::format("sample '{}': {}", specimen.sample.id, join(changes, "; "))});
  }
  const std::vector<FailedSample> all = failed_anywhere(context.comm, mine);
  for (std::size_t i = 0; i < std::min(all.size(), most_told); ++i) context.log.warning("{}", all[i].text);
  if (all.size() > most_told)
    context.log.warning("{} more samples were repaired, or mapped in another way than asked for",
                        all.size() - most_told);
}

}  // namespace

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
    tell_changes(context, share);
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
  tell_changes(context, share);
}

}  // namespace mercer::mmgp
