// Terms become numbers an axis, functions become matrices of values at the nodes.
#include <mercer/solvers/spectral_mixture_gp/backends/grid_statement.hpp>

#include <algorithm>

namespace mercer::smgp {
namespace {

constexpr Orders none{};

bool is_mixed(const Orders& orders) {
  return std::count_if(orders.begin(), orders.end(), [](int order) { return order > 0; }) > 1;
}

/// So many points along each axis.
Shape cube(const Statement& statement, Index nodes) { return Shape(std::vector<Index>(statement.axes.size(), nodes)); }

/// Row-major values of a tensor grid as a matrix [axis 0, axis 1].
Matrix matrix_of(const Array& values) {
  const Index columns = values.shape().dimensions() == 2 ? values.shape()[1] : 1;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const RowMajor>(values.data(), values.shape()[0], columns);
}

std::vector<Face> faces_of(const Statement& statement, const Coordinates& grid) {
  std::vector<Face> faces;
  for (std::size_t axis = 0; axis < grid.size(); ++axis)
    for (const std::size_t end : {0U, 1U}) {
      const Side& side = statement.axes[axis].sides[end];
      if (side.kind != Side::Kind::value) continue;
      Coordinates on_face = grid;
      on_face[axis] = {end == 0 ? grid[axis].front() : grid[axis].back()};
      const Array values = sample(side.data, on_face, "a boundary value");
      faces.push_back({static_cast<int>(axis), end == 0 ? Face::End::begin : Face::End::end,
                       Eigen::Map<const Eigen::VectorXd>(values.data(), values.count())});
    }
  return faces;
}

/// The nonlinear part, which depends on place and unknown.
class GridReaction {
 public:
  GridReaction(const Statement& statement, const Coordinates& grid) : reaction_(*statement.reaction) {
    for (const Term& term : statement.terms) is_unknown_.push_back(term.orders == none);
    const std::size_t columns = grid.size() == 2 ? grid[1].size() : 1;
    places_.resize(grid.size());
    for (std::size_t j = 0; j < columns; ++j)  // in the order of a matrix in memory
      for (const double x : grid[0]) {
        places_[0].push_back(x);
        if (grid.size() == 2) places_[1].push_back(grid[1][j]);
      }
  }

  void operator()(const Matrix& u, Matrix& value, Matrix& slope) const {
    static constexpr double zero = 0;
    const auto count = static_cast<std::size_t>(u.size());
    std::vector<std::span<const double>> columns(places_.begin(), places_.end());
    for (const bool is_unknown : is_unknown_)
      columns.push_back(is_unknown ? std::span(u.data(), count) : std::span(&zero, 1));
    value.resizeLike(u);
    slope.setZero(u.rows(), u.cols());
    reaction_.value(columns, {value.data(), count});
    for (std::size_t i = 0; i < is_unknown_.size(); ++i)
      if (reaction_.slopes[i]) reaction_.slopes[i](columns, {slope.data(), count});
  }

 private:
  Reaction reaction_;
  std::vector<bool> is_unknown_;
  std::vector<std::vector<double>> places_;
};

}  // namespace

void check_grid_statement(const Statement& statement) {
  const char* const features = "; options.backend: features takes it";
  require(statement.dimensions() <= 2, Fault::config, "this backend takes one or two axes, not {}{}",
          statement.dimensions(), features);
  for (const AxisStatement& axis : statement.axes)
    for (const Side& side : axis.sides)
      require(side.kind == Side::Kind::value || side.kind == Side::Kind::free, Fault::config,
              "this backend takes values on faces, no derivatives and no periodic ones{}", features);
  for (std::size_t i = 0; i < statement.terms.size(); ++i) {
    const Term& term = statement.terms[i];
    require(!term.coefficient, Fault::config, "this backend takes constant coefficients only{}", features);
    require(!is_mixed(term.orders), Fault::config, "this backend takes no mixed derivatives{}", features);
    require(!statement.reaction || !statement.reaction->slopes[i] || term.orders == none, Fault::config,
            "in this backend the nonlinear part may depend on u only, not on its derivatives{}", features);
  }
}

GridProblem grid_problem(const Statement& statement, Index nodes) {
  check_grid_statement(statement);
  GridProblem problem;
  problem.axes = uniform_grid(statement, statement.samples ? statement.samples->shape : cube(statement, nodes));
  problem.derivatives.resize(problem.axes.size());
  for (const Term& term : statement.terms) {
    if (term.orders == none) problem.linear += term.constant;
    for (std::size_t axis = 0; axis < problem.axes.size(); ++axis) {
      if (term.orders[axis] == 1) problem.derivatives[axis].first += term.constant;
      if (term.orders[axis] == 2) problem.derivatives[axis].second += term.constant;
    }
  }
  if (statement.reaction) problem.reaction = GridReaction(statement, problem.axes);
  problem.source = matrix_of(statement.samples ? copy(statement.samples->values)
                                               : sample(statement.source, problem.axes, "the source"));
  problem.faces = faces_of(statement, problem.axes);
  return problem;
}

}  // namespace mercer::smgp
