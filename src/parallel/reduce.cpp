// Sums folded on grids coarse enough that no addition rounds.
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace mercer {
namespace {

struct Survey {
  double peak = 0;     ///< largest finite magnitude
  double special = 0;  ///< sum of the terms that are not finite, else 0
};

/// Infinities and NaN travel as marks: a sum of them may have another sign or payload on another number of ranks.
template <class Term>
Survey survey(const Comm& comm, std::size_t count, const Term& term) {
  constexpr double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  double peak = 0, special = 0;
#pragma omp simd reduction(max : peak) reduction(+ : special)
  for (std::size_t i = 0; i < count; ++i) {
    const double size = std::abs(term(i));
    peak = std::max(peak, size <= std::numeric_limits<double>::max() ? size : 0.0);
    special += term(i) - term(i) == 0 ? 0.0 : term(i);
  }
  const auto mark = [](bool seen) { return seen ? 1.0 : 0.0; };
  std::array<double, 4> seen{peak, mark(std::isnan(special)), mark(special == infinity), mark(special == -infinity)};
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, seen.data(), 4, MPI_DOUBLE, MPI_MAX, comm.raw()));
  if (seen[1] + seen[2] * seen[3] > 0) return {seen[0], nan};
  return {seen[0], seen[2] > 0 ? infinity : seen[3] > 0 ? -infinity : 0.0};
}

/// Every term is split against three grids coarse enough that all additions on each are exact, so their order does not
/// matter.
template <class Term>
double folded_sum(const Comm& comm, std::size_t count, const Term& term) {
  const Survey seen = survey(comm, count, term);
  if (seen.special != 0) return seen.special;  // NaN compares unequal, too
  if (seen.peak == 0) return 0;
  const Index total = sum(comm, static_cast<Index>(count));
  const int bits = static_cast<int>(std::ceil(std::log2(static_cast<double>(total) + 2)));
  int top = 0;
  std::frexp(seen.peak, &top);
  const int lower = top + bits > 1000 ? top + bits - 1000 : 0;  // keeps the grids below the largest double
  const double scale = std::ldexp(1.0, -lower);
  top -= lower;
  const double grid0 = std::ldexp(1.5, top + bits + 1), grid1 = std::ldexp(1.5, top + 2 * bits - 51),
               grid2 = std::ldexp(1.5, top + 3 * bits - 103);
  double fold0 = 0, fold1 = 0, fold2 = 0;
#pragma omp simd reduction(+ : fold0, fold1, fold2)
  for (std::size_t i = 0; i < count; ++i) {
    const double value = term(i) * scale;
    const double high = (value + grid0) - grid0, rest = value - high;
    const double middle = (rest + grid1) - grid1;
    fold0 += high;
    fold1 += middle;
    fold2 += ((rest - middle) + grid2) - grid2;
  }
  const std::array<double, 3> mine{fold0, fold1, fold2};
  std::array<double, 3> folds{};
  check_mpi(MPI_Allreduce(mine.data(), folds.data(), 3, MPI_DOUBLE, MPI_SUM, comm.raw()));
  return std::ldexp(folds[0] + (folds[1] + folds[2]), lower);
}

}  // namespace

double reproducible_sum(const Comm& comm, std::span<const double> local) {
  return folded_sum(comm, local.size(), [&](std::size_t i) { return local[i]; });
}

double reproducible_dot(const Comm& comm, std::span<const double> x, std::span<const double> y) {
  require(x.size() == y.size(), Fault::internal, "a dot product of {} with {} entries", x.size(), y.size());
  return folded_sum(comm, x.size(), [&](std::size_t i) { return x[i] * y[i]; });
}

double reproducible_norm(const Comm& comm, std::span<const double> local) {
  const Survey seen = survey(comm, local.size(), [&](std::size_t i) { return std::abs(local[i]); });
  if (seen.special != 0) return seen.special;
  if (seen.peak == 0) return 0;
  int top = 0;
  std::frexp(seen.peak, &top);
  const double down = std::ldexp(1.0, -top / 2), more = std::ldexp(1.0, -(top - top / 2));
  const double square = folded_sum(comm, local.size(), [&](std::size_t i) {
    const double value = local[i] * down * more;
    return value * value;
  });
  return std::ldexp(std::sqrt(square), top);
}

template <class T>
void sum_in_rank_order(const Comm& comm, std::span<T> values) {
  if (comm.size() == 1) return;
  const auto total = static_cast<Index>(values.size());
  const Range mine = block(total, comm.rank(), comm.size());
  std::vector<int> counts, begins, arriving, places;
  for (int rank = 0; rank < comm.size(); ++rank) {
    const Range part = block(total, rank, comm.size());
    counts.push_back(narrow<int>(part.count()));
    begins.push_back(narrow<int>(part.begin));
    arriving.push_back(narrow<int>(mine.count()));
    places.push_back(narrow<int>(rank * mine.count()));
  }
  std::vector<T> terms(static_cast<std::size_t>(comm.size() * mine.count()));
  check_mpi(MPI_Alltoallv(values.data(), counts.data(), begins.data(), mpi_type<T>(), terms.data(), arriving.data(),
                          places.data(), mpi_type<T>(), comm.raw()));
  T* const sums = values.data() + mine.begin;
  std::copy_n(terms.begin(), mine.count(), sums);
  for (int rank = 1; rank < comm.size(); ++rank) {
    const T* const more = terms.data() + rank * mine.count();
#pragma omp simd
    for (Index i = 0; i < mine.count(); ++i) sums[i] += more[i];
  }
  check_mpi(MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values.data(), counts.data(), begins.data(),
                           mpi_type<T>(), comm.raw()));
}

Index entries_sent_in_sum(Index count, int rank, int ranks) noexcept {
  const Index own = block(count, rank, ranks).count();
  return count - own + own * (ranks - 1);  // terms of the others' parts, then the sums of its own to all of them
}

template void sum_in_rank_order(const Comm&, std::span<float>);
template void sum_in_rank_order(const Comm&, std::span<double>);

}  // namespace mercer
