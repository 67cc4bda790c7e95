// Callbacks of the shell matrix, and vectors of PETSc around memory of the caller.
#include <mercer/linalg/petsc_bridge.hpp>

namespace mercer {
namespace {

class ReadArray {
 public:
  explicit ReadArray(Vec vector) : vector_(vector) {
    check_petsc(VecGetLocalSize(vector, &size_));
    check_petsc(VecGetArrayRead(vector, &data_));
  }
  ~ReadArray() { VecRestoreArrayRead(vector_, &data_); }
  ReadArray(const ReadArray&) = delete;
  std::span<const double> span() const noexcept { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vector_;
  PetscInt size_ = 0;
  const double* data_ = nullptr;
};

class WriteArray {
 public:
  explicit WriteArray(Vec vector) : vector_(vector) {
    check_petsc(VecGetLocalSize(vector, &size_));
    check_petsc(VecGetArrayWrite(vector, &data_));
  }
  ~WriteArray() { VecRestoreArrayWrite(vector_, &data_); }
  WriteArray(const WriteArray&) = delete;
  std::span<double> span() const noexcept { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vector_;
  PetscInt size_ = 0;
  double* data_ = nullptr;
};

/// Lends memory to a vector for one product.
class Placed {
 public:
  Placed(Vec vector, const double* memory) : vector_(vector) { check_petsc(VecPlaceArray(vector, memory)); }
  ~Placed() { VecResetArray(vector_); }
  Placed(const Placed&) = delete;

 private:
  Vec vector_;
};

const LinearOperator<double>& operator_of(Mat shell) {
  void* context = nullptr;
  check_petsc(MatShellGetContext(shell, &context));
  return *static_cast<const LinearOperator<double>*>(context);
}

PetscErrorCode multiply(Mat shell, Vec x, Vec y) {
  return fence([&] { operator_of(shell).apply(ReadArray(x).span(), WriteArray(y).span()); });
}

PetscErrorCode multiply_transpose(Mat shell, Vec y, Vec x) {
  return fence([&] { operator_of(shell).apply_adjoint(ReadArray(y).span(), WriteArray(x).span()); });
}

template <class F>
void set_operation(Mat shell, MatOperation operation, F* callback) {
  check_petsc(MatShellSetOperation(shell, operation, reinterpret_cast<void (*)()>(callback)));
}

VecHandle vector_without_memory(Mat matrix, PetscInt size) {
  const MPI_Comm comm = PetscObjectComm(reinterpret_cast<PetscObject>(matrix));
  int ranks = 1;
  check_mpi(MPI_Comm_size(comm, &ranks));
  VecHandle vector;
  if (ranks == 1)
    check_petsc(VecCreateSeqWithArray(comm, 1, size, nullptr, vector.out()));
  else
    check_petsc(VecCreateMPIWithArray(comm, 1, size, PETSC_DETERMINE, nullptr, vector.out()));
  return vector;
}

MatHandle shared(Mat matrix) {
  check_petsc(PetscObjectReference(reinterpret_cast<PetscObject>(matrix)));
  return MatHandle(matrix);
}

}  // namespace

MatHandle petsc_shell(const Comm& comm, const LinearOperator<double>& a) {
  const Index rows = sum(comm, a.rows()), columns = sum(comm, a.columns());
  together(comm, [&] { narrow<PetscInt>(rows), narrow<PetscInt>(columns); });
  MatHandle shell;
  check_petsc(MatCreateShell(comm.raw(), static_cast<PetscInt>(a.rows()), static_cast<PetscInt>(a.columns()),
                             PETSC_DETERMINE, PETSC_DETERMINE, const_cast<LinearOperator<double>*>(&a), shell.out()));
  set_operation(shell.get(), MATOP_MULT, multiply);
  set_operation(shell.get(), MATOP_MULT_TRANSPOSE, multiply_transpose);
  return shell;
}

PetscOperator::PetscOperator(Mat matrix) : matrix_(shared(matrix)) {
  PetscInt rows = 0, columns = 0;
  check_petsc(MatGetLocalSize(matrix, &rows, &columns));
  rows_ = rows, columns_ = columns;
  row_vector_ = vector_without_memory(matrix, rows);
  column_vector_ = vector_without_memory(matrix, columns);
}

void PetscOperator::do_apply(std::span<const double> x, std::span<double> y) const {
  const Placed in(column_vector_.get(), x.data()), out(row_vector_.get(), y.data());
  check_petsc(MatMult(matrix_.get(), column_vector_.get(), row_vector_.get()));
}

void PetscOperator::do_apply_adjoint(std::span<const double> y, std::span<double> x) const {
  const Placed in(row_vector_.get(), y.data()), out(column_vector_.get(), x.data());
  check_petsc(MatMultTranspose(matrix_.get(), row_vector_.get(), column_vector_.get()));
}

}  // namespace mercer
