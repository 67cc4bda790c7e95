// Readings of HDF5 files: an array of points and one of values.
#include <mercer/base/text.hpp>
#include <mercer/io/input_file.hpp>
#include <mercer/solvers/observations.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

std::vector<double> read_all(const InputFile& file, const std::string& name, Shape& shape) {
  shape = file.info(name).shape;
  std::vector<double> values(static_cast<std::size_t>(shape.count()));
  file.read<double>(name, Slab::whole(shape), View<double>(values.data(), shape));
  return values;
}

/// Column by column. `numbers` are [points, axes], or [points] where there is one axis.
void split(const std::vector<double>& numbers, std::vector<std::vector<double>>& columns) {
  for (std::size_t i = 0; i < numbers.size(); ++i) columns[i % columns.size()].push_back(numbers[i]);
}

void check(const PointData& data, const Observations& from, const Domain& domain) {
  for (std::size_t i = 0; i < data.values.size(); ++i) {
    require(std::isfinite(data.values[i]), Fault::data, "{}: '{}'[{}] is {}; finite numbers were expected",
            from.file.string(), from.values, i, data.values[i]);
    for (std::size_t axis = 0; axis < domain.axes.size(); ++axis) {
      const Domain::Interval& box = domain.axes[axis];
      const double at = data.points[axis][i];
      require(box.begin <= at && at <= box.end, Fault::data,
              "{}: point {} of '{}' has {} = {}, outside the domain [{}, {}]", from.file.string(), i, from.points,
              box.name, at, box.begin, box.end);
    }
  }
}

}  // namespace

std::string Option<NoiseLevel>::read(const Node& at, NoiseLevel& noise) {
  if (at.kind() == Node::Kind::scalar && at.text() == "estimate") {
    noise = {};
    return {};
  }
  Complaints wrong;
  Option<double>::read(at, "", noise.deviation, {}, wrong);
  if (wrong.empty() && noise.is_given()) return {};
  return "expected the standard deviation of the readings, a positive number, or 'estimate', got " + described(at);
}

Node Option<NoiseLevel>::show(const NoiseLevel& noise) {
  return noise.is_given() ? Option<double>::show(noise.deviation) : Node::quoted("estimate");
}

void describe(Binder& bind, Observations& observations) {
  bind.required("file", observations.file,
                "HDF5 file with the readings, relative to the case or to the working folder");
  bind.required("points", observations.points, "name of their places in it: an array [reading, axis], axes x, y, ...");
  bind.required("values", observations.values, "name of what was read: an array [reading]");
  bind.field("noise", observations.noise, "standard deviation of the readings, in their unit");
}

void describe(Binder& bind, GridData& data) {
  bind.required("file", data.file, "HDF5 file with the readings, relative to the case or to the working folder");
  bind.required("values", data.values, "name of the array in it, axes (sample,) (z,) (y,) x; NaN is missing");
  bind.field("sample", data.sample, "position along the sample axis, from 0; without it the array has none", {0, 1e15});
  bind.choice("grid", data.grid, {{"nodes", Placement::nodes}, {"left", Placement::left}, {"cells", Placement::cells}},
              "where the readings sit: both ends included, x_i = i/N, or cell centres");
  bind.field("noise", data.noise, "standard deviation of the readings, in their unit");
}

Field read_grid_data(const Comm& comm, const GridData& data, std::span<const Axis> axes) {
  const Dataset dataset(comm, data.file);
  const auto grid = std::make_shared<const Grid>(dataset.grid(data.values, data.sample.has_value(), axes, data.grid));
  Field field = dataset.read(data.values, data.sample, grid, Gaps::allowed);
  const auto missing = std::ranges::count_if(field.span(), [](double value) { return std::isnan(value); });
  require_agreed(sum(comm, Index{missing}) < grid->shape().count(), Fault::data,
                 "{}: every value of '{}' is NaN, which stands for missing", data.file.string(), data.values);
  return field;
}

PointData read_observations(const Comm& comm, const Observations& observations, const Domain& domain) {
  const InputFile file(comm, observations.file);
  for (const std::string& name : {observations.points, observations.values})
    require_agreed(file.has(name), Fault::data, "{}: there is no array '{}'", observations.file.string(), name);
  Shape points, values;
  const std::vector<double> numbers = read_all(file, observations.points, points);
  PointData data{std::vector<std::vector<double>>(domain.axes.size()), read_all(file, observations.values, values)};
  together(comm, [&] {
    const auto axes = static_cast<Index>(domain.axes.size());
    const Index readings = values.count();
    const bool fits = values.dimensions() == 1 && (points == Shape{readings, axes} || (axes == 1 && points == values));
    require(fits, Fault::data, "{}: '{}' is {} and '{}' is {}; [readings, {}] and [readings] were expected",
            observations.file.string(), observations.points, text(points), observations.values, text(values), axes);
    require(readings > 0, Fault::data, "{}: '{}' holds no reading", observations.file.string(), observations.values);
    split(numbers, data.points);
    check(data, observations, domain);
  });
  return data;
}

}  // namespace mercer
