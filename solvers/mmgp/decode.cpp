#include <mercer/solvers/mmgp/decode.hpp>

namespace mercer::mmgp {

FieldDecoder::FieldDecoder(const Basis& basis, const std::vector<double>& residual)
    : modes_(Eigen::Map<const Matrix>(basis.modes.data(), basis.size(), basis.count)),
      squares_(modes_.cwiseAbs2()),
      mean_(Eigen::Map<const Eigen::VectorXd>(basis.mean.data(), basis.size())),
      residual_(Eigen::Map<const Eigen::VectorXd>(residual.data(), std::ssize(residual))) {
  require(residual_.size() == mean_.size(), Fault::internal, "{} residuals came for {} nodes", residual_.size(),
          mean_.size());
}

Matrix FieldDecoder::values(const MatrixView& coefficients) const {
  Matrix fields = product(modes_, coefficients);
  fields.colwise() += mean_;
  return fields;
}

Matrix FieldDecoder::variances(const MatrixView& spread) const {
  Matrix fields = product(squares_, spread);
  fields.colwise() += residual_;
  return fields;
}

std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column) {
  std::vector<double> here(static_cast<std::size_t>(specimen.ways.back.rows()));
  specimen.ways.back.apply({values.col(column).data(), static_cast<std::size_t>(values.rows())}, here);
  return here;
}

}  // namespace mercer::mmgp
