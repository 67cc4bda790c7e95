// What is written is read back, on any number of ranks, and the bytes of the file do not depend on that number.
#include "bytes.hpp"
#include <mercer/io/file.hpp>
#include <mercer/parallel/decomposition.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

double value_at(Index flat) { return std::sin(0.01 * static_cast<double>(flat)) + static_cast<double>(flat % 7); }

Index flat_position(const Shape& shape, const Slab& slab, Index element) {
  const Shape packed = slab.shape();
  Index flat = 0, stride = 1;
  for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
    flat += stride * slab.position(axis, element % packed[axis]);
    element /= packed[axis];
    stride *= shape[axis];
  }
  return flat;
}

Slab slab_of(const Box& box) {
  Shape start = box.shape();
  for (int axis = 0; axis < box.dimensions; ++axis) start[axis] = box.ranges[static_cast<std::size_t>(axis)].begin;
  return Slab::box(start, box.shape());
}

template <class T>
Tensor<T> values_of(const Shape& shape, const Slab& slab, Rows rows) {
  Tensor<T> values(slab.shape(), rows);
  Index element = 0;
  for (Index row = 0; row < values.view().rows(); ++row) {
    for (T& value : values.view().row(row)) value = static_cast<T>(value_at(flat_position(shape, slab, element++)));
  }
  return values;
}

/// Rank r's part of an array: a block, or every so many-th row of the first axis.
enum class Cut { slabs, boxes, interleaved };

Slab cut(const Shape& shape, const Comm& comm, Cut kind) {
  if (kind != Cut::interleaved) {
    return slab_of(Decomposition(shape, comm, kind == Cut::slabs ? Split::slabs : Split::boxes).owned(comm.rank()));
  }
  Slab slab = Slab::whole(shape);
  slab.start[0] = comm.rank();
  slab.stride[0] = comm.size();
  slab.block[0] = 1;
  slab.count[0] = (shape[0] - comm.rank() + comm.size() - 1) / comm.size();
  return slab;
}

const std::vector<Shape> shapes{{1},        {5},          {100003},     {3, 2},      {1, 701},
                                {257, 263}, {1, 40, 900}, {13, 17, 19}, {40, 50, 60}};

void write_everything(const Comm& comm, const std::filesystem::path& path, Cut kind, int deflate) {
  OutputFile file(comm, path, Existing::replace, deflate);
  int number = 0;
  for (const Shape& shape : shapes) {
    const Slab slab = cut(shape, comm, kind);
    const std::string name = "fields/u" + std::to_string(number++);
    file.write<double>(name, shape, slab, values_of<double>(shape, slab, Rows::padded).view());
    file.write<std::int32_t>(name + "_count", shape, slab, values_of<std::int32_t>(shape, slab, Rows::dense).view());
    file.attribute(name, "axes", std::string("y,x"));
  }
  file.write<double>("scalar", {}, std::vector<double>{2.5});
  file.write<float>("table", {2, 2}, std::vector<float>{1, 2, 3, 4});
  file.write_text("lines", {"one", "two words", "", "größer"});
  file.attribute("/", "numbers", std::span<const double>(std::vector<double>{1, 2, 3}));
  file.link("fields/u0", "again/u");
  file.commit();
}

