// Limited-memory quasi-Newton minimisation through PETSc TAO.
#include <mercer/optim/lbfgs.hpp>
#include <mercer/parallel/petsc.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <petsctao.h>
#include <string>

namespace mercer {
namespace {

using TaoHandle = Handle<PetscTraits<Tao, TaoDestroy>>;

VecHandle make_vec(const Comm& comm, std::size_t size) {
  VecHandle vec;
  check_petsc(VecCreateMPI(comm.raw(), narrow<PetscInt>(size), PETSC_DETERMINE, vec.out()));
  return vec;
}

void copy(Vec from, std::span<double> to) {
  const double* values = nullptr;
  check_petsc(VecGetArrayRead(from, &values));
  std::copy_n(values, to.size(), to.begin());
  check_petsc(VecRestoreArrayRead(from, &values));
}

/// Copies with infinities replaced by what PETSc takes for them.
void copy(std::span<const double> from, Vec to) {
  double* values = nullptr;
  check_petsc(VecGetArrayWrite(to, &values));
  std::transform(from.begin(), from.end(), values,
                 [](double x) { return std::clamp(x, double{PETSC_NINFINITY}, double{PETSC_INFINITY}); });
  check_petsc(VecRestoreArrayWrite(to, &values));
}

/// What the callbacks of one minimisation share.
class Search {
 public:
  Search(const Comm& comm, const Objective& objective, const LbfgsOptions& options, std::size_t size)
      : comm_(comm),
        objective_(objective),
        options_(options),
        base_(size),
        base_gradient_(size),
        trial_(size),
        trial_gradient_(size) {}

  /// Value and gradient for TAO.
  double evaluate(Vec x, Vec gradient) {
    copy(x, trial_);
    ++evaluations_;
    double value = objective_(trial_, trial_gradient_);
    const bool finite = std::isfinite(value) && std::all_of(trial_gradient_.begin(), trial_gradient_.end(),
                                                            [](double g) { return std::isfinite(g); });
    if (!all(comm_, finite)) value = replacement();
    double* values = nullptr;
    check_petsc(VecGetArrayWrite(gradient, &values));
    std::copy(trial_gradient_.begin(), trial_gradient_.end(), values);
    check_petsc(VecRestoreArrayWrite(gradient, &values));
    return value;
  }

  /// Records an accepted point; true where the value no longer falls.
  bool accept(Vec x, Vec gradient, double value, double gradient_norm) {
    copy(x, base_);
    copy(gradient, base_gradient_);
    const bool flat =
        !history_.empty() && history_.back().value - value <= options_.value_tolerance * std::max(1.0, std::abs(value));
    history_.push_back({static_cast<Index>(history_.size()), evaluations_, value, gradient_norm});
    not_finite_ = false;
    if (options_.watch) options_.watch(history_.back());
    return flat && options_.value_tolerance > 0;
  }

  bool not_finite() const noexcept { return not_finite_; }
  std::span<const double> base() const noexcept { return base_; }
  std::vector<Iterate>& history() noexcept { return history_; }

 private:
  /// TAO's line searches give up at the first value that is not finite. A value that lies above the base by the fall
  /// hoped for, with no slope, is never accepted and makes their cubic models shorten the step.
  double replacement() {
    together(comm_, [&] {
      require(!history_.empty(), Fault::numerics, "the function to minimise is not finite at the start");
    });
    not_finite_ = true;
    std::fill(trial_gradient_.begin(), trial_gradient_.end(), 0.0);
    for (std::size_t i = 0; i < trial_.size(); ++i) trial_[i] -= base_[i];
    const double value = history_.back().value;
    const double rise = std::abs(reproducible_dot(comm_, base_gradient_, trial_));
    return value + std::max(rise, 1e-8 * std::max(1.0, std::abs(value)));
  }

