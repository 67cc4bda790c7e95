#include <mercer/base/fingerprint.hpp>
#include <mercer/base/random.hpp>
#include <mercer/base/text.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/support/sample_runs.hpp>
#include <mercer/solvers/support/samples.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

namespace mercer {
namespace {

constexpr std::uint64_t split_stream = 0x73706c6974;  // apart from other random numbers of a seed

Index rows(const Shape& sample) { return sample.dimensions() < 2 ? 1 : sample[sample.dimensions() - 2]; }
Index planes(const Shape& sample) { return sample.dimensions() < 3 ? 1 : sample[0]; }

/// The shape of an array without its sample axis.
Shape sample_shape(const InputFile& file, const std::string& name, const Shape& whole) {
  require(whole.dimensions() >= 2 && whole.dimensions() <= 4 && whole.count() > 0, Fault::data,
          "{}: the array '{}' has the shape {}; [sample, (channel,) (y,) x] was expected", file.path().string(), name,
          text(whole));
  return Shape(whole.span().subspan(1));
}

/// Copies one stored sample [plane, y, x] behind the first channels of a field.
void place(const float* stored, Index planes, Index channel, View<float> fields, Index sample) {
  for (Index plane = 0; plane < planes; ++plane)
    for (Index j = 0; j < fields.shape()[1]; ++j) {
      std::copy_n(stored, fields.shape()[3], &fields(sample, j, channel + plane, 0));
      stored += fields.shape()[3];
    }
}

void require_finite(const InputFile& file, const std::string& name, Index sample, std::span<const float> values) {
  for (std::size_t entry = 0; entry < values.size(); ++entry)
    require(std::isfinite(values[entry]), Fault::data,
            "{}: sample {} of '{}' holds {} (value {} of it); finite numbers were expected", file.path().string(),
            sample, name, values[entry], entry);
}

void read_array(const InputFile& file, const std::string& name, const Shape& sample, const std::vector<Index>& ids,
                Index channel, SharedArray<float>& fields) {
  each_run(ids, sample.count(), [&](Index first, std::span<const Index> run) {
    const Range mine = fields.share(std::ssize(run));
    const auto size = static_cast<std::size_t>(sample.count());
    std::vector<Index> start(static_cast<std::size_t>(sample.dimensions() + 1)), count(start);
    start[0] = run.front() + mine.begin;
    count[0] = mine.count();
    std::copy(sample.span().begin(), sample.span().end(), count.begin() + 1);
    std::vector<float> values;
    together(file.comm(), [&] { values.resize(static_cast<std::size_t>(mine.count()) * size); });
    file.read<float>(name, Slab::box(Shape(start), Shape(count)), View<float>(values.data(), Shape(count)));
    together(file.comm(), [&] {
      for (Index i = mine.begin; i < mine.end; ++i) {
        const auto own = std::span(values).subspan(static_cast<std::size_t>(i - mine.begin) * size, size);
        require_finite(file, name, run[static_cast<std::size_t>(i)], own);
        place(own.data(), planes(sample), channel, fields.to_fill(), first + i);
      }
    });
  });
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Splits off a fraction of the samples, drawn by the seed.
Lessons drawn(const std::vector<Index>& samples, double fraction, std::uint64_t seed) {
  require(fraction >= 0 && fraction < 1, Fault::config,
          "data.validation must be a fraction in [0, 1) or the name of a split, not {}", fraction);
  std::vector<Index> order = samples;
  const Random random(seed, split_stream);
  for (std::uint64_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[random.integer(left - 1, left)]);
  const double share = fraction * static_cast<double>(order.size());
  auto count = static_cast<std::ptrdiff_t>(std::llround(share));
  if (fraction > 0) count = std::max<std::ptrdiff_t>(count, 1);
  require(count < std::ssize(order), Fault::config, "data.validation takes all {} samples; none is left to train on",
          order.size());
  Lessons lessons{{order.begin() + count, order.end()}, {order.begin(), order.begin() + count}};
  std::ranges::sort(lessons.training);
  std::ranges::sort(lessons.validation);
  return lessons;
}

Lessons lessons_of(const InputFile& file, const LearningData& data, std::uint64_t seed) {
  std::vector<Index> training = split_samples(file, data.train, data.inputs.front());
  const std::optional<double> fraction = number(data.validation);
  Lessons lessons;
  if (fraction) {
    together(file.comm(), [&] { lessons = drawn(training, *fraction, seed); });
    return lessons;
  }
  lessons.validation = split_samples(file, data.validation, data.inputs.front());
  std::ranges::set_difference(training, lessons.validation, std::back_inserter(lessons.training));
  require_agreed(!lessons.training.empty(), Fault::config,
                 "the split '{}' of data.validation takes all samples; none is left to train on", data.validation);
  require_agreed(data.train.empty() || lessons.training.size() == training.size(), Fault::config,
                 "the splits '{}' and '{}' share samples", data.train, data.validation);
  return lessons;
}

std::vector<Index> all_samples(Index count) {
  std::vector<Index> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), Index{0});
  return all;
}

}  // namespace

