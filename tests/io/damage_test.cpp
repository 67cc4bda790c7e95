// Broken files: cut short at any length, or with a flipped bit, a file is refused or gives the values that were
// written.
#include "bytes.hpp"
#include <mercer/io/file.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

const Shape shape{40, 50};

void write_sample(const Comm& comm, const std::filesystem::path& path, int deflate) {
  std::vector<double> values(static_cast<std::size_t>(shape.count()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i));
  OutputFile file(comm, path, Existing::replace, deflate);
  file.write<double>("fields/u", shape, values);
  file.attribute("fields/u", "axes", std::string("y,x"));
  file.write<Index>("steps", {3}, std::vector<Index>{1, 2, 3});
  file.write<double>("time", {}, std::vector<double>{0.5});
  file.write_text("lines", {"solver: darcy", "seed: 7"});
  file.attribute("/", "complete", std::span<const std::int32_t>(std::vector<std::int32_t>{1}));
  file.commit();
}

/// All that the file holds, as one text.
std::string contents(const Comm& comm, const std::filesystem::path& path) {
  const InputFile file(comm, path);
  std::string all;
  for (const DatasetInfo& info : file.datasets()) {
    require(info.refusal.empty(), Fault::data, "{}", info.refusal);
    all += fmt::format("{} {} {}:", info.name, info.type, text(info.shape));
    if (info.type == "text") {
      for (const std::string& line : file.read_text(info.name)) all += line + "\n";
    } else {
      Tensor<double> values(info.shape, Rows::dense);
      file.read<double>(info.name, Slab::whole(info.shape), values.view());
      for (const double value : values.span()) all += fmt::format(" {}", value);
    }
    for (const std::string& name : file.attributes(info.name)) all += name + file.text_attribute(info.name, name);
  }
  for (const std::string& name : file.attributes("/"))
    all += fmt::format("{}{}", name, file.number_attribute("/", name).at(0));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(file_damage)

BOOST_AUTO_TEST_CASE(a_file_cut_short_anywhere_is_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_sample(comm, scratch / "whole.hdf", 0);
  const std::string whole = test::bytes_of(scratch / "whole.hdf");
  const std::size_t step = whole.size() / 150;
  for (std::size_t size = 0; size < whole.size(); size += size < 64 || size + 64 > whole.size() ? 3 : step) {
    test::put_bytes(comm, scratch / "cut.hdf", whole.substr(0, size));
    const auto told = thrown([&] { contents(comm, scratch / "cut.hdf"); });
    BOOST_TEST((told.any && told.agreed && told.fault == Fault::data && told.says("cut.hdf")),
               size << " bytes: " << told.text);
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_is_refused_or_does_not_matter) {
  const Comm comm;
  const SharedScratch scratch(comm);
  int refused = 0;
  for (const int deflate : {0, 4}) {
    write_sample(comm, scratch / "whole.hdf", deflate);
    const std::string whole = test::bytes_of(scratch / "whole.hdf");
    const std::string expected = contents(comm, scratch / "whole.hdf");
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      std::string flipped = whole;
      const std::uint64_t bit = seed * 2654435761U % (8 * whole.size());
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      test::put_bytes(comm, scratch / "flipped.hdf", flipped);
      std::string found = expected;
      const auto told = thrown([&] { found = contents(comm, scratch / "flipped.hdf"); });
      BOOST_TEST((found == expected), "bit " << bit << " of " << 8 * whole.size() << " changes values silently");
      BOOST_TEST((!told.any || (told.agreed && told.fault == Fault::data)), told.text);
      refused += told.any;
    }
  }
  BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_CASE(a_broken_chunk_that_one_rank_needs_fails_on_all) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const Shape large{512, 256};  // four chunks of compressed rows
  std::vector<double> values(static_cast<std::size_t>(large.count()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i));
  {
    OutputFile file(comm, scratch / "chunks.hdf", Existing::refuse, 4);
    file.write<double>("u", large, values);
    file.commit();
  }
  std::string bytes = test::bytes_of(scratch / "chunks.hdf");
  bytes[bytes.size() - 1000] = static_cast<char>(bytes[bytes.size() - 1000] ^ 1);  // in the last chunk
  test::put_bytes(comm, scratch / "chunks.hdf", bytes);
  const InputFile file(comm, scratch / "chunks.hdf");
  const Index rows = comm.rank() == comm.size() - 1 ? 2 : 1;
  Tensor<double> read({rows, 256});
  const auto told = thrown([&] {
    file.read<double>("u", Slab::box({rows == 2 ? 510 : 0, 0}, {rows, 256}), read.view());
  });
  BOOST_TEST((told.agreed && told.fault == Fault::data), told.text);
  BOOST_TEST((told.says("'u'") && told.says("chunks.hdf") && told.says("Fletcher32")), told.text);
  file.read<double>("u", Slab::box({0, 0}, {1, 256}), View<double>(read.data(), {1, 256}));
  BOOST_TEST(read(0, 255) == std::sin(255.0));
}

BOOST_AUTO_TEST_SUITE_END()