template <class T>
Index wrong_values(const InputFile& file, const std::string& name, const Shape& shape, const Slab& slab, Rows rows) {
  Tensor<T> values(slab.shape(), rows);
  file.read<T>(name, slab, values.view());
  const Tensor<T> expected = values_of<T>(shape, slab, rows);
  Index wrong = 0;
  for (Index row = 0; row < values.view().rows(); ++row)
    wrong += !std::ranges::equal(values.view().row(row), expected.view().row(row));
  return wrong;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(file_round_trip)

BOOST_AUTO_TEST_CASE(values_come_back_whatever_the_cut_and_the_compression) {
  const Comm comm;
  const SharedScratch scratch(comm);
  for (const Cut kind : {Cut::slabs, Cut::boxes, Cut::interleaved}) {
    for (const int deflate : {0, 4}) {
      write_everything(comm, scratch / "all.hdf", kind, deflate);
      const InputFile file(comm, scratch / "all.hdf");
      int number = 0;
      for (const Shape& shape : shapes) {
        const std::string name = "fields/u" + std::to_string(number++);
        for (const Cut other : {Cut::slabs, Cut::boxes, Cut::interleaved}) {
          BOOST_TEST(wrong_values<double>(file, name, shape, cut(shape, comm, other), Rows::padded) == 0, name);
          BOOST_TEST(
              wrong_values<std::int32_t>(file, name + "_count", shape, cut(shape, comm, other), Rows::dense) == 0,
              name);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(bytes_are_those_of_one_rank) {
  const Comm comm;
  const SharedScratch scratch(comm);
  for (const int deflate : {0, 4}) {
    if (comm.is_root()) write_everything(Comm::self(), scratch / "serial.hdf", Cut::slabs, deflate);
    for (const Cut kind : {Cut::slabs, Cut::boxes, Cut::interleaved}) {
      write_everything(comm, scratch / "parallel.hdf", kind, deflate);
      if (!comm.is_root()) continue;
      BOOST_TEST((test::bytes_of(scratch / "serial.hdf") == test::bytes_of(scratch / "parallel.hdf")),
                 "deflate " << deflate << ", cut " << static_cast<int>(kind));
    }
  }
}

BOOST_AUTO_TEST_CASE(arrays_written_row_by_row_are_those_written_at_once) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const std::vector<Shape> sizes{{0, 3}, {1}, {7, 5}, {100003}, {5, 300, 401}, {1000, 16, 17}};
  for (const int deflate : {0, 4}) {
    const auto write = [&](const Comm& writers, const std::string& path, bool by_rows) {
      OutputFile file(writers, scratch / path, Existing::replace, deflate);
      for (std::size_t k = 0; k < sizes.size(); ++k) {
        const Shape& shape = sizes[k];
        const std::string name = "u" + std::to_string(k);
        const Slab slab = cut(shape, writers, Cut::slabs);
        if (!by_rows) {
          file.write<double>(name, shape, slab, values_of<double>(shape, slab, Rows::dense).view());
          continue;
        }
        file.write_rows<double>(name, shape, [&](Index first, std::span<double> rows) {
          const Index row = shape.count() / shape[0];
          for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = value_at(first * row + static_cast<Index>(i));
        });
      }
      file.commit();
    };
    write(comm, "rows.hdf", true);
    write(comm, "whole.hdf", false);
    if (comm.is_root()) write(Comm::self(), "serial.hdf", true);
    if (!comm.is_root()) continue;
    BOOST_TEST((test::bytes_of(scratch / "rows.hdf") == test::bytes_of(scratch / "whole.hdf")), deflate);
    BOOST_TEST((test::bytes_of(scratch / "rows.hdf") == test::bytes_of(scratch / "serial.hdf")), deflate);
  }
  OutputFile file(comm, scratch / "failed.hdf", Existing::replace);
  const auto told = thrown([&] {
    file.write_rows<double>("u", {100, 4000}, [](Index first, std::span<double>) {
      require(first < 50, Fault::data, "row {} is not there", first);
    });
  });
  BOOST_TEST((told.agreed && told.fault == Fault::data && told.says("is not there")), told.text);
}

BOOST_AUTO_TEST_CASE(scalars_texts_and_attributes_come_back) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_everything(comm, scratch / "all.hdf", Cut::slabs, 0);
  const InputFile file(comm, scratch / "all.hdf");
  double scalar = 0;
  file.read<double>("scalar", Slab::whole({}), View<double>(&scalar, {}));
  BOOST_TEST(scalar == 2.5);
  BOOST_TEST(file.read_text("lines") == (std::vector<std::string>{"one", "two words", "", "größer"}),
             boost::test_tools::per_element());
  BOOST_TEST(file.text_attribute("/fields/u5", "axes") == "y,x");
  BOOST_TEST(file.number_attribute("/", "numbers") == (std::vector<double>{1, 2, 3}), boost::test_tools::per_element());
  BOOST_TEST(file.has("again/u"));
  BOOST_TEST(!file.has("again/v"));
  BOOST_TEST(file.has_attribute("/", "numbers"));
  BOOST_TEST(!file.has_attribute("/", "number"));
  BOOST_TEST(file.attributes("/") == std::vector<std::string>{"numbers"}, boost::test_tools::per_element());
  const DatasetInfo info = file.info("/fields/u5_count");
  BOOST_TEST((info.shape == Shape{257, 263}));
  BOOST_TEST(info.type == "int32");
  BOOST_TEST(file.datasets().size() == 2 * shapes.size() + 4);
  BOOST_TEST(file.datasets().front().name == "again/u");
}

BOOST_AUTO_TEST_CASE(lists_of_texts_are_attributes_too) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const std::vector<std::string> names{"Re", "", "température"};
  {
    OutputFile file(comm, scratch / "texts.hdf", Existing::refuse);
    file.attribute("/", "in_scalars", names);
    file.attribute("/", "none", std::vector<std::string>{});
    file.attribute("/", "empty", std::string());
    file.commit();
  }
  const InputFile file(comm, scratch / "texts.hdf");
  BOOST_TEST(file.texts_attribute("/", "in_scalars") == names, boost::test_tools::per_element());
  BOOST_TEST(file.texts_attribute("/", "none").empty());
  BOOST_TEST(file.text_attribute("/", "empty").empty());
}

BOOST_AUTO_TEST_CASE(groups_tell_the_names_in_them) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const double one = 1;
  OutputFile file(comm, scratch / "groups.h5", Existing::refuse);
  file.group("/b/z");
  file.group("/b/a");
  file.write<double>("/b/m", {}, std::span<const double>(&one, 1));
  file.commit();
  const InputFile read(comm, scratch / "groups.h5");
  BOOST_TEST((read.children("/b") == std::vector<std::string>{"a", "m", "z"}));
  BOOST_TEST((read.children("") == std::vector<std::string>{"b"}));
  BOOST_TEST(read.children("/b/a").empty());
  BOOST_CHECK_EXCEPTION(read.children("/b/m"), Error, [](const Error& error) { return error.fault() == Fault::data; });
}

BOOST_AUTO_TEST_CASE(empty_datasets_and_ranks_without_a_part_are_fine) {
  const Comm comm;
  const SharedScratch scratch(comm);
  {
    OutputFile file(comm, scratch / "empty.hdf", Existing::refuse, 1);
    file.write<double>("none", {0, 3}, Slab::none({0, 3}), View<const double>(nullptr, {0}));
    file.write_text("no_lines", {});
    const Index two[] = {7, 8};
    const bool last = comm.rank() == comm.size() - 1;
    file.write<Index>("two", {2}, last ? Slab::whole({2}) : Slab::none({2}), View<const Index>(two, {last ? 2 : 0}));
    file.commit();
  }
  const InputFile file(comm, scratch / "empty.hdf");
  BOOST_TEST((file.info("none").shape == Shape{0, 3}));
  BOOST_TEST(file.read_text("no_lines").empty());
  file.read<double>("none", Slab::none({0, 3}), View<double>(nullptr, {0, 3}));
  Index two[] = {0, 0};
  file.read<Index>("two", comm.is_root() ? Slab::whole({2}) : Slab::none({2}),
                   View<Index>(two, {comm.is_root() ? 2 : 0}));
  BOOST_TEST(two[0] == (comm.is_root() ? 7 : 0));
}

BOOST_AUTO_TEST_CASE(windows_of_larger_arrays_are_written_and_read_in_place) {
  const Comm comm;
  const SharedScratch scratch(comm);
  Tensor<float> halo({6, 8, 10});
  const View<float> inner(&halo(1, 2, 3), {4, 4, 5}, halo.view().strides());
  const View<float> uneven(halo.data(), {2, 2, 3}, {100, 7, 1});  // no part of a dense array
  for (const View<float>& view : {inner, uneven}) {
    for (Index row = 0; row < view.rows(); ++row) std::ranges::fill(view.row(row), static_cast<float>(row));
    {
      OutputFile file(comm, scratch / "window.hdf", Existing::replace);
      const bool writes = comm.is_root();
      file.write<float>("w", view.shape(), writes ? Slab::whole(view.shape()) : Slab::none(view.shape()),
                        writes ? View<const float>(view) : View<const float>(nullptr, {0}));
      file.commit();
    }
    for (Index row = 0; row < view.rows(); ++row) std::ranges::fill(view.row(row), -1.0F);
    InputFile(comm, scratch / "window.hdf").read<float>("w", Slab::whole(view.shape()), view);
    for (Index row = 0; row < view.rows(); ++row) BOOST_TEST(view.row(row).back() == static_cast<float>(row));
  }
  BOOST_TEST(halo(0, 5, 0) == 0);
}

BOOST_AUTO_TEST_CASE(nan_passes) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const double inf = std::numeric_limits<double>::infinity();
  {
    OutputFile file(comm, scratch / "nan.hdf", Existing::refuse);
    file.write<double>("x", {3}, std::vector<double>{std::nan(""), inf, -inf});
    file.commit();
  }
  const InputFile file(comm, scratch / "nan.hdf");
  float x[3] = {};
  file.read<float>("x", Slab::whole({3}), View<float>(x, {3}));
  BOOST_TEST(std::isnan(x[0]));
  BOOST_TEST((x[1] == inf && x[2] == -inf));
}

BOOST_AUTO_TEST_CASE(wrong_use_is_an_agreed_error_and_spoils_nothing) {
  const Comm comm;
  const SharedScratch scratch(comm);
  OutputFile file(comm, scratch / "use.hdf", Existing::refuse);
  const std::vector<double> three{1, 2, 3};
  file.write<double>("a/x", {3}, three);
  const auto again = thrown([&] { file.write<double>("/a/x", {3}, three); });
  BOOST_TEST((again.agreed && again.fault == Fault::internal && again.says("before")), again.text);
  const auto below = thrown([&] { file.write<double>("a/x/y", {3}, three); });
  BOOST_TEST(below.says("no group"), below.text);
  const auto missing =
      thrown([&] { file.write<double>("part", {5}, Slab::none({5}), View<const double>(nullptr, {0})); });
  BOOST_TEST(missing.says("0 elements"), missing.text);
  const auto outside =
      thrown([&] { file.write<double>("out", {2}, Slab::box({1}, {3}), View<const double>(three.data(), {3})); });
  BOOST_TEST(outside.says("does not lie in axis 0"), outside.text);
  const auto long_text = thrown([&] { file.attribute("/", "case", std::string(70000, 'x')); });
  BOOST_TEST(long_text.says("write it as a dataset"), long_text.text);
  file.attribute("a", "unit", std::string("m"));
  const auto twice = thrown([&] { file.attribute("/a", "unit", std::string("m")); });
  BOOST_TEST(twice.says("before"), twice.text);
  file.commit();
  const auto late = thrown([&] { file.group("late"); });
  BOOST_TEST(late.says("committed"), late.text);
  BOOST_TEST((InputFile(comm, scratch / "use.hdf").info("a/x").shape == Shape{3}));
}

BOOST_AUTO_TEST_SUITE_END()
