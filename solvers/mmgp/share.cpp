#include <mercer/linalg/reduced_basis.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/share.hpp>

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

/// The row of a sample, checked.
std::vector<double> row_of(const Specimen& specimen, Index width, const RowOf& row) {
  std::vector<double> values = row(specimen);
  require(std::ssize(values) == width, Fault::internal, "a row of {} numbers came where {} were expected",
          values.size(), width);
  return values;
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

FailedSample refusal(const MeshDataset& dataset, Index place, const Error& error) {
  const std::string& id = dataset.index().samples[static_cast<std::size_t>(place)].id;
  const std::string said = error.what();
  return {place, error.fault(), said.find(id) == std::string::npos ? fmt::format("sample '{}': {}", id, said) : said};
}

void settle(const Context& context, const MeshDataset& dataset, BadSamples bad,
            const std::vector<FailedSample>& refused, Share& share) {
  const std::vector<FailedSample> all = failed_anywhere(context.comm, refused);
  tell(context, dataset, all, share.count(), bad);
  leave_out(all, context.comm.rank(), share);
  require_agreed(share.count() > 0, Fault::data, "'{}' has no sample that can be used", dataset.path().string());
}

void use_each(const Context& context, const MeshDataset& dataset, BadSamples bad, Share& share,
              const std::function<void(Index place, Specimen& specimen)>& use) {
  const Comm& comm = context.comm;
  std::vector<FailedSample> refused;
  together(comm, [&] {
    const std::vector<Index> numbers = share.numbers(comm.rank());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const Index place = share.places[static_cast<std::size_t>(numbers[i])];
      try {
        use(place, share.mine[i]);
      } catch (const Error& error) {
        if (!is_of_a_sample(error.fault())) throw;
        refused.push_back(refusal(dataset, place, error));
      }
    }
  });
  settle(context, dataset, bad, refused, share);
}

Tensor<double> divided_rows(const Comm& comm, const Share& share, Index width, const RowOf& row) {
  constexpr Index in_flight = 1 << 22;  // numbers that a rank sends at once
  const Index at_once = std::max<Index>(in_flight / std::max<Index>(width, 1), 1), mine = std::ssize(share.mine);
  const Index own = aligned_part(width, comm.rank(), comm.size()).count();
  const Index rounds = largest(comm, (mine + at_once - 1) / at_once);
  Tensor<double> rows({share.count(), own}, Rows::dense);
  std::vector<std::vector<Index>> numbers;
  for (int rank = 0; rank < comm.size(); ++rank) numbers.push_back(share.numbers(rank));
  for (Index first = 0; first < rounds * at_once; first += at_once) {
    const auto some = [&](Index count) { return Range{std::min(first, count), std::min(first + at_once, count)}; };
    std::vector<std::vector<double>> out(numbers.size());
    together(comm, [&] {
      for (Index i = some(mine).begin; i < some(mine).end; ++i) {
        const std::vector<double> values = row_of(share.mine[static_cast<std::size_t>(i)], width, row);
        for (int rank = 0; rank < comm.size(); ++rank) {
          const Range part = aligned_part(width, rank, comm.size());
          std::vector<double>& list = out[static_cast<std::size_t>(rank)];
          list.insert(list.end(), values.begin() + part.begin, values.begin() + part.end);
        }
      }
    });
    const std::vector<std::vector<double>> in = exchange_lists(comm, out);
    for (std::size_t rank = 0; rank < in.size(); ++rank) {
      const double* next = in[rank].data();
      const Range which = some(std::ssize(numbers[rank]));
      for (Index i = which.begin; i < which.end; ++i, next += own)
        std::copy_n(next, own, rows.data() + numbers[rank][static_cast<std::size_t>(i)] * own);
    }
  }
  return rows;
}

Tensor<double> rows_everywhere(const Comm& comm, const Share& share, Index width, const RowOf& row) {
  std::vector<double> own;
  together(comm, [&] {
    for (const Specimen& specimen : share.mine) {
      const std::vector<double> values = row_of(specimen, width, row);
      own.insert(own.end(), values.begin(), values.end());
    }
  });
  const std::vector<double> all = gather_everywhere(comm, own);
  Tensor<double> rows({share.count(), width}, Rows::dense);
  const double* next = all.data();
  for (int rank = 0; rank < comm.size(); ++rank)
    for (const Index number : share.numbers(rank)) {
      std::copy_n(next, width, rows.data() + number * width);
      next += width;
    }
  return rows;
}

}  // namespace mercer::mmgp
