#include <mercer/solvers/gp/arrays.hpp>
#include <mercer/solvers/support/sample_runs.hpp>

#include <cmath>

namespace mercer::gp_model {
namespace {

template <class Good>
void require_numbers(const InputFile& file, const std::string& name, Index sample, std::span<const double> numbers,
                     const Good& is_good, const char* expected) {
  for (std::size_t entry = 0; entry < numbers.size(); ++entry)
    require(is_good(numbers[entry]), Fault::data, "{}: sample {} of '{}' holds {} (value {} of it); {} expected",
            file.path().string(), sample, name, numbers[entry], entry, expected);
}

bool is_finite(double value) { return std::isfinite(value); }

/// Puts the numbers of each sample into columns of the table from `column` on.
template <class Good>
void fill(const InputFile& file, const std::string& name, const std::vector<Index>& ids, const Good& is_good,
          const char* expected, Index column, Matrix& table) {
  each_sample(file, name, ids, [&](Index position, std::span<const double> numbers) {
    require_numbers(file, name, ids[static_cast<std::size_t>(position)], numbers, is_good, expected);
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
  const Shape whole = array_shape(file, name);
  const auto size = static_cast<std::size_t>(whole.count() / whole[0]);
  each_run(ids, static_cast<Index>(size), [&](Index first, std::span<const Index> run) {
    std::vector<Index> start(static_cast<std::size_t>(whole.dimensions())),
        count(whole.span().begin(), whole.span().end());
    start[0] = run.front();
    count[0] = std::ssize(run);
    std::vector<double> values;
    together(file.comm(), [&] { values.resize(run.size() * size); });
    file.read<double>(name, Slab::box(Shape(start), Shape(count)), View<double>(values.data(), Shape(count)));
    together(file.comm(), [&] {
      for (std::size_t i = 0; i < run.size(); ++i)
        use(first + static_cast<Index>(i), std::span(values).subspan(i * size, size));
    });
  });
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
  Tensor<double> part({std::ssize(ids), entries.count()}, Rows::dense);
  each_sample(file, name, ids, [&](Index position, std::span<const double> numbers) {
    require_numbers(file, name, ids[static_cast<std::size_t>(position)], numbers, is_finite,
                    "finite numbers of a field were");
    std::copy(numbers.begin() + entries.begin, numbers.begin() + entries.end, part.data() + position * entries.count());
  });
  return part;
}

}  // namespace mercer::gp_model
