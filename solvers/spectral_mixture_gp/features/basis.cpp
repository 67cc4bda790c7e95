// Series of orthonormal functions, and tables of Legendre polynomials to evaluate them.
#include <mercer/solvers/spectral_mixture_gp/features/basis.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

constexpr double dependent = 1e-14;  // length, of one at first, of what others do not express

/// Orthonormal series of one parity: the plain polynomials, then what the features add to them.
Matrix orthonormal_series(Index plain, Matrix features) {
  for (Index k = 0; k < features.cols(); ++k) features.col(k).normalize();
  const PivotedQr qr = pivoted_qr(features.bottomRows(features.rows() - plain), dependent);
  Matrix series = Matrix::Zero(features.rows(), plain + qr.q.cols());
  series.topLeftCorner(plain, plain).setIdentity();
  series.bottomRightCorner(features.rows() - plain, qr.q.cols()) = qr.q;
  return series;
}

Parities series_of(const std::vector<Band>& bands, double half, Index degrees) {
  require(!bands.empty() && bands[0].frequency == 0, Fault::internal, "the first band is that of plain polynomials");
  const Index plain = bands[0].degree + 1;
  std::vector<Parities> parts;
  Index columns = 0;
  for (std::size_t i = 1; i < bands.size(); ++i) {
    parts.push_back(feature_series(bands[i], half, degrees));
    columns += parts.back()[0].cols();
  }
  Parities series;
  for (const bool is_odd : {false, true}) {
    Matrix features(degrees_of(degrees, is_odd), columns);
    Index first = 0;
    for (const Parities& part : parts) {
      features.middleCols(first, part[is_odd].cols()) = part[is_odd];
      first += part[is_odd].cols();
    }
    series[is_odd] = orthonormal_series(degrees_of(plain, is_odd), std::move(features));
  }
  return series;
}

/// Whether points lie symmetrically about zero, so that half of them tell everything.
bool are_symmetric(const Eigen::VectorXd& t) { return t.size() > 1 && (t + t.reverse()).cwiseAbs().maxCoeff() < 4e-16; }

}  // namespace

Index gauss_nodes(std::span<const Band> bands, double half) {
  const Index degrees = degrees_for(bands, half);
  return degrees + degrees / 16 + 8;
}

Basis::Basis(const Interval& interval, std::vector<Band> bands)
    : Basis(interval, bands, gauss_legendre(gauss_nodes(bands, interval.half())), true) {}

Basis::Basis(const Interval& interval, std::vector<Band> bands, const Quadrature& samples)
    : Basis(interval, std::move(bands), samples, false) {}

Basis::Basis(const Interval& interval, std::vector<Band> bands, const Quadrature& rule, bool is_exact)
    : interval_(interval),
      bands_(std::move(bands)),
      degrees_(degrees_for(bands_, interval.half())),
      series_(series_of(bands_, interval.half(), degrees_)),
      is_exact_(is_exact) {
  for (const double t : rule.points) nodes_.push_back(interval.global(t));
  if (!is_exact) orthonormalise_at_nodes(rule);
  weighted_ = (interval.half() * rule.weights).asDiagonal() * evaluate(rule.points, 0).front();
}

void Basis::orthonormalise_at_nodes(const Quadrature& rule) {
  const Parities table = legendre_table(rule.points, degrees_);
  for (const bool is_odd : {false, true}) {
    const PivotedQr qr =
        pivoted_qr(rule.weights.cwiseSqrt().asDiagonal() * product(table[is_odd], series_[is_odd]), 1e-6);
    Matrix kept(series_[is_odd].rows(), qr.r.cols());
    for (Index k = 0; k < kept.cols(); ++k) kept.col(k) = series_[is_odd].col(qr.order[static_cast<std::size_t>(k)]);
    divide_by_triangle(kept, qr.r);
    series_[is_odd] = std::move(kept);
  }
}

/// From the series of a derivative to those of the next, with respect to the global coordinate; each block of functions
/// keeps its place, while its parity alternates.
void Basis::differentiate_series(Parities& series, int order) const {
  for (const bool is_odd : {false, true})
    series[is_odd] = differentiate(series[is_odd], is_odd != (order % 2 == 1), degrees_) / interval_.half();
}

std::vector<Matrix> Basis::evaluate(const Eigen::VectorXd& local, int most) const {
  const bool is_mirrored = are_symmetric(local);
  const Index n = local.size(), upper = is_mirrored ? (n + 1) / 2 : n;
  const Parities table = legendre_table(local.tail(upper), degrees_);
  Parities series = series_;
  std::vector<Matrix> all;
  for (int order = 0; order <= most; ++order) {
    if (order > 0) differentiate_series(series, order - 1);
    Matrix& values = all.emplace_back(n, size());
    for (const bool is_odd : {false, true}) {
      const bool flips = is_odd != (order % 2 == 1);
      auto block = values.middleCols(is_odd ? even() : 0, series[is_odd].cols());
      block.bottomRows(upper) = product(table[flips], series[is_odd]) / std::sqrt(interval_.half());
      if (is_mirrored)
        block.topRows(n - upper) = (flips ? -1.0 : 1.0) * block.bottomRows(n - upper).colwise().reverse();
    }
  }
  return all;
}

Eigen::VectorXd Basis::local(std::span<const double> points) const {
  Eigen::VectorXd t(static_cast<Index>(points.size()));
  for (std::size_t i = 0; i < points.size(); ++i) t[static_cast<Index>(i)] = interval_.local(points[i]);
  return t;
}

Matrix Basis::at_nodes(int order) const { return at(nodes_, order).back(); }

std::vector<Matrix> Basis::at(std::span<const double> points, int most) const { return evaluate(local(points), most); }

Matrix Basis::moments(int order) const {
  if (!is_exact_) return transposed_product(weighted_, at_nodes(order));
  Parities series = series_;
  for (int i = 0; i < order; ++i) differentiate_series(series, i);
  Matrix all = Matrix::Zero(size(), size());
  for (const bool is_odd : {false, true}) {
    const bool flips = is_odd != (order % 2 == 1);
    all.block(flips ? even() : 0, is_odd ? even() : 0, series_[flips].cols(), series[is_odd].cols()) =
        transposed_product(series_[flips], series[is_odd]);
  }
  return all;
}

Eigen::VectorXd Basis::combined_at(std::span<const double> points, const Eigen::VectorXd& coefficients,
                                   int order) const {
  const Parities table = legendre_table(local(points), degrees_);
  Eigen::VectorXd values = Eigen::VectorXd::Zero(static_cast<Index>(points.size()));
  for (const bool is_odd : {false, true}) {
    const Index first = is_odd ? even() : 0;
    Matrix one = series_[is_odd] * coefficients.segment(first, series_[is_odd].cols());
    bool parity = is_odd;
    for (int i = 0; i < order; ++i, parity = !parity) one = differentiate(one, parity, degrees_) / interval_.half();
    values += table[parity] * one.col(0);
  }
  return values / std::sqrt(interval_.half());
}

}  // namespace mercer::smgp
