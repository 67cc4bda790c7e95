#include <mercer/config/binder.hpp>
#include <mercer/solvers/mmgp/options.hpp>

namespace mercer::mmgp {

void describe(Binder& bind, DataOptions& data) {
  bind.required("file", data.file, "mesh dataset or folder of PLAID, relative to the case or to the working folder");
  bind.field("train", data.train, "split to train on; all samples by default");
  bind.field("split", data.split, "split to predict; all samples by default");
  bind.field("inputs", data.inputs,
             "scalars that are inputs beside the shape; those that the dataset calls so by default");
  bind.field("outputs", data.outputs, "fields and scalars to be learnt; those that the dataset calls so by default");
}

void describe(Binder& bind, Options& options) {
  bind.choice("landmarks", options.landmarks,
              {{"automatic", Landmarks::automatic},
               {"corners", Landmarks::corners},
               {"box_corners", Landmarks::box_corners},
               {"profile", Landmarks::profile},
               {"none", Landmarks::none}},
              "places of the boundary that correspond to one another: where it turns left, next to the corners of the "
              "box around it, leading and trailing edge, or only a first node, the leftmost (published recipe); "
              "automatic takes corners for surfaces and edges of profiles for curves");
  bind.field("corner_angle", options.corner_angle, "turn from which on a place of the boundary is a corner [degree]",
             {1, 179});
  bind.choice("map", options.map,
              {{"mean_value", Map::mean_value},
               {"uniform", Map::uniform},
               {"thin_plate", Map::thin_plate},
               {"compact", Map::compact}},
              "of the inside of surfaces onto the common shape: weights by shape, equal weights (published recipe), or "
              "onto the middle training sample by radial functions, thin plates or those of Wendland, which end at "
              "map_radius");
  bind.field("map_radius", options.map_radius,
             "compact: reach of a boundary node, over the diagonal of the box around the boundary", {0.01, 100});
  bind.field("refinements", options.refinements,
             "times that the middle training mesh is halved for the common mesh; 0 in the published recipe", {0, 4});
  bind.field("shape_modes", options.shape_modes,
             "most modes of the coordinates; null: as many as shape_energy asks for; 8 in the published recipe",
             {1, 10000});
  bind.field("shape_energy", options.shape_energy, "part of the squares of the coordinates that modes must hold",
             {0, 1});
  bind.field("modes", options.modes,
             "most modes of each field; null: as many as energy asks for; 8 in the published recipe", {1, 10000});
  bind.field("energy", options.energy, "part of the squares of a field that modes must hold", {0, 1});
  bind.choice("centring", options.centring, {{"mean", Centring::mean}, {"none", Centring::none}},
              "what is taken from coordinates and fields before their modes; none in the published recipe");
  bind.section("fields", options.fields, "regression of the coefficients of fields");
  bind.section("scalars", options.scalars, "regression of scalars");
  bind.field("scales", options.scales,
             "formulas of scalar inputs by output, which is divided by its formula before it is learnt: P/E for "
             "displacements under a load P");
  bind.field(
      "functionals", options.functionals,
      "scalars of predicted fields by name, as max(TEXT), min(TEXT) or mean(TEXT) over the nodes, with a formula "
      "of fields; means and deviations by draws, corrected by functional_folds");
  bind.field("draws", options.draws, "draws for each prediction of functionals", {2, 1e6});
  bind.field("memory", options.memory,
             "that a rank may use for samples; more of them are read a batch at a time, in training several times, and "
             "their fields on the common mesh are then kept in a scratch file beside the output [bytes]",
             positive);
  bind.field("functional_folds", options.functional_folds,
             "parts of the training samples that are left out in turn, while fields are learnt from the others, to see "
             "how far functionals of predicted fields are off; 0: none",
             {0, 10000});
}

void describe(Binder& bind, Division& division) {
  bind.choice("parallel", division.parallel,
              {{"samples", Parallel::samples}, {"space", Parallel::space}, {"both", Parallel::both}},
              "who maps a sample onto the common shape, in predictions, too: the rank that has it, all ranks together, "
              "or groups of ranks; closed curves always the rank that has them");
  bind.field("space_ranks", division.space_ranks, "both: ranks of a group", {1, 1e6});
}

void describe(Binder& bind, Settings& settings) {
  bind.section("data", settings.data, "samples on meshes");
  bind.section("options", settings.options, "method");
  bind.section("training", settings.training, "work of the ranks");
}

}  // namespace mercer::mmgp
