#include <mercer/linalg/reduced_basis.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/mmgp/share.hpp>

#include <algorithm>

namespace mercer::mmgp {
namespace {

/// The row of a sample, checked.
std::vector<double> row_of(std::size_t i, Index width, const RowOf& row) {
  std::vector<double> values = row(i);
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
  return {places, balanced(loads, comm.size())};
}

FailedSample refusal(const MeshDataset& dataset, Index place, const Error& error) {
  const std::string& id = dataset.index().samples[static_cast<std::size_t>(place)].id;
  const std::string said = error.what();
  return {place, error.fault(), said.find(id) == std::string::npos ? fmt::format("sample '{}': {}", id, said) : said};
}

void tell(const Context& context, const MeshDataset& dataset, BadSamples bad, const std::vector<FailedSample>& refused,
          Index tried) {
  Fault worst = Fault::numerics;
  for (const FailedSample& refusal : refused) {
    if (bad == BadSamples::left_out)
      context.log.warning("left out: {}", refusal.text);
    else
      context.log.error("{}", refusal.text);
    if (exit_code(refusal.fault) > exit_code(worst)) worst = refusal.fault;
  }
  require_agreed(refused.empty() || bad == BadSamples::left_out, worst,
                 "{} of {} samples of '{}' cannot be used; --skip-bad goes on without them", refused.size(), tried,
                 dataset.path().string());
  require_agreed(std::ssize(refused) < tried, Fault::data, "'{}' has no sample that can be used",
                 dataset.path().string());
}

std::vector<FailedSample> try_each(const Comm& comm, const MeshDataset& dataset, const Share& share,
                                   const std::function<void(Index place, std::size_t i)>& use) {
  std::vector<FailedSample> refused;
  together(comm, [&] {
    const std::vector<Index> numbers = share.numbers(comm.rank());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const Index place = share.places[static_cast<std::size_t>(numbers[i])];
      try {
        use(place, i);
      } catch (const Error& error) {
        if (!is_of_a_sample(error.fault())) throw;
        refused.push_back(refusal(dataset, place, error));
      }
    }
  });
  return failed_anywhere(comm, refused);
}

Tensor<double> divided_rows(const Comm& comm, const Share& share, Index width, const RowOf& row) {
  constexpr Index in_flight = 1 << 22;  // numbers that a rank sends at once
  const Index at_once = std::max<Index>(in_flight / std::max<Index>(width, 1), 1),
              mine = std::ssize(share.numbers(comm.rank()));
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
        const std::vector<double> values = row_of(static_cast<std::size_t>(i), width, row);
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
    const std::size_t mine = share.numbers(comm.rank()).size();
    for (std::size_t i = 0; i < mine; ++i) {
      const std::vector<double> values = row_of(i, width, row);
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
