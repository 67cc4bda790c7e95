// Sampling until resolved, and residuals with the size of every term.
#include <mercer/solvers/spectral_mixture_gp/features/observation.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr std::array<Index, 3> line_points{512, 256, 96};  // by number of axes
constexpr std::array<Index, 3> most_line_points{16384, 4096, 768};

double square_sum(const Array& values) {
  const double length = norm(values);
  return length * length;
}

/// Sums over all ranks, added in their order, so that all ranks see the same bits.
std::vector<double> ordered_sums(const Comm& comm, const std::vector<double>& mine) {
  const int count = narrow<int>(mine.size());
  std::vector<double> all(mine.size() * static_cast<std::size_t>(comm.size())), sums(mine.size());
  check_mpi(MPI_Allgather(mine.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, comm.raw()));
  for (std::size_t i = 0; i < all.size(); ++i) sums[i % sums.size()] += all[i];
  return sums;
}

}  // namespace

Observation::Observation(const Comm& comm, const Statement& statement, double threshold, double negligible)
    : comm_(comm), statement_(statement) {
  const auto kind = static_cast<std::size_t>(statement.dimensions() - 1);
  for (Index points = line_points[kind]; points <= most_line_points[kind]; points *= 2) {
    lines_ = make_lines(comm, statement, points);
    double largest_source = 0;
    for (const Lines& lines : lines_)
      for (const double value : lines.source.span()) largest_source = std::max(largest_source, std::abs(value));
    spectra_.clear();
    if (largest(comm, largest_source) <= negligible) {
      for (const Lines& lines : lines_) spectra_.push_back(sum_of_lines({}, lines.points(), lines.spacing));
      return;
    }
    for (const Lines& lines : lines_) spectra_.push_back(spectrum_along(comm, lines, lines.source));
    const bool is_resolved = std::none_of(spectra_.begin(), spectra_.end(),
                                          [&](const Spectrum& spectrum) { return may_be_folded(spectrum, threshold); });
    if (is_resolved || statement.samples) return;
  }
}

std::vector<Array> Observation::terms_on(const Lines& lines, const Level& level) const {
  std::vector<Orders> orders;
  for (const Term& term : statement_.terms) orders.push_back(term.orders);
  return evaluate(*level.space, *level.coefficients, lines.own, orders);
}

/// The residual along lines [points, lines], at the points by which `level` is judged.
Matrix Observation::seen(const Lines& lines, const Array& rest, const Level& level) const {
  const std::vector<double> values = along(rest, lines.axis);
  Matrix all = Eigen::Map<const Matrix>(values.data(), lines.points(),
                                        static_cast<Index>(values.size()) / std::max<Index>(lines.points(), 1));
  if (!statement_.samples || level.space->fitted() == Fitted::all) return all;
  const std::vector<Index> positions = left_out(statement_.samples->along(lines.axis), Fitted::most);
  return all(positions, Eigen::all);
}

/// `squares` grows by the sums of squares of the residual, the source, the reaction and each term, then by the numbers
/// of points of the residual and of the others.
Array Observation::residual_on(const Lines& lines, const Level& level, std::vector<double>& squares) const {
  std::vector<Array> terms = terms_on(lines, level);
  const bool counts = lines.all > 1 || comm_.is_root();  // a bundle that every rank holds counts once
  const auto note = [&](std::size_t part, const Array& values) { squares[part] += counts ? square_sum(values) : 0; };
  Array rest = copy(lines.source);
  note(1, lines.source);
  if (statement_.reaction) {
    std::vector<const Array*> fields;
    for (const Array& term : terms) fields.push_back(&term);
    const Array reaction = sample(statement_.reaction->value, lines.own, fields, "the nonlinear part");
    add(rest, -1, reaction);
    note(2, reaction);
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Term& term = statement_.terms[i];
    if (term.coefficient) {
      const Array factor = sample(term.coefficient, lines.own, "a coefficient");
      for (Index k = 0; k < factor.count(); ++k) terms[i].data()[k] *= factor.data()[k];
    } else {
      for (double& value : terms[i].span()) value *= term.constant;
    }
    add(rest, -1, terms[i]);
    note(3 + i, terms[i]);
  }
  if (counts) {
    const Matrix judged = seen(lines, rest, level);
    squares.front() += judged.squaredNorm();
    squares.end()[-2] += static_cast<double>(judged.size());
    squares.back() += static_cast<double>(rest.count());
  }
  return rest;
}

Residual Observation::residual(const Level& level) const {
  Residual residual;
  std::vector<double> squares(3 + statement_.terms.size() + 2);
  together(comm_, [&] {
    for (const Lines& lines : lines_) residual.values.push_back(residual_on(lines, level, squares));
  });
  squares = ordered_sums(comm_, squares);
  residual.root_mean_square = std::sqrt(squares.front() / squares.end()[-2]);
  const double scale = std::sqrt(*std::max_element(squares.begin() + 1, squares.end() - 2) / squares.back());
  residual.relative = scale > 0 ? residual.root_mean_square / scale : 0;
  return residual;
}

std::vector<Spectrum> Observation::residual_spectra(const Residual& residual) const {
  std::vector<Spectrum> spectra;
  for (std::size_t i = 0; i < lines_.size(); ++i)
    spectra.push_back(spectrum_along(comm_, lines_[i], residual.values[i]));
  return spectra;
}

}  // namespace mercer::smgp
