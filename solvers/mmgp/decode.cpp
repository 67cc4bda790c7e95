#include <mercer/solvers/mmgp/decode.hpp>

namespace mercer::mmgp {

namespace {

Eigen::Map<const Matrix> modes_of(const Basis& basis) { return {basis.modes.data(), basis.size(), basis.count}; }
Eigen::Map<const Eigen::VectorXd> column_of(const std::vector<double>& values) {
  return {values.data(), std::ssize(values)};
}

}  // namespace

Matrix values_of(const Basis& basis, const MatrixView& coefficients) {
  Matrix fields = product(modes_of(basis), coefficients);
  fields.colwise() += column_of(basis.mean);
  return fields;
}

FieldDecoder::FieldDecoder(const Basis& basis, const std::vector<double>& residual)
    : basis_(&basis), residual_(&residual), squares_(modes_of(basis).cwiseAbs2()) {
  require(residual.size() == basis.mean.size(), Fault::internal, "{} residuals came for {} nodes", residual.size(),
          basis.mean.size());
}

Matrix FieldDecoder::variances(const MatrixView& spread) const {
  Matrix fields = product(squares_, spread);
  fields.colwise() += column_of(*residual_);
  return fields;
}

std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column) {
  std::vector<double> here(static_cast<std::size_t>(specimen.ways.back.rows()));
  specimen.ways.back.apply({values.col(column).data(), static_cast<std::size_t>(values.rows())}, here);
  return here;
}

}  // namespace mercer::mmgp
