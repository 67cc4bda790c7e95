#include <mercer/base/text.hpp>
#include <mercer/config/expression.hpp>
#include <mercer/meshes/dataset.hpp>

#include <cmath>
#include <vector>

namespace mercer {
namespace {

const std::vector<std::string> value_symbol{"v"};

/// Position of a local entry in the whole array, as people write it: "3, 17".
std::string position_text(const Box& box, Index entry) {
  std::vector<std::string> parts(static_cast<std::size_t>(box.dimensions));
  for (int axis = box.dimensions - 1; axis >= 0; --axis) {
    const Range& range = box.ranges[static_cast<std::size_t>(axis)];
    parts[static_cast<std::size_t>(axis)] = fmt::format("{}", range.begin + entry % range.count());
    entry /= range.count();
  }
  return join(parts, ", ");
}

}  // namespace

void describe(Binder& bind, ArraySource& source) {
  bind.required("file", source.file, "HDF5 file, relative to the case or to the working folder");
  bind.required("dataset", source.dataset, "name of the array in the file, axes (sample,) (z,) (y,) x");
  bind.field("sample", source.sample, "position along the sample axis, from 0; without it the array has none",
             {0, 1e15});
  bind.choice("grid", source.grid,
              {{"nodes", Placement::nodes}, {"left", Placement::left}, {"cells", Placement::cells}},
              "where the values sit: both ends included, x_i = i/N, or cell centres");
  bind.field("values", source.values, "formula applied to each stored value v, e.g. 1 + 17.5*v");
  bind.choice("interpolation", source.interpolation,
              {{"automatic", std::nullopt}, {"nearest", Interpolation::nearest}, {"linear", Interpolation::linear}},
              "between the array's grid and the solver's; automatic is what suits the input");
}

Dataset::Dataset(const Comm& comm, const std::filesystem::path& file) : comm_(&comm), file_(comm, file) {}

Shape Dataset::shape_of(const std::string& name) const {
  const bool is_there = file_.has(name);
  std::vector<std::string> names;
  if (!is_there)
    for (const DatasetInfo& info : file_.datasets()) names.push_back(info.name);
  require_agreed(is_there, Fault::data, "{}: there is no array '{}'{}", file_.path().string(), name,
                 suggestion(name, names));
  return file_.info(name).shape;
}

Grid Dataset::grid(const std::string& name, bool has_samples, std::span<const Axis> axes, Placement placement) const {
  const Shape shape = shape_of(name);
  const int leading = has_samples ? 1 : 0;
  std::vector<Axis> sized(axes.begin(), axes.end());
  together(*comm_, [&] {
    require(shape.dimensions() == leading + static_cast<int>(axes.size()), Fault::data,
            "{}: the array '{}' has {} dimensions; {} axes of the domain{} were expected: {}", file_.path().string(),
            name, shape.dimensions(), axes.size(), has_samples ? " and a sample axis" : "",
            has_samples ? "leave out 'sample' for an array without one"
                        : "say which 'sample' of an array with a sample axis");
    for (std::size_t axis = 0; axis < sized.size(); ++axis) {
      sized[axis].points = shape[leading + static_cast<int>(axis)];
      sized[axis].placement = placement;
    }
  });
  return Grid(sized);
}

Field Dataset::read(const std::string& name, std::optional<Index> sample, std::shared_ptr<const Grid> grid,
                    Gaps gaps) const {
  const Shape whole = shape_of(name);
  Field field(name, "", grid, Decomposition(grid->shape(), *comm_, Split::slabs), comm_->rank());
  const Box box = field.box();
  std::vector<Index> start, count;
  together(*comm_, [&] {
    if (sample) {
      require(*sample < whole[0], Fault::data, "{}: sample {} of '{}' was asked for; there are {}, counted from 0",
              file_.path().string(), *sample, name, whole[0]);
      start.push_back(*sample);
      count.push_back(1);
    }
    for (int axis = 0; axis < box.dimensions; ++axis) {
      start.push_back(box.ranges[static_cast<std::size_t>(axis)].begin);
      count.push_back(box.shape()[axis]);
    }
  });
  file_.read<double>(name, Slab::box(Shape(start), Shape(count)), View<double>(field.span().data(), Shape(count)));
  together(*comm_, [&] {
    for (Index entry = 0; const double value : field.span()) {
      const bool is_gap = gaps == Gaps::allowed && std::isnan(value);
      require(is_gap || std::isfinite(value), Fault::data, "{}: '{}'[{}{}] is {}; finite numbers{} were expected",
              file_.path().string(), name, sample ? fmt::format("{}, ", *sample) : "", position_text(box, entry), value,
              gaps == Gaps::allowed ? ", or NaN for what is missing," : "");
      ++entry;
    }
  });
  return field;
}

Field read_field(const Comm& comm, const ArraySource& source, const std::string& name, std::span<const Axis> axes) {
  const Dataset dataset(comm, source.file);
  const auto grid =
      std::make_shared<const Grid>(dataset.grid(source.dataset, source.sample.has_value(), axes, source.grid));
  Field stored = dataset.read(source.dataset, source.sample, grid);
  Field field(name, "", grid, stored.decomposition(), comm.rank());
  const std::array<std::span<const double>, 1> columns{stored.span()};
  Expression::parse(source.values, value_symbol).evaluate(columns, field.span());
  return field;
}

}  // namespace mercer
