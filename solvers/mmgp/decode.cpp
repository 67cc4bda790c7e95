#include <mercer/solvers/mmgp/decode.hpp>

namespace mercer::mmgp {

std::vector<double> at_nodes(const Specimen& specimen, const Matrix& values, Index column) {
  std::vector<double> here(static_cast<std::size_t>(specimen.ways.back.rows()));
  specimen.ways.back.apply({values.col(column).data(), static_cast<std::size_t>(values.rows())}, here);
  return here;
}

}  // namespace mercer::mmgp
