#include <mercer/base/random.hpp>
#include <mercer/fft/embedding.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer {
namespace {

Range overlap(const Range& a, const Range& b) {
  const Index begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

/// Calls visit(entry, position) for each entry of a box in row-major order.
template <class F>
void for_each_position(const Box& box, const F& visit) {
  std::array<Index, 3> at{};
  const auto dimensions = static_cast<std::size_t>(box.dimensions);
  for (std::size_t axis = 0; axis < dimensions; ++axis) at[axis] = box.ranges[axis].begin;
  const Index count = box.count();
  for (Index entry = 0; entry < count; ++entry) {
    visit(entry, std::span<const Index>(at).first(dimensions));
    for (std::size_t axis = dimensions; axis-- > 0;) {
      if (++at[axis] < box.ranges[axis].end) break;
      at[axis] = box.ranges[axis].begin;
    }
  }
}

const Shape& checked(const Shape& grid, const Shape& torus) {
  bool fits = grid.dimensions() == torus.dimensions();
  for (int axis = 0; fits && axis < grid.dimensions(); ++axis) fits = torus[axis] >= grid[axis];
  require_agreed(fits, Fault::internal, "a torus of at least the points of the grid along each axis was expected");
  return torus;
}

}  // namespace

Index fast_size(Index size) noexcept {
  for (;; ++size) {
    Index rest = size;
    for (const Index factor : {2, 3, 5, 7})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return size;
  }
}

Shape CirculantEmbedding::exact_torus(const Shape& grid) {
  Shape torus = grid;
  for (int axis = 0; axis < grid.dimensions(); ++axis) torus[axis] = fast_size(2 * grid[axis] - 1);
  return torus;
}

CirculantEmbedding::CirculantEmbedding(const Comm& comm, const Shape& grid, const Shape& torus, const LagFunction& c)
    : comm_(&comm),
      grid_(grid),
      own_rows_(block(grid[0], comm.rank(), comm.size())),
      inner_(grid.count() / grid[0]),
      transform_(comm, checked(grid, torus), SpectrumSplit::second_axis) {
  plan_moves(comm);
  std::vector<double> column(static_cast<std::size_t>(owned_torus().count()));
  together(comm, [&] {
    std::array<Index, 3> lag{};
    for_each_position(owned_torus(), [&](Index entry, std::span<const Index> at) {
      for (std::size_t axis = 0; axis < at.size(); ++axis) {
        const Index size = torus[static_cast<int>(axis)];
        lag[axis] = 2 * at[axis] <= size ? at[axis] : at[axis] - size;
      }
      column[static_cast<std::size_t>(entry)] = c(std::span<const Index>(lag).first(at.size()));
    });
  });
  std::vector<Complex> spectrum(static_cast<std::size_t>(transform_.owned_spectrum().count()));
  transform_.forward(column, spectrum);
  // The real part is the spectrum of what is even in c. That differs from c at most half way round the torus, where a
  // lag is its own opposite along one axis only; no two points of the grid are so far apart.
  for (const Complex& value : spectrum) eigenvalues_.push_back(value.real());
}

/// Rows of the grid keep their places on the torus, whose rows are divided otherwise among the ranks.
void CirculantEmbedding::plan_moves(const Comm& comm) {
  const Range torus_rows = block(torus()[0], comm.rank(), comm.size());
  const auto add = [this](Moves& moves, const Range& rows) {
    moves.starts.push_back(moves.counts.empty() ? 0 : moves.starts.back() + moves.counts.back());
    moves.counts.push_back(narrow<int>(rows.count() * inner_));
  };
  for (int rank = 0; rank < comm.size(); ++rank) {
    add(from_grid_, overlap(own_rows_, block(torus()[0], rank, comm.size())));
    add(to_torus_, overlap(block(grid_[0], rank, comm.size()), torus_rows));
  }
}

/// Calls copy(place on this rank's slab of the torus, place among the grid's rows that came here, count) for each line
/// along the last axis.
template <class F>
void CirculantEmbedding::for_each_row(const F& copy) const {
  const Index last = grid_.back(), lines = grid_.dimensions() == 3 ? grid_[1] : 1;
  const Index torus_row = torus().count() / torus()[0];
  const Index rows = (Index{to_torus_.starts.back()} + to_torus_.counts.back()) / inner_;
  for (Index row = 0; row < rows; ++row)
    for (Index line = 0; line < lines; ++line)
      copy(row * torus_row + line * torus().back(), row * inner_ + line * last, last);
}

std::vector<std::complex<double>> CirculantEmbedding::spectrum_of(std::span<const double> x) const {
  std::vector<double> arrived(static_cast<std::size_t>(to_torus_.starts.back() + to_torus_.counts.back()));
  check_mpi(MPI_Alltoallv(x.data(), from_grid_.counts.data(), from_grid_.starts.data(), MPI_DOUBLE, arrived.data(),
                          to_torus_.counts.data(), to_torus_.starts.data(), MPI_DOUBLE, comm_->raw()));
  std::vector<double> padded(static_cast<std::size_t>(owned_torus().count()), 0.0);
  for_each_row([&](Index torus, Index grid, Index count) {
    std::copy_n(arrived.begin() + grid, count, padded.begin() + torus);
  });
  std::vector<Complex> spectrum(eigenvalues_.size());
  transform_.forward(padded, spectrum);
  return spectrum;
}

void CirculantEmbedding::crop(std::span<Complex> spectrum, std::span<double> y) const {
  std::vector<double> padded(static_cast<std::size_t>(owned_torus().count()));
  transform_.backward(spectrum, padded);
  std::vector<double> leaving(static_cast<std::size_t>(to_torus_.starts.back() + to_torus_.counts.back()));
  for_each_row([&](Index torus, Index grid, Index count) {
    std::copy_n(padded.begin() + torus, count, leaving.begin() + grid);
  });
  check_mpi(MPI_Alltoallv(leaving.data(), to_torus_.counts.data(), to_torus_.starts.data(), MPI_DOUBLE, y.data(),
                          from_grid_.counts.data(), from_grid_.starts.data(), MPI_DOUBLE, comm_->raw()));
}

void CirculantEmbedding::do_apply(std::span<const double> x, std::span<double> y) const {
  std::vector<Complex> spectrum = spectrum_of(x);
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= eigenvalues_[k];
  crop(spectrum, y);
}

double CirculantEmbedding::negative_share() const {
  // Each stored eigenvalue counts once or twice in the whole spectrum, by its column.
  const Box box = transform_.owned_spectrum();
  std::vector<double> negative, magnitude;
  for_each_position(box, [&](Index entry, std::span<const Index> at) {
    const double value = multiplicity(at.back(), torus().back()) * eigenvalues_[static_cast<std::size_t>(entry)];
    negative.push_back(std::max(-value, 0.0));
    magnitude.push_back(std::abs(value));
  });
  const double lost = reproducible_sum(*comm_, negative), all = reproducible_sum(*comm_, magnitude);
  return all > 0 ? lost / all : 0;
}

void CirculantEmbedding::draw(std::uint64_t seed, std::uint64_t stream, std::span<double> out) const {
  require(std::cmp_equal(out.size(), rows()), Fault::internal, "a draw at {} points got room for {}", rows(),
          out.size());
  const Random random(seed, stream);
  const Box box = owned_torus();
  const auto first = static_cast<std::uint64_t>(box.ranges[0].begin * (torus().count() / torus()[0]));
  std::vector<double> white(static_cast<std::size_t>(box.count()));
  for (std::size_t i = 0; i < white.size(); ++i) white[i] = random.normal(first + i);
  std::vector<Complex> spectrum(eigenvalues_.size());
  transform_.forward(white, spectrum);
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= std::sqrt(std::max(eigenvalues_[k], 0.0));
  crop(spectrum, out);
}

void CirculantEmbedding::add_gradient(std::span<const double> left, std::span<const double> right,
                                      std::span<double> column) const {
  std::vector<Complex> spectrum = spectrum_of(left);
  const std::vector<Complex> other = spectrum_of(right);
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] = (std::conj(spectrum[k]) * other[k]).real();
  std::vector<double> gradient(column.size());
  transform_.backward(spectrum, gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) column[i] += gradient[i];
}

}  // namespace mercer
