// Functions on tensor grids.
#include <mercer/base/text.hpp>
#include <mercer/solvers/spectral_mixture_gp/features/statement.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::smgp {
namespace {

/// The slower coordinates of a row, the fastest one as a whole column, and the row of each field.
class Row {
 public:
  Row(const Coordinates& grid, std::span<const Array* const> fields)
      : grid_(grid), fields_(fields), slow_(grid.size() - 1), columns_(grid.size() + fields.size()) {
    columns_[grid.size() - 1] = grid.back();
  }
  std::span<const std::span<const double>> columns(Index number) {
    for (std::size_t i = 0; i < fields_.size(); ++i)
      columns_[grid_.size() + i] = fields_[i] ? fields_[i]->view().row(number) : std::span<const double>(&zero_, 1);
    for (std::size_t axis = slow_.size(); axis-- > 0;) {
      const auto count = static_cast<Index>(grid_[axis].size());
      slow_[axis] = grid_[axis][static_cast<std::size_t>(number % count)];
      number /= count;
      columns_[axis] = {&slow_[axis], 1};
    }
    return columns_;
  }
  std::string place(std::size_t point) const {
    std::vector<std::string> words;
    for (const double x : slow_) words.push_back(fmt::format("{}", x));
    words.push_back(fmt::format("{}", grid_.back()[point]));
    return join(words, ", ");
  }

 private:
  const Coordinates& grid_;
  std::span<const Array* const> fields_;
  double zero_ = 0;
  std::vector<double> slow_;
  std::vector<std::span<const double>> columns_;
};

}  // namespace

Array sample(const PointFunction& function, const Coordinates& grid, std::span<const Array* const> fields,
             const char* what) {
  Shape shape;
  {
    std::vector<Index> sizes;
    for (const auto& axis : grid) sizes.push_back(static_cast<Index>(axis.size()));
    shape = Shape(std::span<const Index>(sizes));
  }
  Array values = dense(shape);
  Row row(grid, fields);
  for (Index number = 0; number < values.view().rows(); ++number) {
    const std::span<double> out = values.view().row(number);
    function(row.columns(number), out);
    const auto bad = std::find_if_not(out.begin(), out.end(), [](double x) { return std::isfinite(x); });
    require(bad == out.end(), Fault::numerics, "{} is not finite at ({})", what,
            bad == out.end() ? "" : row.place(static_cast<std::size_t>(bad - out.begin())));
  }
  return values;
}

}  // namespace mercer::smgp
