// Solvers, models and covariances by name, filled by plugins.
#pragma once

#include <mercer/gp/covariance.hpp>
#include <mercer/solvers/catalogue.hpp>
#include <mercer/solvers/file_model.hpp>
#include <mercer/solvers/model.hpp>
#include <mercer/solvers/solver.hpp>

#include <memory>
#include <string>

namespace mercer {

struct SolverEntry : Entry<Solver> {
  ProblemSpec problem;
};
using ModelEntry = Entry<Model>;
struct FileModelEntry : Entry<FileModel> {
  std::function<Record(const Context&, const std::filesystem::path& prediction, const SampleSource& truth)> evaluate;
};
using CovarianceEntry = Entry<const Covariance>;

class Registry {
 public:
  /// Enrols `S`, which has a default-constructible `S::Options` with a `describe` and is made from one. Throws
  /// Fault::refused for a name that is taken.
  template <class S>
  void add_solver(const std::string& name, const std::string& summary, const ProblemSpec& problem) {
    using Options = typename S::Options;
    SolverEntry entry{{name, summary, plugin_, {}, {}, {}}, problem};
    solvers_.insert(entry_of<Options>(
        entry, [](const Options& options) -> std::shared_ptr<Solver> { return std::make_shared<S>(options); }));
  }

  /// Enrols `M`, a Model with such options.
  template <class M>
  void add_model(const std::string& name, const std::string& summary) {
    using Options = typename M::Options;
    require_new(file_models_, name);
    models_.insert(entry_of<Options>(
        ModelEntry{name, summary, plugin_, {}, {}, {}},
        [](const Options& options) -> std::shared_ptr<Model> { return std::make_shared<M>(options); }));
  }

  /// Enrols `M`, a FileModel whose `M::Settings` it is made from.
  template <class M>
  void add_file_model(const std::string& name, const std::string& summary) {
    using Settings = typename M::Settings;
    require_new(models_, name);
    FileModelEntry entry{{name, summary, plugin_, {}, {}, {}}, M::evaluate};
    file_models_.insert(entry_of<Settings>(
        entry, [](const Settings& settings) -> std::shared_ptr<FileModel> { return std::make_shared<M>(settings); }));
  }

  /// Enrols a covariance on the line, made from `Options`, which has a `describe`.
  template <class Options>
  void add_covariance(const std::string& name, const std::string& summary, CovariancePointer (*make)(const Options&)) {
    covariances_.insert(entry_of<Options>(CovarianceEntry{name, summary, plugin_, {}, {}, {}}, make));
  }

  const Catalogue<SolverEntry>& solvers() const noexcept { return solvers_; }
  const Catalogue<ModelEntry>& models() const noexcept { return models_; }
  const Catalogue<FileModelEntry>& file_models() const noexcept { return file_models_; }
  const Catalogue<CovarianceEntry>& covariances() const noexcept { return covariances_; }
  /// Names the plugin whose entries come next.
  void enrolling(const std::string& plugin) { plugin_ = plugin; }

 private:
  /// A name stands for one model, whatever its kind.
  template <class E>
  void require_new(const Catalogue<E>& others, const std::string& name) const {
    require(!others.has(name), Fault::refused,
            "plugin '{}' brings a model '{}', but another plugin has brought one of that name", plugin_, name);
  }

  Catalogue<SolverEntry> solvers_{"solver"};
  Catalogue<ModelEntry> models_{"model"};
  Catalogue<FileModelEntry> file_models_{"model"};
  Catalogue<CovarianceEntry> covariances_{"covariance"};
  std::string plugin_;
};

}  // namespace mercer