  const Comm& comm_;
  const Objective& objective_;
  const LbfgsOptions& options_;
  std::vector<double> base_, base_gradient_, trial_, trial_gradient_;
  std::vector<Iterate> history_;
  Index evaluations_ = 0;
  bool not_finite_ = false;
};

PetscErrorCode evaluate(Tao, Vec x, PetscReal* value, Vec gradient, void* search) {
  return fence([&] { *value = static_cast<Search*>(search)->evaluate(x, gradient); });
}

/// Called by TAO once for each accepted point, the start included, and once more after a failed line search.
PetscErrorCode test_convergence(Tao tao, void* search) {
  return fence([&] {
    TaoConvergedReason reason = TAO_CONTINUE_ITERATING;
    check_petsc(TaoGetConvergedReason(tao, &reason));
    if (reason != TAO_CONTINUE_ITERATING) return;
    Vec x = nullptr, gradient = nullptr;
    double value = 0, norm = 0;
    check_petsc(TaoGetSolution(tao, &x));
    check_petsc(TaoGetGradient(tao, &gradient, nullptr, nullptr));
    check_petsc(TaoGetSolutionStatus(tao, nullptr, &value, &norm, nullptr, nullptr, nullptr));
    const bool flat = static_cast<Search*>(search)->accept(x, gradient, value, norm);
    check_petsc(TaoDefaultConvergenceTest(tao, nullptr));
    check_petsc(TaoGetConvergedReason(tao, &reason));
    if (flat && reason == TAO_CONTINUE_ITERATING) check_petsc(TaoSetConvergedReason(tao, TAO_CONVERGED_USER));
  });
}

Stop stop_of(TaoConvergedReason reason, bool not_finite) {
  switch (reason) {
    case TAO_CONVERGED_GATOL:
    case TAO_CONVERGED_GTTOL:
      return Stop::gradient;
    case TAO_CONVERGED_USER:
      return Stop::value;
    case TAO_DIVERGED_MAXITS:
      return Stop::iterations;
    case TAO_DIVERGED_MAXFCN:
      return Stop::evaluations;
    case TAO_DIVERGED_LS_FAILURE:
      return not_finite ? Stop::not_finite : Stop::stalled;
    default:
      return Stop::other;
  }
}

/// @collective Whether any rank gives bounds; then each must give as many as it has unknowns.
bool check_bounds(const Comm& comm, std::size_t size, const Bounds& bounds) {
  const bool bounded = largest(comm, Index{!bounds.lower.empty() || !bounds.upper.empty()}) != 0;
  if (!bounded) return false;
  together(comm, [&] {
    require(bounds.lower.size() == size && bounds.upper.size() == size, Fault::internal,
            "{} unknowns have {} lower and {} upper bounds", size, bounds.lower.size(), bounds.upper.size());
    for (std::size_t i = 0; i < size; ++i)
      require(bounds.lower[i] <= bounds.upper[i], Fault::config,
              "unknown {} has the lower bound {} and the upper bound {}", i, bounds.lower[i], bounds.upper[i]);
  });
  return true;
}

/// TaoSetFromOptions with a number of steps to keep, for which TAO has an option but no function; PETSc 3.18 reads it
/// without the prefix of the solver. What the user gives stays.
void set_from_options(Tao tao, const LbfgsOptions& options, bool bounded) {
  check_petsc(TaoSetOptionsPrefix(tao, options.prefix.c_str()));
  const std::string name = fmt::format("tao_{}_mat_lmvm_hist_size", bounded ? "blmvm" : "lmvm");
  auto steps = narrow<PetscInt>(options.memory);
  check_petsc(PetscOptionsGetInt(nullptr, options.prefix.c_str(), ("-" + name).c_str(), &steps, nullptr));
  std::vector<std::string> ours;
  for (const std::string& key : {"-" + name, "-" + options.prefix + name}) {
    PetscBool given = PETSC_FALSE;
    check_petsc(PetscOptionsHasName(nullptr, nullptr, key.c_str(), &given));
    if (given) continue;
    check_petsc(PetscOptionsSetValue(nullptr, key.c_str(), std::to_string(steps).c_str()));
    ours.push_back(key);
  }
  const PetscErrorCode code = TaoSetFromOptions(tao);
  for (const std::string& key : ours) check_petsc(PetscOptionsClearValue(nullptr, key.c_str()));
  check_petsc(code);
}

TaoHandle make_tao(const Comm& comm, const LbfgsOptions& options, bool bounded, Search& search) {
  TaoHandle tao;
  check_petsc(TaoCreate(comm.raw(), tao.out()));
  check_petsc(TaoSetType(tao.get(), bounded ? TAOBLMVM : TAOLMVM));
  check_petsc(TaoSetObjectiveAndGradient(tao.get(), nullptr, evaluate, &search));
  check_petsc(TaoSetConvergenceTest(tao.get(), test_convergence, &search));
  check_petsc(TaoSetTolerances(tao.get(), options.gradient_tolerance, 0, options.relative_gradient_tolerance));
  check_petsc(TaoSetMaximumIterations(tao.get(), narrow<PetscInt>(options.iterations)));
  check_petsc(TaoSetMaximumFunctionEvaluations(tao.get(), narrow<PetscInt>(options.evaluations)));
  set_from_options(tao.get(), options, bounded);
  return tao;
}

}  // namespace

const char* name(Stop stop) noexcept {
  switch (stop) {
    case Stop::gradient:
      return "small gradient";
    case Stop::value:
      return "value no longer falls";
    case Stop::iterations:
      return "limit of iterations";
    case Stop::evaluations:
      return "limit of evaluations";
    case Stop::stalled:
      return "no lower point along the last direction";
    case Stop::not_finite:
      return "no finite value along the last direction";
    case Stop::other:
      break;
  }
  return "test of PETSc";
}

Minimum minimise(const Comm& comm, const Objective& objective, std::span<double> point, const LbfgsOptions& options,
                 const Bounds& bounds) {
  const bool bounded = check_bounds(comm, point.size(), bounds);
  Search search(comm, objective, options, point.size());
  const VecHandle x = make_vec(comm, point.size());
  const VecHandle lower = make_vec(comm, bounded ? point.size() : 0),
                  upper = make_vec(comm, bounded ? point.size() : 0);
  const TaoHandle tao = make_tao(comm, options, bounded, search);
  copy(point, x.get());
  if (bounded) {
    copy(bounds.lower, lower.get());
    copy(bounds.upper, upper.get());
    check_petsc(TaoSetVariableBounds(tao.get(), lower.get(), upper.get()));
  }
  check_petsc(TaoSetSolution(tao.get(), x.get()));
  check_petsc(TaoSolve(tao.get()));
  TaoConvergedReason reason = TAO_CONTINUE_ITERATING;
  check_petsc(TaoGetConvergedReason(tao.get(), &reason));
  std::copy(search.base().begin(), search.base().end(), point.begin());
  return {stop_of(reason, search.not_finite()), std::move(search.history())};
}

}  // namespace mercer
