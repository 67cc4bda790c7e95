// The two ways to Gaussian fields on grids: sums of modes, and parts of periodic fields on larger boxes.
#pragma once

#include <mercer/gp/random_field.hpp>

namespace mercer {

class RandomField::Source {
 public:
  virtual ~Source() = default;
  virtual void draw(std::uint64_t seed, std::uint64_t stream, std::span<double> field) const = 0;
  virtual double variance() const = 0;  ///< at a point, averaged over the box
};

std::unique_ptr<const RandomField::Source> source_of_modes(const RandomFieldOptions& options, const FieldGrid& grid);
std::unique_ptr<const RandomField::Source> source_by_embedding(const RandomFieldOptions& options,
                                                               const FieldGrid& grid);

}  // namespace mercer
