// Evaluation on the node grid, multiplication there, projection back.
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/grid_part.hpp>

#include <algorithm>
#include <numeric>

namespace mercer::smgp {
namespace {

int differentiated_axes(const Orders& orders) {
  return static_cast<int>(std::count_if(orders.begin(), orders.end(), [](int order) { return order > 0; }));
}

double mean(const Space& space, const Array& values) {
  return reproducible_sum(space.comm(), values.span()) / static_cast<double>(space.node_count());
}

bool is_unknown(const Term& term) { return differentiated_axes(term.orders) == 0; }

void multiply_entries(Array& product, const Array& factor) {
  for (Index i = 0; i < product.count(); ++i) product.data()[i] *= factor.data()[i];
}

}  // namespace

Splitting split(const Space& space, const Statement& statement) {
  Splitting splitting;
  splitting.operators.assign(static_cast<std::size_t>(space.dimensions()), AxisOperator{});
  splitting.is_separable = !statement.reaction;
  for (const Term& term : statement.terms) {
    Splitting::Rest rest{term.orders, {}};
    double constant = term.constant;
    if (term.coefficient) {
      together(space.comm(), [&] { rest.coefficient = sample(term.coefficient, space.own_nodes(), "a coefficient"); });
      constant = mean(space, rest.coefficient);
    }
    const bool is_mixed = differentiated_axes(term.orders) > 1;
    if (!is_mixed) {
      const auto axis =
          static_cast<std::size_t>(std::max_element(term.orders.begin(), term.orders.end()) - term.orders.begin());
      splitting.operators[axis][static_cast<std::size_t>(term.orders[axis])] += constant;
      for (Index i = 0; i < rest.coefficient.count(); ++i) rest.coefficient.data()[i] -= constant;
    } else if (!term.coefficient) {
      rest.coefficient = sample([&](auto, std::span<double> out) { std::fill(out.begin(), out.end(), constant); },
                                space.own_nodes(), "a coefficient");
    }
    splitting.is_separable = splitting.is_separable && !is_mixed && !term.coefficient;
    splitting.rest.push_back(std::move(rest));
  }
  return splitting;
}

GridPart::GridPart(const Space& space, const Statement& statement, const Splitting& splitting,
                   const SeparablePart& separable, const Array& lifted)
    : space_(space), statement_(statement), splitting_(splitting) {
  for (int axis = 0; axis < space.dimensions(); ++axis) {
    const std::vector<Matrix> at_nodes =
        space.basis(axis).at(space.own_nodes()[static_cast<std::size_t>(axis)], highest_order(statement, axis));
    std::array<Matrix, 3> derivatives;
    for (int order = 0; order <= highest_order(statement, axis); ++order)
      derivatives[static_cast<std::size_t>(order)] =
          product(at_nodes[static_cast<std::size_t>(order)], separable.embedding(axis));
    embedded_.push_back(std::move(derivatives));
    weighted_.push_back(product(space.weighted(axis), separable.embedding(axis)));
  }
  for (std::size_t term = 0; term < statement.terms.size(); ++term) {
    lifted_.emplace_back();
    if (!matters(term)) continue;
    const std::array<Orders, 1> orders{statement.terms[term].orders};
    lifted_.back() = std::move(smgp::evaluate(space, lifted, space.own_nodes(), orders).front());
  }
  slopes_.resize(statement.terms.size());
}

/// Whether the values of a term are needed on the grid at all.
bool GridPart::matters(std::size_t term) const {
  return splitting_.rest[term].coefficient.count() > 0 ||
         (statement_.reaction && statement_.reaction->slopes[term] != nullptr);
}

Array GridPart::evaluate(const Orders& orders, const Array& free) const {
  std::vector<MatrixView> matrices;
  for (std::size_t axis = 0; axis < embedded_.size(); ++axis)
    matrices.emplace_back(embedded_[axis][static_cast<std::size_t>(orders[axis])]);
  return contract_all(matrices, free);
}

Array GridPart::project(const Orders& orders, const Array& values) const {
  std::vector<MatrixView> matrices;
  for (std::size_t axis = 0; axis < embedded_.size(); ++axis)
    matrices.emplace_back(embedded_[axis][static_cast<std::size_t>(orders[axis])]);
  return contract_all(matrices, values, Transpose::yes);
}

std::vector<Array> GridPart::state(const Array& free) const {
  std::vector<Array> values(statement_.terms.size());
  for (std::size_t term = 0; term < values.size(); ++term) {
    if (!matters(term)) continue;
    values[term] = evaluate(statement_.terms[term].orders, free);
    add(values[term], 1, lifted_[term]);
  }
  return values;
}

namespace {

std::vector<const Array*> pointers(const std::vector<Array>& fields) {
  std::vector<const Array*> all;
  for (const Array& field : fields) all.push_back(field.count() > 0 ? &field : nullptr);
  return all;
}

}  // namespace

Array GridPart::value(const Array& free) const {
  std::vector<Array> values = state(free);
  Array sum;
  if (statement_.reaction)
    sum = sample(statement_.reaction->value, space_.own_nodes(), pointers(values), "the nonlinear part");
  for (std::size_t term = 0; term < values.size(); ++term) {
    if (splitting_.rest[term].coefficient.count() == 0) continue;
    multiply_entries(values[term], splitting_.rest[term].coefficient);
    if (sum.count() == 0)
      sum = std::move(values[term]);
    else
      add(sum, 1, values[term]);
  }
  return contract_all(std::vector<MatrixView>(weighted_.begin(), weighted_.end()), sum, Transpose::yes);
}

void GridPart::linearise(const Array& free) {
  shift_ = 0;
  const std::vector<Array> values = statement_.reaction ? state(free) : std::vector<Array>(slopes_.size());
  for (std::size_t term = 0; term < slopes_.size(); ++term) {
    const Array& coefficient = splitting_.rest[term].coefficient;
    slopes_[term] = coefficient.count() > 0 ? copy(coefficient) : Array();
    if (!statement_.reaction || !statement_.reaction->slopes[term]) continue;
    Array slope;
    together(space_.comm(), [&] {
      slope = sample(statement_.reaction->slopes[term], space_.own_nodes(), pointers(values),
                     "the slope of the nonlinear part");
    });
    if (is_unknown(statement_.terms[term])) {
      shift_ = mean(space_, slope);
      for (Index i = 0; i < slope.count(); ++i) slope.data()[i] -= shift_;
    }
    if (slopes_[term].count() > 0)
      add(slopes_[term], 1, slope);
    else
      slopes_[term] = std::move(slope);
  }
}

Array GridPart::apply(const Array& free) const {
  Array sum;
  for (std::size_t term = 0; term < slopes_.size(); ++term) {
    if (slopes_[term].count() == 0) continue;
    Array values = evaluate(statement_.terms[term].orders, free);
    multiply_entries(values, slopes_[term]);
    if (sum.count() == 0)
      sum = std::move(values);
    else
      add(sum, 1, values);
  }
  return contract_all(std::vector<MatrixView>(weighted_.begin(), weighted_.end()), sum, Transpose::yes);
}

Array GridPart::apply_adjoint(const Array& free) const {
  const Array moments = contract_all(std::vector<MatrixView>(weighted_.begin(), weighted_.end()), free);
  Array sum = dense(free.shape());
  for (std::size_t term = 0; term < slopes_.size(); ++term) {
    if (slopes_[term].count() == 0) continue;
    Array values = copy(moments);
    multiply_entries(values, slopes_[term]);
    add(sum, 1, project(statement_.terms[term].orders, values));
  }
  return sum;
}

}  // namespace mercer::smgp
