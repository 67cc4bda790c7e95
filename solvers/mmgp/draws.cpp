#include <mercer/solvers/mmgp/draws.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::mmgp {
namespace {

/// A basis at the nodes of one sample, times the scale of its field.
struct BasisHere {
  Eigen::VectorXd mean;
  Matrix modes;  ///< [node, mode]
};

BasisHere at_nodes_of(const Specimen& specimen, const Basis& basis, double scale) {
  const Index nodes = specimen.ways.back.rows();
  BasisHere here{Eigen::VectorXd(nodes), Matrix(nodes, basis.count)};
  const auto size = static_cast<std::size_t>(nodes), common = basis.mean.size();
  specimen.ways.back.apply(basis.mean, {here.mean.data(), size});
  for (Index k = 0; k < basis.count; ++k)
    specimen.ways.back.apply(std::span(basis.modes).subspan(static_cast<std::size_t>(k) * common, common),
                             {here.modes.col(k).data(), size});
  here.mean *= scale;
  here.modes *= scale;
  return here;
}

/// Running mean and sum of squared gaps. Welford (1962).
struct Running {
  double mean = 0, squares = 0;
  Index count = 0;
  void add(double value) {
    const double step = value - mean;
    mean += step / static_cast<double>(++count);
    squares += step * (value - mean);
  }
};

}  // namespace

std::vector<Coefficients> by_field(const Regression::Prediction& all, std::span<const Basis> bases, Index samples) {
  std::vector<Coefficients> fields;
  for (Index at = 0; const Basis& basis : bases) {
    Coefficients field{Matrix(basis.count, samples), Matrix(basis.count, samples)};
    if (basis.count > 0) {
      field.mean = all.mean.middleCols(at, basis.count).transpose();
      field.variance = all.deviation.middleCols(at, basis.count).transpose().cwiseAbs2();
    }
    at += basis.count;
    fields.push_back(std::move(field));
  }
  return fields;
}

Random draws_of(const Specimen& specimen, const std::vector<std::string>& inputs, std::uint64_t seed) {
  return Random(seed, static_cast<std::uint64_t>(fingerprint(specimen.sample, inputs)));
}

std::vector<Drawn> drawn(std::span<const Functional> functionals, std::span<const Basis> bases,
                         std::span<const Coefficients> coefficients, Index sample, const Specimen& specimen,
                         std::span<const double> scales, Index draws, const Random& random) {
  constexpr Index together = 32;  // draws whose fields are held at once
  std::vector<BasisHere> here;
  for (std::size_t f = 0; f < bases.size(); ++f) here.push_back(at_nodes_of(specimen, bases[f], scales[f]));
  const auto nodes = static_cast<std::size_t>(specimen.ways.back.rows());
  std::vector<Running> all(functionals.size());
  std::vector<double> scratch(nodes);
  std::vector<Matrix> values(bases.size());
  std::uint64_t number = 0;
  for (Index first = 0; first < draws; first += together) {
    const Index count = std::min(together, draws - first);
    for (std::size_t f = 0; f < bases.size(); ++f) {
      Matrix a(bases[f].count, count);
      for (Index d = 0; d < count; ++d)
        for (Index k = 0; k < a.rows(); ++k)
          a(k, d) = coefficients[f].mean(k, sample) +
                    std::sqrt(coefficients[f].variance(k, sample)) * random.normal(number++);
      values[f] = product(here[f].modes, a);
      values[f].colwise() += here[f].mean;
    }
    for (Index d = 0; d < count; ++d) {
      std::vector<std::span<const double>> columns;
      for (const Matrix& field : values) columns.emplace_back(field.col(d).data(), nodes);
      for (std::size_t i = 0; i < functionals.size(); ++i) all[i].add(value_of(functionals[i], columns, scratch));
    }
  }
  std::vector<Drawn> moments;
  for (const Running& one : all) moments.push_back({one.mean, std::sqrt(one.squares / static_cast<double>(draws - 1))});
  return moments;
}

}  // namespace mercer::mmgp
