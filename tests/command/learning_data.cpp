// Writes the files that tests of learning read: learning_data FOLDER.
#include <mercer/base/random.hpp>
#include <mercer/io/file.hpp>
#include <mercer/parallel/session.hpp>

#include <array>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <vector>

namespace {

using namespace mercer;

constexpr Index samples = 20, rows = 6, columns = 8;

std::vector<float> inputs(Index count, Index size) {
  const Random random(4);
  std::vector<float> values;
  for (Index i = 0; i < count * size; ++i)
    values.push_back(static_cast<float>(random.normal(static_cast<std::uint64_t>(i))));
  return values;
}

/// b = 2 a - 1.
std::vector<float> outputs(std::vector<float> values) {
  for (float& value : values) value = 2 * value - 1;
  return values;
}

void write_good(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  const std::vector<float> a = inputs(samples, rows * columns);
  file.write<float>("a", {samples, rows, columns}, a);
  file.write<float>("fields/b", {samples, 1, rows, columns}, outputs(a));
  file.write<Index>("splits/late", {4}, std::array<Index, 4>{19, 17, 18, 16});
  file.write<Index>("splits/beyond", {1}, std::array<Index, 1>{samples});
  file.commit();
}

/// One output is not a number, and arrays do not go together.
void write_bad(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  std::vector<float> a = inputs(samples, rows * columns), b = outputs(a);
  file.write<float>("a", {samples, rows, columns}, a);
  b[7 * rows * columns + 3] = NAN;
  file.write<float>("b", {samples, rows, columns}, b);
  file.write<float>("few", {samples / 2, 2 * rows, columns}, a);
  file.write<float>("flat", {samples * rows * columns}, a);
  file.commit();
}

/// The outputs of sample 7 vanish; the split `zero` has it.
void write_vanishing(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  const std::vector<float> a = inputs(samples, rows * columns);
  std::vector<float> b = outputs(a);
  std::fill_n(b.begin() + 7 * rows * columns, rows * columns, 0.0F);
  file.write<float>("a", {samples, rows, columns}, a);
  file.write<float>("b", {samples, rows, columns}, b);
  file.write<Index>("splits/late", {4}, std::array<Index, 4>{19, 17, 18, 16});
  file.write<Index>("splits/zero", {2}, std::array<Index, 2>{7, 9});
  file.commit();
}

void write_other_grid(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  const std::vector<float> a = inputs(5, 4 * 4);
  file.write<float>("a", {5, 4, 4}, a);
  file.write<float>("fields/b", {5, 4, 4}, outputs(a));
  file.commit();
}

/// Arches of several heights on n x n points at i / n, and b = 2 a; with each n, every second of 2 n is the same.
void write_arches(const Comm& comm, const std::filesystem::path& path, Index n) {
  OutputFile file(comm, path, Existing::replace);
  std::vector<float> a, b;
  for (Index sample = 0; sample < samples; ++sample)
    for (Index j = 0; j < n; ++j)
      for (Index i = 0; i < n; ++i) {
        const auto arch = [n](Index k) {
          return std::sin(std::numbers::pi * static_cast<double>(k) / static_cast<double>(n));
        };
        a.push_back(static_cast<float>(static_cast<double>(sample + 1) / 10 * arch(j) * arch(i)));
        b.push_back(2 * a.back());
      }
  file.write<float>("a", {samples, n, n}, a);
  file.write<float>("b", {samples, n, n}, b);
  file.commit();
}

void write_later_version(const Comm& comm, const std::filesystem::path& path) {
  OutputFile file(comm, path, Existing::replace);
  file.group("mercer");
  file.attribute("mercer", "kind", std::string("model"));
  file.attribute<Index>("mercer", "version", std::array{Index{999}});
  file.attribute("mercer", "case", std::string("model: line\n"));
  file.attribute<Index>("mercer", "complete", std::array{Index{1}});
  file.commit();
}

}  // namespace

int main(int, char** arguments) {
  const Session session;
  const Comm comm;
  const std::filesystem::path folder = arguments[1];
  return run(comm, [&] {
    write_good(comm, folder / "good.h5");
    write_bad(comm, folder / "bad.h5");
    write_vanishing(comm, folder / "vanishing.h5");
    write_other_grid(comm, folder / "other.h5");
    write_arches(comm, folder / "arches8.h5", 8);
    write_arches(comm, folder / "arches16.h5", 16);
    write_arches(comm, folder / "arches12.h5", 12);
    write_later_version(comm, folder / "later.h5");
    return 0;
  });
}
