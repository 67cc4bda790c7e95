// The grid on which a model sees fields, and the ways there from grids of data and back.
#pragma once

#include <mercer/nn/symmetry.hpp>
#include <mercer/nn/zeros.hpp>
#include <mercer/solvers/support/axis_map.hpp>
#include <mercer/solvers/support/samples.hpp>

#include <optional>

namespace mercer {

/// That of the data which the model is trained on, or, with data.geometry: nodes, the same with the missing end added.
class ModelGrid {
 public:
  ModelGrid() = default;
  /// For training data of these shapes; their base is mapped as outputs are.
  ModelGrid(const LearningData& data, const SampleShapes& trained);

  const SampleShapes& shapes() const noexcept { return shapes_; }  ///< of what the model sees
  Points inputs() const noexcept;                                  ///< where its values sit, for symmetries
  Points outputs() const noexcept;
  Zeros zeros() const noexcept { return zeros_; }  ///< of its outputs

  /// The shape of the outputs that belong to inputs of such a shape; none where these have other channels or axes, or
  /// do not cover the region of the training data with points as dense along one axis as along the other.
  std::optional<Shape> outputs_for(const Shape& inputs) const;
  /// Spacing of the points of such inputs over that of the model's.
  double relative_spacing(const Shape& inputs) const;
  Index spacings_of(const Shape& inputs) const;  ///< along x, in the unit length of the axis

  /// From inputs of a shape to the model's: values at common points, else linear between neighbours, and the last one
  /// beyond the ends.
  FieldMap from_inputs(const Shape& given) const;
  /// The same for fields that are what outputs are, such as targets: with grid left they vanish at the ends.
  FieldMap from_outputs(const Shape& given) const;
  /// From the model's outputs: values at common points, else cubic polynomials through four points, reflected with the
  /// other sign where outputs vanish at the ends, one-sided at others.
  FieldMap to_outputs(const Shape& wanted) const;

 private:
  struct Axes {
    SampleAxis y, x;
  };
  Axes axes_of_data(const Shape& sample) const;
  static FieldMap map(const Axes& from, const Axes& to, Index points, Beyond beyond);

  SampleGrid grid_ = SampleGrid::nodes;
  Geometry geometry_ = Geometry::array;
  Zeros zeros_ = Zeros::none;
  SampleShapes trained_, shapes_;
  Axes inputs_, outputs_;  ///< that the model sees
};

/// Samples of data as the model sees them.
class ModelBatches final : public Batches<float> {
 public:
  /// Both must outlive it; the samples have the shapes that the model is trained on.
  ModelBatches(const Batches<float>& data, const ModelGrid& grid);

  Index count() const override { return data_.count(); }
  SampleShapes shapes() const override { return shapes_; }
  void read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const override;

 private:
  const Batches<float>& data_;
  SampleShapes shapes_;
  FieldMap inputs_, outputs_;
};

}  // namespace mercer
