#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/share.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

/// @collective Tells of all that were refused; throws unless they are to be left out.
void tell(const Context& context, const MeshDataset& dataset, const std::vector<FailedSample>& all, Index of,
          BadSamples bad) {
  Fault worst = Fault::numerics;
  for (const FailedSample& refusal : all) {
    if (bad == BadSamples::left_out)
      context.log.warning("left out: {}", refusal.text);
    else
      context.log.error("{}", refusal.text);
    if (exit_code(refusal.fault) > exit_code(worst)) worst = refusal.fault;
  }
  require_agreed(all.empty() || bad == BadSamples::left_out, worst,
                 "{} of {} samples of '{}' cannot be used; --skip-bad goes on without them", all.size(), of,
                 dataset.path().string());
}

std::string named(const MeshDataset& dataset, Index place, const std::string& said) {
  const std::string& id = dataset.index().samples[static_cast<std::size_t>(place)].id;
  return said.find(id) == std::string::npos ? fmt::format("sample '{}': {}", id, said) : said;
}

/// Takes the samples away that were refused; `refused` is in the order of places.
void leave_out(const std::vector<FailedSample>& refused, int rank, Share& share) {
  const auto is_gone = [&](Index place) {
    return std::ranges::binary_search(refused, place, {}, &FailedSample::sample);
  };
  Share left;
  for (std::size_t i = 0, mine = 0; i < share.places.size(); ++i) {
    const bool is_mine = share.owners[i] == rank;
    if (!is_gone(share.places[i])) {
      left.places.push_back(share.places[i]);
      left.owners.push_back(share.owners[i]);
      if (is_mine) left.mine.push_back(std::move(share.mine[mine]));
    }
    mine += is_mine;
  }
  share = std::move(left);
}

/// @collective A row of each sample of this rank, one after another.
std::vector<double> own_rows(const Comm& comm, const Share& share, Index width, const RowOf& row) {
  std::vector<double> rows;
  together(comm, [&] {
    for (const Specimen& specimen : share.mine) {
      const std::vector<double> values = row(specimen);
      require(std::ssize(values) == width, Fault::internal, "a row of {} numbers came where {} were expected",
              values.size(), width);
      rows.insert(rows.end(), values.begin(), values.end());
    }
  });
  return rows;
}

/// Rows that came rank by rank, in the order of the samples.
Tensor<double> in_order(const Share& share, Index width, int ranks, const std::vector<std::vector<double>>& from) {
  Tensor<double> rows({share.count(), width}, Rows::dense);
  for (int rank = 0; rank < ranks; ++rank) {
    const double* next = from[static_cast<std::size_t>(rank)].data();
    for (const Index number : share.numbers(rank)) {
      std::copy_n(next, width, rows.data() + number * width);
      next += width;
    }
  }
  return rows;
}

}  // namespace

std::vector<Index> Share::numbers(int rank) const {
  std::vector<Index> found;
  for (std::size_t i = 0; i < owners.size(); ++i)
    if (owners[i] == rank) found.push_back(static_cast<Index>(i));
  return found;
}

Share shared_out(const Comm& comm, const MeshDataset& dataset, const std::vector<Index>& places) {
  std::vector<Index> loads;
  for (const Index place : places) loads.push_back(dataset.index().samples[static_cast<std::size_t>(place)].nodes);
  Share share{places, balanced(loads, comm.size()), {}};
  share.mine.resize(share.numbers(comm.rank()).size());
  return share;
}

void use_each(const Context& context, const MeshDataset& dataset, BadSamples bad, Share& share,
              const std::function<void(Index place, Specimen& specimen)>& use) {
  const Comm& comm = context.comm;
  std::vector<FailedSample> refusals;
  together(comm, [&] {
    const std::vector<Index> numbers = share.numbers(comm.rank());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const Index place = share.places[static_cast<std::size_t>(numbers[i])];
      try {
        use(place, share.mine[i]);
      } catch (const Error& error) {
        if (!is_of_a_sample(error.fault())) throw;
        refusals.push_back({place, error.fault(), named(dataset, place, error.what())});
      }
    }
  });
  const std::vector<FailedSample> all = failed_anywhere(comm, refusals);
  tell(context, dataset, all, share.count(), bad);
  leave_out(all, comm.rank(), share);
  require_agreed(share.count() > 0, Fault::data, "'{}' has no sample that can be used", dataset.path().string());
}

Tensor<double> rows_at(const Comm& comm, int to, const Share& share, Index width, const RowOf& row) {
  std::vector<std::vector<double>> out(static_cast<std::size_t>(comm.size()));
  out[static_cast<std::size_t>(to)] = own_rows(comm, share, width, row);
  const std::vector<std::vector<double>> in = exchange_lists(comm, out);
  return comm.rank() == to ? in_order(share, width, comm.size(), in) : Tensor<double>();
}

Tensor<double> rows_everywhere(const Comm& comm, const Share& share, Index width, const RowOf& row) {
  const std::vector<std::vector<double>> out(static_cast<std::size_t>(comm.size()), own_rows(comm, share, width, row));
  return in_order(share, width, comm.size(), exchange_lists(comm, out));
}

}  // namespace mercer::mmgp