Shape array_shape(const InputFile& file, const std::string& name) {
  const bool is_there = file.has(name);
  std::vector<std::string> names;
  if (!is_there)
    for (const DatasetInfo& info : file.datasets()) names.push_back(info.name);
  require_agreed(is_there, Fault::data, "{}: there is no array '{}'{}", file.path().string(), name,
                 suggestion(name, names));
  return file.info(name).shape;
}

void describe(Binder& bind, LearningData& data) {
  bind.required("file", data.file, "HDF5 file, relative to the case or to the working folder");
  bind.required("inputs", data.inputs,
                "arrays [sample, (channel,) (y,) x] in the file; together they are the channels of the input");
  bind.required("outputs", data.outputs, "the same for what is to be learnt");
  bind.field("validation", data.validation, "fraction of the training samples that judge and do not teach, or a split");
  bind.field("train", data.train, "split to train on; all samples by default");
  bind.field("split", data.split, "split to predict or evaluate; all samples by default");
  bind.choice("grid", data.grid,
              {{"nodes", SampleGrid::nodes},
               {"left", SampleGrid::left},
               {"cells", SampleGrid::cells},
               {"periodic", SampleGrid::periodic}},
              "where the values sit, for symmetries and other resolutions: both ends included, x_i = i/N with outputs "
              "that vanish at the ends, cell centres, or x_i = i/N on a torus");
  bind.choice("geometry", data.geometry, {{"array", Geometry::array}, {"nodes", Geometry::nodes}},
              "points that the model sees: those of the data, or for grid left the N + 1 nodes with both ends, where "
              "inputs repeat their last value and outputs are zero");
  bind.choice("ends", data.ends,
              {{"automatic", EndValues::automatic}, {"free", EndValues::free}, {"zero", EndValues::zero}},
              "predicted outputs at the ends of the grid: zero for grid left and else free, as the model has them, or "
              "zero");
}

void check_learning_data(const LearningData& data, const Node& at, Complaints& complaints) {
  if (data.geometry == Geometry::nodes && data.grid != SampleGrid::left)
    complaints.add(at["geometry"], "data.geometry", "nodes adds the end that is missing from 'grid: left' alone");
  if (data.ends == EndValues::zero && data.grid != SampleGrid::left && data.grid != SampleGrid::nodes)
    complaints.add(at["ends"], "data.ends", "zero needs points at the ends, as 'grid: nodes' and 'grid: left' have");
}

bool has_validation(const LearningData& data) { return number(data.validation) != 0; }

Shape Channels::sample() const {
  Index channels = 0;
  for (const Shape& array : arrays) channels += planes(array);
  return {rows(arrays.front()), channels, arrays.front().back()};
}

Channels Channels::on(Index rows, Index columns) const {
  Channels other = *this;
  for (Shape& array : other.arrays) {
    array[array.dimensions() - 1] = columns;
    if (array.dimensions() > 1) array[array.dimensions() - 2] = rows;
  }
  return other;
}

Channels look_at_samples(const InputFile& file, const std::vector<std::string>& names) {
  require_agreed(!names.empty(), Fault::config, "data.inputs and data.outputs need one array or more");
  std::vector<Shape> wholes;
  for (const std::string& name : names) wholes.push_back(array_shape(file, name));
  Channels channels;
  together(file.comm(), [&] {
    for (std::size_t i = 0; i < names.size(); ++i) {
      channels.arrays.push_back(sample_shape(file, names[i], wholes[i]));
      const Shape &first = channels.arrays.front(), &now = channels.arrays.back();
      require(wholes[i][0] == wholes[0][0] && rows(now) == rows(first) && now.back() == first.back(), Fault::data,
              "{}: '{}' has the shape {} and '{}' {}; samples and grid must be the same", file.path().string(),
              names[0], text(wholes[0]), names[i], text(wholes[i]));
    }
  });
  return channels;
}

