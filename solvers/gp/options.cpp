#include <mercer/config/binder.hpp>
#include <mercer/solvers/gp/options.hpp>

namespace mercer::gp_model {

void describe(Binder& bind, DataOptions& data) {
  bind.required("file", data.file, "HDF5 file, relative to the case or to the working folder");
  bind.required("inputs", data.inputs, "arrays [sample] or [sample, ...] in the file; all of their numbers are inputs");
  bind.required("outputs", data.outputs,
                "the same for what is to be learnt; NaN is a missing value where numbers are learnt one by one");
  bind.field("train", data.train, "split to train on; all samples by default");
  bind.field("split", data.split, "split to predict; all samples by default");
}

void describe(Binder& bind, Options& options) {
  bind.field("most_numbers", options.most_numbers,
             "numbers of a sample up to which an output is learnt number by number; with more it is a field, which is "
             "learnt by modes",
             {1, 10000});
  bind.field("modes", options.modes, "most modes of each field; null: as many as energy asks for", {1, 10000});
  bind.field("energy", options.energy, "part of the squares of a field that modes must hold", {0, 1});
  bind.choice("centring", options.centring, {{"mean", Centring::mean}, {"none", Centring::none}},
              "what is taken from fields before their modes");
  bind.section("fields", options.fields, "regression of the coefficients of fields");
  bind.section("scalars", options.scalars, "regression of outputs that are learnt number by number");
}

void describe(Binder& bind, Settings& settings) {
  bind.section("data", settings.data, "arrays of samples");
  bind.section("options", settings.options, "method");
}

}  // namespace mercer::gp_model
