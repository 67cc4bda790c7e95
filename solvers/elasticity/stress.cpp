#include <mercer/solvers/elasticity/stress.hpp>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace mercer::elasticity {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

constexpr Index components = 6;

/// Monomials up to degree `order` at `x` [dimension].
Eigen::RowVectorXd monomials(int order, const Eigen::VectorXd& x) {
  const Index d = x.size(), linear = d + 1;
  Eigen::RowVectorXd terms(order == 1 ? linear : linear + d * (d + 1) / 2);
  terms[0] = 1;
  terms.segment(1, d) = x.transpose();
  Index term = linear;
  for (Index i = 0; order == 2 && i < d; ++i)
    for (Index j = 0; j <= i; ++j) terms[term++] = x[i] * x[j];
  return terms;
}

// How much a node's polynomial is worth to others and itself; 0 where it has none.
constexpr double of_boundary = 1, of_inside = 2;

class Recovery {
 public:
  Recovery(const Discretisation& on, std::span<const double> u)
      : on_(on), order_(on.space().order), d_(on.space().dimension), nodes_(on.mesh().owned.count()) {
    sample(u);
    list_cells_around();
    mark_boundary();
    const Index terms = monomials(order_, Eigen::VectorXd::Zero(d_)).size();
    // A row is the worth, the length scale, the plain mean, and the polynomial, term by term.
    fits_ = Tensor<double>({std::ssize(on.mesh().number), 2 + components * (1 + terms)}, Rows::dense);
    for (Index node = 0; node < nodes_; ++node) fit(node);
  }

  Tensor<double>& fits() { return fits_; }

  /// Once the ghosts have their fits.
  Tensor<double> stresses() const {
    Tensor<double> result({nodes_, components}, Rows::dense);
    for (Index node = 0; node < nodes_; ++node) {
      Eigen::VectorXd stress = fits_(node, 0) == of_inside ? polynomial(node, node) : from_neighbours(node);
      std::copy_n(stress.data(), components, &result(node, 0));
    }
    return result;
  }

 private:
  void sample(std::span<const double> u) {
    const Quadrature rule = quadrature(d_, order_ == 1 ? 1 : 2);
    per_cell_ = std::ssize(rule.points);
    const Index cells = on_.mesh().local.cells.count();
    points_ = Tensor<double>({cells * per_cell_, d_}, Rows::dense);
    values_ = Tensor<double>({cells * per_cell_, components}, Rows::dense);
    for (Index cell = 0, row = 0; cell < cells; ++cell) {
      const Simplex simplex = on_.simplex(cell);
      sizes_.push_back(simplex.size());
      for (const Barycentric& point : rule.points) {
        const Eigen::Vector3d x = simplex.point(point);
        const Lame lame = on_.lame(x);
        auto stress = stress_of(on_.displacement_gradient(cell, simplex, point, u), lame);
        if (on_.body().model == Model::plane_stress) stress[2] = 0;
        std::copy_n(x.data(), d_, &points_(row, 0));
        std::ranges::copy(stress, &values_(row++, 0));
      }
    }
  }

  void list_cells_around() {
    const Tensor<Index>& cells = on_.mesh().local.cells.nodes;
    around_.resize(at(nodes_));
    for (Index cell = 0; cell < on_.mesh().local.cells.count(); ++cell)
      for (Index k = 0; k <= d_; ++k)
        if (cells(cell, k) < nodes_) around_[at(cells(cell, k))].push_back(cell);
  }

  void mark_boundary() {
    on_boundary_.assign(on_.mesh().number.size(), 0);
    for (const Facet& facet : on_.mesh().facets)
      if (facet.cells == 1)
        for (const Local node : facet.nodes)
          if (node >= 0) on_boundary_[at(node)] = 1;
  }

  Eigen::VectorXd offset(Index from, View<const double> points, Index to) const {
    Eigen::VectorXd x(d_);
    for (Index axis = 0; axis < d_; ++axis) x[axis] = points(to, axis) - on_.mesh().local.points(from, axis);
    return x;
  }

  void fit(Index node) {
    const std::vector<Index>& cells = around_[at(node)];
    if (cells.empty()) return;
    const Index samples = std::ssize(cells) * per_cell_, terms = fits_.shape()[1] / components - 1;
    double scale = 0;
    for (const Index cell : cells)
      for (Index q = 0; q < per_cell_; ++q)
        scale = std::max(scale, offset(node, points_.view(), cell * per_cell_ + q).norm());
    Eigen::MatrixXd basis(samples, terms), values(samples, components);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(components);
    double weight = 0;
    Index row = 0;
    for (const Index cell : cells)
      for (Index q = 0; q < per_cell_; ++q, ++row) {
        const Index sample = cell * per_cell_ + q;
        basis.row(row) = monomials(order_, offset(node, points_.view(), sample) / scale);
        for (Index c = 0; c < components; ++c) values(row, c) = values_(sample, c);
        mean += sizes_[at(cell)] * values.row(row).transpose();
        weight += sizes_[at(cell)];
      }
    fits_(node, 1) = scale;
    for (Index c = 0; c < components; ++c) fits_(node, 2 + c) = mean[c] / weight;
    if (samples < terms) return;
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors(basis);
    factors.setThreshold(1e-4);
    if (factors.rank() < terms) return;
    fits_(node, 0) = on_boundary_[at(node)] != 0 ? of_boundary : of_inside;
    const Eigen::MatrixXd coefficients = factors.solve(values);
    for (Index term = 0; term < terms; ++term)
      for (Index c = 0; c < components; ++c) fits_(node, 2 + components * (1 + term) + c) = coefficients(term, c);
  }

  /// The polynomial of a node at another one.
  Eigen::VectorXd polynomial(Index of, Index place) const {
    const Eigen::RowVectorXd terms =
        monomials(order_, offset(of, on_.mesh().local.points.view(), place) / fits_(of, 1));
    const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, components, Eigen::RowMajor>> coefficients(
        &fits_(of, 2 + components), terms.size(), components);
    return (terms * coefficients).transpose();
  }

  Eigen::VectorXd from_neighbours(Index node) const {
    std::vector<Index> inside;
    for (const Index cell : around_[at(node)])
      for (Index k = 0; k <= d_; ++k)
        if (const Index other = on_.mesh().local.cells.nodes(cell, k); fits_(other, 0) == of_inside)
          inside.push_back(other);
    std::ranges::sort(inside);
    inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(components);
    for (const Index other : inside) sum += polynomial(other, node);
    if (!inside.empty()) return sum / static_cast<double>(inside.size());
    if (fits_(node, 0) == of_boundary) return polynomial(node, node);
    return Eigen::Map<const Eigen::VectorXd>(&fits_(node, 2), components);
  }

  const Discretisation& on_;
  int order_;
  Index d_, nodes_, per_cell_ = 1;
  Tensor<double> points_, values_, fits_;
  std::vector<double> sizes_;
  std::vector<std::vector<Index>> around_;
  std::vector<char> on_boundary_;
};

}  // namespace

Tensor<double> recovered_stress(const Comm& comm, const Discretisation& on, std::span<const double> u) {
  std::optional<Recovery> recovery;
  together(comm, [&] { recovery.emplace(on, u); });
  fill_ghosts(comm, on.mesh(), recovery->fits().view());
  return recovery->stresses();
}

}  // namespace mercer::elasticity
