#include <mercer/parallel/exchange.hpp>

namespace mercer {

ElementType::ElementType(std::size_t bytes) {
  check_mpi(MPI_Type_contiguous(narrow<int>(bytes), MPI_BYTE, &type_));
  check_mpi(MPI_Type_commit(&type_));
}

}  // namespace mercer
