#include <mercer/solvers/gp/arrays.hpp>
#include <mercer/solvers/support/sample_runs.hpp>

#include <cmath>

namespace mercer::gp_model {
namespace {

template <class Good>
void require_numbers(const InputFile& file, const std::string& name, Index sample, std::span<const double> numbers,
                     Index first, const Good& is_good, const char* expected) {
  for (std::size_t entry = 0; entry < numbers.size(); ++entry)
    require(is_good(numbers[entry]), Fault::data, "{}: sample {} of '{}' holds {} (value {} of it); {} expected",
            file.path().string(), sample, name, numbers[entry], first + static_cast<Index>(entry), expected);
}

bool is_finite(double value) { return std::isfinite(value); }

/// Entries of one sample along the first axis of its own.
Index rows_of(const Shape& whole) { return whole.dimensions() > 1 ? whole[1] : 1; }

/// @collective As each_sample, with `rows` of each sample only, other ones on each rank.
void each_box(const InputFile& file, const std::string& name, const std::vector<Index>& ids, const Range& rows,
              const std::function<void(Index position, std::span<const double> numbers)>& use) {
  const Shape whole = array_shape(file, name);
  const Index numbers = whole.count() / whole[0], row = numbers / rows_of(whole);
  const auto size = static_cast<std::size_t>(row * rows.count());
  each_run(ids, numbers, [&](Index first, std::span<const Index> run) {
    std::vector<Index> start(static_cast<std::size_t>(whole.dimensions())),
        count(whole.span().begin(), whole.span().end());
    start[0] = run.front();
    count[0] = std::ssize(run);
    if (whole.dimensions() > 1) {
      start[1] = rows.begin;
      count[1] = rows.count();
    }
    std::vector<double> values;
    together(file.comm(), [&] { values.resize(run.size() * size); });
    const Slab slab = size == 0 ? Slab::none(whole) : Slab::box(Shape(start), Shape(count));
    file.read<double>(name, slab, View<double>(values.data(), slab.shape()));
    together(file.comm(), [&] {
      for (std::size_t i = 0; i < run.size(); ++i)
        use(first + static_cast<Index>(i), std::span(values).subspan(i * size, size));
    });
  });
}

/// Puts the numbers of each sample into columns of the table from `column` on.
template <class Good>
void fill(const InputFile& file, const std::string& name, const std::vector<Index>& ids, const Good& is_good,
          const char* expected, Index column, Matrix& table) {
  each_sample(file, name, ids, [&](Index position, std::span<const double> numbers) {
    require_numbers(file, name, ids[static_cast<std::size_t>(position)], numbers, 0, is_good, expected);
    for (std::size_t k = 0; k < numbers.size(); ++k) table(position, column + static_cast<Index>(k)) = numbers[k];
  });
}

}  // namespace

Shape sample_shape(const InputFile& file, const std::string& name, Index count) {
  const Shape whole = array_shape(file, name);
  require_agreed(whole.dimensions() >= 1 && whole.count() > 0, Fault::data,
                 "{}: the array '{}' has the shape {}; [sample] or [sample, ...] was expected", file.path().string(),
                 name, text(whole));
  require_agreed(whole[0] == count, Fault::data, "{}: there are {} samples of '{}', and {} were expected",
                 file.path().string(), whole[0], name, count);
  return Shape(whole.span().subspan(1));
}

void each_sample(const InputFile& file, const std::string& name, const std::vector<Index>& ids,
                 const std::function<void(Index position, std::span<const double> numbers)>& use) {
  each_box(file, name, ids, {0, rows_of(array_shape(file, name))}, use);
}

Matrix input_table(const InputFile& file, const std::vector<std::string>& names, const std::vector<Index>& ids) {
  Index columns = 0;
  std::vector<Index> starts;
  for (const std::string& name : names) {
    const Shape whole = array_shape(file, name);
    starts.push_back(columns);
    columns += whole.count() / whole[0];
  }
  Matrix table(std::ssize(ids), columns);
  for (std::size_t i = 0; i < names.size(); ++i)
    fill(file, names[i], ids, is_finite, "finite inputs were", starts[i], table);
  return table;
}

Matrix output_table(const InputFile& file, const std::string& name, const std::vector<Index>& ids) {
  const Shape whole = array_shape(file, name);
  Matrix table(std::ssize(ids), whole.count() / whole[0]);
  const auto is_good = [](double value) { return !std::isinf(value); };
  fill(file, name, ids, is_good, "finite numbers, or NaN for a missing one, were", 0, table);
  return table;
}

Tensor<double> part_of_fields(const InputFile& file, const std::string& name, const std::vector<Index>& ids,
                              const Range& entries) {
  const Shape whole = array_shape(file, name);
  const Index row = whole.count() / (whole[0] * rows_of(whole));
  const Range rows{entries.begin / row, (entries.end + row - 1) / row};  // those that hold the entries
  Tensor<double> part({std::ssize(ids), entries.count()}, Rows::dense);
  each_box(file, name, ids, rows, [&](Index position, std::span<const double> numbers) {
    require_numbers(file, name, ids[static_cast<std::size_t>(position)], numbers, rows.begin * row, is_finite,
                    "finite numbers of a field were");
    const auto first = numbers.begin() + (entries.begin - rows.begin * row);
    std::copy(first, first + entries.count(), part.data() + position * entries.count());
  });
  return part;
}

}  // namespace mercer::gp_model