Samples read_samples(const InputFile& file, const std::vector<std::string>& names, const std::vector<Index>& ids) {
  Samples samples{look_at_samples(file, names), {}};
  const Index count = array_shape(file, names.front())[0];
  together(file.comm(), [&] {
    for (const Index id : ids)
      require(0 <= id && id < count, Fault::data, "{}: sample {} of '{}' was asked for; there are {}, counted from 0",
              file.path().string(), id, names.front(), count);
  });
  samples.fields = {file.comm(), batch_shape(static_cast<Index>(ids.size()), samples.channels.sample())};
  for (Index channel = 0; const std::string& name : names) {
    const Shape& sample = samples.channels.arrays[static_cast<std::size_t>(&name - names.data())];
    read_array(file, name, sample, ids, channel, samples.fields);
    channel += planes(sample);
  }
  samples.fields.publish(file.comm());
  return samples;
}

std::vector<Index> split_samples(const InputFile& file, const std::string& split, const std::string& array) {
  const Index count = array_shape(file, array)[0];
  if (split.empty()) return all_samples(count);
  const std::string name = file.has("splits/" + split) ? "splits/" + split : split;
  const Shape shape = array_shape(file, name);
  std::vector<Index> ids(static_cast<std::size_t>(shape.count()));
  file.read<Index>(name, Slab::whole(shape), View<Index>(ids.data(), shape));
  together(file.comm(), [&] {
    std::ranges::sort(ids);
    require(!ids.empty(), Fault::data, "{}: the split '{}' has no samples", file.path().string(), name);
    require(ids.front() >= 0 && ids.back() < count && std::ranges::adjacent_find(ids) == ids.end(), Fault::data,
            "{}: the split '{}' must hold numbers from 0 to {}, each once", file.path().string(), name, count - 1);
  });
  return ids;
}

std::vector<Index> fingerprints(const Samples& samples) {
  const View<const float> fields = samples.fields.view();
  std::vector<Index> marks;
  for (Index sample = 0; sample < fields.shape()[0]; ++sample) {
    Fingerprint mark;
    for (Index j = 0; j < fields.shape()[1]; ++j)
      for (Index c = 0; c < fields.shape()[2]; ++c)
        for (const float value : std::span(&fields(sample, j, c, 0), static_cast<std::size_t>(fields.shape()[3])))
          mark.add(value);
    marks.push_back(mark.value());
  }
  return marks;
}

GridSamples::GridSamples(const Comm& comm, const LearningData& data, const std::filesystem::path& folder,
                         std::uint64_t seed) {
  const InputFile file(comm, found(data.file, folder));
  const Shape to = look_at_samples(file, data.outputs).sample(), from = look_at_samples(file, data.inputs).sample();
  const Index count = array_shape(file, data.outputs.front())[0], given = array_shape(file, data.inputs.front())[0];
  require_agreed(given == count, Fault::data, "{}: there are {} samples of '{}' and {} of '{}'", file.path().string(),
                 given, data.inputs.front(), count, data.outputs.front());
  require_agreed(from[0] == to[0] && from[2] == to[2], Fault::data,
                 "{}: '{}' has {} x {} points and '{}' {} x {}; inputs and outputs must be on one grid",
                 file.path().string(), data.inputs.front(), from[0], from[2], data.outputs.front(), to[0], to[2]);
  inputs_ = read_samples(file, data.inputs, all_samples(count));
  outputs_ = read_samples(file, data.outputs, all_samples(count));
  lessons_ = lessons_of(file, data, seed);
}

void GridSamples::read(std::span<const Index> ids, View<float> inputs, View<float> outputs) const {
  const auto copy = [](View<const float> from, Index id, View<float> to, Index at) {
    const Index rows = from.shape()[1] * from.shape()[2];
    for (Index row = 0; row < rows; ++row)
      std::ranges::copy(from.row(id * rows + row), to.row(at * rows + row).begin());
  };
  for (Index at = 0; const Index id : ids) {
    copy(inputs_.fields.view(), id, inputs, at);
    copy(outputs_.fields.view(), id, outputs, at++);
  }
}

}  // namespace mercer
