#include <mercer/meshes/geometry/morph.hpp>
#include <mercer/meshes/geometry/tried_maps.hpp>

#include <utility>

namespace mercer {
namespace {

Tensor<double> rows(const Tensor<double>& points, std::span<const Index> nodes) {
  Tensor<double> chosen({static_cast<Index>(nodes.size()), points.shape()[1]}, Rows::dense);
  for (std::size_t i = 0; i < nodes.size(); ++i)
    for (Index axis = 0; axis < points.shape()[1]; ++axis) chosen(i, axis) = points(nodes[i], axis);
  return chosen;
}

Tensor<double> radially(const Mesh& mesh, const Loop& loop, View<const double> targets, const RadialOptions& options) {
  Tensor<double> moved = radial_map(mesh.points.view(), rows(mesh.points, loop).view(), targets, options);
  for (std::size_t i = 0; i < loop.size(); ++i)  // exactly, not to rounding
    for (int axis = 0; axis < 2; ++axis) moved(loop[i], axis) = targets(i, axis);
  return moved;
}

}  // namespace

CommonShape circle(std::vector<double> fractions) { return {std::move(fractions), std::nullopt, {}}; }

CommonShape shape_of(Mesh mesh, MarkedLoop loop, std::vector<double> fractions) {
  return {std::move(fractions), std::move(mesh), std::move(loop)};
}

Tensor<double> boundary_targets(const CommonShape& shape, std::span<const double> at) {
  return shape.mesh ? on_loop(*shape.mesh, shape.loop, turns(shape.loop, shape.fractions), at) : on_circle(at);
}

Morph morph(const Mesh& mesh, const MarkedLoop& loop, const CommonShape& shape, const Method& method) {
  Morph result;
  result.turns = turns(loop, shape.fractions);
  const Tensor<double> targets = boundary_targets(shape, result.turns);
  if (const Weights* weights = std::get_if<Weights>(&method))
    result.points = barycentric_map(barycentric_weights(mesh, *weights), loop.nodes, targets.view());
  else
    result.points = radially(mesh, loop.nodes, targets.view(), std::get<RadialOptions>(method));
  result.folding = folding(result.points.view(), mesh.cells);
  return result;
}

Morph unfolded_morph(const Mesh& mesh, const MarkedLoop& loop, const CommonShape& shape, const Method& method) {
  TriedMaps tried;
  for (const Method& candidate : candidates(method)) {
    try {
      Morph result = morph(mesh, loop, shape, candidate);
      if (!result.folding.any()) {
        result.replaced = tried.replaced_by(candidate);
        return result;
      }
      tried.add_folds(candidate, result.folding.folded, mesh.cells.count());
    } catch (const Error& error) {
      if (error.fault() != Fault::numerics) throw;
      tried.add_failure(candidate, error.what());
    }
  }
  fail(Fault::data, "{}", tried.refusal());
}

}  // namespace mercer
