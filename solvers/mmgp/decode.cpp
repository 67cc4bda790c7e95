#include <mercer/solvers/mmgp/decode.hpp>

namespace mercer::mmgp {
namespace {

double interpolated(const SparseMatrix& back, Index node, const std::vector<double>& values) {
  double sum = 0;
  for (std::size_t k = 0; k < back.column(node).size(); ++k)
    sum += back.value(node)[k] * values[static_cast<std::size_t>(back.column(node)[k])];
  return sum;
}

}  // namespace

FieldDecoder::FieldDecoder(const Basis& basis, std::vector<double> residual)
    : modes_(basis.count), mean_(basis.mean), residual_(std::move(residual)), by_node_(basis.modes.size()) {
  for (Index mode = 0; mode < modes_; ++mode)
    for (Index node = 0; node < basis.size(); ++node)
      by_node_[static_cast<std::size_t>(node * modes_ + mode)] =
          basis.modes[static_cast<std::size_t>(mode * basis.size() + node)];
}

void FieldDecoder::mode_values(const SparseMatrix& back, Index node, std::span<double> modes) const {
  std::fill(modes.begin(), modes.end(), 0.0);
  for (std::size_t k = 0; k < back.column(node).size(); ++k) {
    const double weight = back.value(node)[k];
    const double* row = by_node_.data() + Index{back.column(node)[k]} * modes_;
#pragma omp simd
    for (Index mode = 0; mode < modes_; ++mode) modes[static_cast<std::size_t>(mode)] += weight * row[mode];
  }
}

void FieldDecoder::mean(const SparseMatrix& back, const Eigen::VectorXd& coefficients, std::span<double> values) const {
  std::vector<double> modes(static_cast<std::size_t>(modes_));
  for (Index node = 0; node < back.rows(); ++node) {
    mode_values(back, node, modes);
    values[static_cast<std::size_t>(node)] =
        interpolated(back, node, mean_) + Eigen::Map<const Eigen::VectorXd>(modes.data(), modes_).dot(coefficients);
  }
}

void FieldDecoder::moments(const SparseMatrix& back, const Eigen::VectorXd& coefficients, const Eigen::VectorXd& spread,
                           std::span<double> values, std::span<double> variances) const {
  std::vector<double> modes(static_cast<std::size_t>(modes_));
  const Eigen::Map<const Eigen::VectorXd> here(modes.data(), modes_);
  for (Index node = 0; node < back.rows(); ++node) {
    mode_values(back, node, modes);
    values[static_cast<std::size_t>(node)] = interpolated(back, node, mean_) + here.dot(coefficients);
    variances[static_cast<std::size_t>(node)] = interpolated(back, node, residual_) + here.cwiseAbs2().dot(spread);
  }
}

}  // namespace mercer::mmgp
