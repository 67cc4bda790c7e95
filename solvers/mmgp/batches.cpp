#include <mercer/base/text.hpp>
#include <mercer/solvers/mmgp/batches.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

/// What a sample takes: coordinates, fields, their places in the file and on the common mesh, cells, and both ways.
double bytes_of(const MeshIndex& index, Index place, Index common) {
  constexpr double a_row = 3 * (sizeof(double) + sizeof(Local)) + sizeof(Index);  // of a way
  const MeshEntry& entry = index.samples[static_cast<std::size_t>(place)];
  const double numbers = 4 + 3 * static_cast<double>(index.fields.size());  // there, predicted, and their deviations
  return static_cast<double>(entry.nodes) * (8 * numbers + a_row) + 24 * static_cast<double>(entry.cells) +
         static_cast<double>(common) * (a_row + 2 * sizeof(double));
}

/// What was done to a sample, and is to be told of; empty for nothing.
std::string changes_of(const Specimen& specimen) {
  std::vector<std::string> changes = specimen.repairs;
  if (!specimen.ways.replaced.empty()) changes.push_back(specimen.ways.replaced);
  return changes.empty() ? "" : fmt::format("sample '{}': {}", specimen.sample.id, join(changes, "; "));
}

/// @collective
void tell_changes(const Context& context, const std::vector<FailedSample>& mine) {
  constexpr std::size_t most_told = 5;
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
  require_agreed(!is_radial(settings.options.map), Fault::config,
                 "options.map: thin_plate and compact are computed by one rank for each sample; choose another map, or "
                 "training.parallel: samples");
  RankGroups(comm, division.parallel, division.space_ranks);
}

std::vector<Range> batches(const MeshDataset& dataset, const std::vector<Index>& places, Index common, int ranks,
                           const BatchLimits& limits) {
  std::vector<Range> parts;
  const double memory = limits.memory * ranks;
  double bytes = 0;
  for (Index i = 0; i < std::ssize(places); ++i) {
    const double more = limits.extra + bytes_of(dataset.index(), places[static_cast<std::size_t>(i)], common);
    const Index count = parts.empty() ? 0 : parts.back().count();
    const bool is_full = count >= ranks && (bytes + more > memory || count / ranks >= limits.most);
    if (parts.empty() || is_full) {
      parts.push_back({i, i});
      bytes = 0;
    }
    parts.back().end = i + 1;
    bytes += more;
  }
  return parts;
}

Mapper::Mapper(const Context& context, const MeshDataset& dataset, const Settings& settings, const CommonMesh& common)
    : context_(context), dataset_(dataset), settings_(settings), common_(common) {
  const Division& division = settings.training;
  if (division.parallel != Parallel::samples && !common.is_curve())
    groups_.emplace(context.comm, division.parallel, division.space_ranks);
}

Batch Mapper::mapped(const std::vector<Index>& places, const std::vector<std::string>& scalars) {
  const Comm& comm = context_.comm;
  Batch batch{shared_out(comm, dataset_, places), {}};
  batch.mine.resize(batch.share.numbers(comm.rank()).size());
  leave_out(try_each(comm, dataset_, batch.share,
                     [&](Index place, std::size_t i) {
                       batch.mine[i] = read_specimen(dataset_, place, settings_.options);
                       scalars_of(batch.mine[i].sample, scalars);
                     }),
            batch);
  leave_out(groups_ ? find_ways_together(batch) : find_ways(batch), batch);
  const std::vector<Index> numbers = batch.share.numbers(comm.rank());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    if (std::string told = changes_of(batch.mine[i]); !told.empty())
      my_changes_.push_back({batch.share.places[static_cast<std::size_t>(numbers[i])], Fault::data, std::move(told)});
  return batch;
}

void Mapper::leave_out(const std::vector<FailedSample>& refused, Batch& batch) {
  mmgp::leave_out(refused, context_.comm.rank(), batch.share, batch.mine);
  refused_.insert(refused_.end(), refused.begin(), refused.end());
}

std::vector<FailedSample> Mapper::find_ways(Batch& batch) {
  return try_each(context_.comm, dataset_, batch.share,
                  [&](Index, std::size_t i) { batch.mine[i].ways = common_.ways(batch.mine[i]); });
}

std::vector<FailedSample> Mapper::find_ways_together(Batch& batch) {
  const Comm& group = groups_->space;
  const Share& share = batch.share;
  std::vector<FailedSample> refused;
  std::size_t next = 0;
  for (std::size_t i = 0; i < share.owners.size(); ++i) {
    const int owner = share.owners[i] - groups_->group * group.size();
    if (owner < 0 || owner >= group.size()) continue;
    Specimen* const specimen = owner == group.rank() ? &batch.mine[next++] : nullptr;
    try {
      Ways ways = common_.ways(group, owner, specimen);
      if (specimen) specimen->ways = std::move(ways);
    } catch (const Error& error) {  // of a sample only what all ranks of the group have found together
      if (!is_of_a_sample(error.fault())) throw;
      if (specimen) refused.push_back(refusal(dataset_, share.places[i], error));
    }
  }
  return failed_anywhere(context_.comm, refused);
}

void Mapper::finish(BadSamples bad, Index tried) {
  std::ranges::sort(refused_, {}, &FailedSample::sample);
  tell(context_, dataset_, bad, refused_, tried);
  tell_changes(context_, my_changes_);
}

}  // namespace mercer::mmgp
