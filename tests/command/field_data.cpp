// Writes smooth random fields and their squares: field_data FILE ROWS COLUMNS SAMPLES OUTPUT INPUT...
#include <mercer/base/random.hpp>
#include <mercer/io/file.hpp>
#include <mercer/parallel/session.hpp>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

namespace {

using namespace mercer;

/// Waves of the unit square with random heights, at nodes that include both ends, so that those of all sizes are alike.
std::vector<float> waves(Index samples, Index rows, Index columns, std::uint64_t stream) {
  const Random random(4, stream);
  const auto position = [](Index i, Index count) { return static_cast<double>(i) / static_cast<double>(count - 1); };
  std::vector<float> values;
  for (Index sample = 0; sample < samples; ++sample)
    for (Index j = 0; j < rows; ++j)
      for (Index i = 0; i < columns; ++i) {
        double sum = 0;
        for (std::uint64_t wave = 1; wave <= 3; ++wave)
          sum += random.normal(static_cast<std::uint64_t>(sample) * 3 + wave) *
                 std::cos(std::numbers::pi * static_cast<double>(wave) * (position(i, columns) + position(j, rows)));
        values.push_back(static_cast<float>(sum));
      }
  return values;
}

void write(const Comm& comm, const std::vector<std::string>& arguments) {
  const Index rows = std::stoll(arguments[1]), columns = std::stoll(arguments[2]), samples = std::stoll(arguments[3]);
  OutputFile file(comm, arguments[0], Existing::replace);
  const Shape shape{samples, rows, columns};
  for (std::size_t input = 5; input < arguments.size(); ++input)
    file.write<float>(arguments[input], shape, waves(samples, rows, columns, input));
  std::vector<float> output = waves(samples, rows, columns, 5);
  for (float& value : output) value *= value;
  file.write<float>(arguments[4], shape, output);
  file.commit();
}

}  // namespace

int main(int count, char** arguments) {
  const Session session;
  const Comm comm;
  return run(comm, [&] {
    write(comm, {arguments + 1, arguments + count});
    return 0;
  });
}
