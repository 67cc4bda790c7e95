// Files of others: what is no HDF5 file, what HDF5 can hold and is refused here, and numbers that have to be converted.
#include "bytes.hpp"
#include <mercer/io/file.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <hdf5.h>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

/// @collective Rank 0 makes a file by HDF5 calls.
void make(const Comm& comm, const std::filesystem::path& path, const std::function<void(hid_t file)>& fill) {
  MPI_Barrier(comm.raw());
  if (comm.is_root()) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    fill(file);
    H5Fclose(file);
    H5Pclose(access);
  }
  MPI_Barrier(comm.raw());
}

hid_t space_of(const std::vector<hsize_t>& sizes) {
  return H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
}

void put(hid_t file, const char* name, hid_t stored, hid_t memory, const std::vector<hsize_t>& sizes,
         const void* values, hid_t creation = H5P_DEFAULT) {
  const hid_t dataset = H5Dcreate2(file, name, stored, space_of(sizes), H5P_DEFAULT, creation, H5P_DEFAULT);
  if (values != nullptr) H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
}

hid_t half_type() {
  const hid_t half = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(half, 15, 10, 5, 0, 10);
  H5Tset_size(half, 2);
  H5Tset_ebias(half, 15);
  return half;
}

/// Reading "x" of a file filled by `fill` is refused with the words `why`; the file stays open and of use.
void check_refused(const std::string& why, const std::function<void(hid_t file)>& fill) {
  const Comm comm;
  const SharedScratch scratch(comm);
  make(comm, scratch / "foreign.h5", [&](hid_t file) {
    const double one = 1;
    put(file, "fine", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {1}, &one);
    fill(file);
  });
  const InputFile file(comm, scratch / "foreign.h5");
  double value = 0;
  for (const auto& action : std::vector<std::function<void()>>{
           [&] { file.info("x"); }, [&] { file.read<double>("x", Slab::whole({1}), View<double>(&value, {1})); }}) {
    const auto told = thrown(action);
    BOOST_TEST((told.any && told.agreed && told.fault == Fault::data), told.text);
    BOOST_TEST((told.says(why) && told.says("'x'") && told.says("foreign.h5")), told.text);
  }
  file.read<double>("fine", Slab::whole({1}), View<double>(&value, {1}));
  BOOST_TEST(value == 1);
  for (const DatasetInfo& info : file.datasets())
    BOOST_TEST((info.name == "fine") == info.refusal.empty(), info.refusal);
}

template <class T>
std::vector<T> read_all(const InputFile& file, const std::string& name) {
  std::vector<T> values(static_cast<std::size_t>(file.info(name).shape.count()));
  file.read<T>(name, Slab::whole(file.info(name).shape), View<T>(values.data(), {static_cast<Index>(values.size())}));
  return values;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(foreign_files)

BOOST_AUTO_TEST_CASE(what_is_no_hdf5_file_is_named) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const auto refused = [&](const std::filesystem::path& path, Fault fault, const std::string& why) {
    const auto told = thrown([&] { InputFile(comm, path); });
    BOOST_TEST((told.any && told.agreed && told.fault == fault && told.says(why)), path << ": " << told.text);
  };
  refused(scratch / "missing.h5", Fault::no_input, "there is no file");
  refused(scratch / "", Fault::no_input, "is a folder");
  refused("/dev/null", Fault::no_input, "no regular file");
  const std::vector<std::pair<std::string, std::string>> kinds{{"", "is empty"},
                                                               {"MATLAB 5.0 MAT-file, Platform: GLNXA64", "-v7.3"},
                                                               {std::string("PK\x03\x04zip", 7), ".npz and .pt"},
                                                               {"\x93NUMPY\x01", "NumPy .npy"},
                                                               {"x,y\n1,2\n", "a text"},
                                                               {std::string("CDF\x01\0\0", 6), "netCDF"},
                                                               {std::string("\x89HDF\r\n", 6), "cut short"},
                                                               {std::string("\1\2\3\4", 4), "unknown"}};
  for (const auto& [bytes, why] : kinds) {
    test::put_bytes(comm, scratch / "other", bytes);
    refused(scratch / "other", Fault::data, why);
  }
}

BOOST_AUTO_TEST_CASE(missing_names_come_with_the_nearest) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const double one = 1;
  make(comm, scratch / "a.h5",
       [&](hid_t file) { put(file, "pressure", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {1}, &one); });
  const InputFile file(comm, scratch / "a.h5");
  const auto told = thrown([&] { file.info("presure"); });
  BOOST_TEST((told.agreed && told.says("did you mean 'pressure'")), told.text);
  BOOST_TEST(thrown([&] { file.text_attribute("pressure", "unit"); }).says("has no attribute 'unit'"));
  BOOST_TEST(thrown([&] { file.info("/"); }).says("no dataset"));
}

BOOST_AUTO_TEST_CASE(claims_beyond_the_file_are_refused) {
  check_refused("it claims", [](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk[] = {1, 1024};
    H5Pset_chunk(creation, 2, chunk);
    put(file, "x", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {hsize_t{1} << 30, hsize_t{1} << 30}, nullptr, creation);
  });
  check_refused("it claims", [](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t size = 1, most = H5S_UNLIMITED, chunk = hsize_t{1} << 28;
    H5Pset_chunk(creation, 1, &chunk);
    H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, H5Screate_simple(1, &size, &most), H5P_DEFAULT, creation, H5P_DEFAULT);
  });
}

BOOST_AUTO_TEST_CASE(eight_dimensions_are_refused) {
  const std::vector<double> values(256, 1.0);
  check_refused("8 dimensions", [&](hid_t file) {
    put(file, "x", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {2, 2, 2, 2, 2, 2, 2, 2}, values.data());
  });
}

BOOST_AUTO_TEST_CASE(data_in_other_files_are_refused) {
  check_refused("external storage", [](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/hostname", 0, 8);
    put(file, "x", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {1}, nullptr, creation);
  });
  check_refused("virtual dataset", [](hid_t file) {
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(creation, space_of({4}), "other.h5", "u", space_of({4}));
    put(file, "x", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {4}, nullptr, creation);
  });
}

BOOST_AUTO_TEST_CASE(links_into_other_files_are_refused_anywhere_on_the_way) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const double one = 1;
  make(comm, scratch / "secret.h5",
       [&](hid_t file) { put(file, "u", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {1}, &one); });
  make(comm, scratch / "linked.h5", [&](hid_t file) {
    H5Lcreate_external("secret.h5", "/", file, "door", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/door/u", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
  });
  const InputFile file(comm, scratch / "linked.h5");
  for (const char* name : {"door/u", "soft", "door"}) {
    const auto told = thrown([&] { file.info(name); });
    BOOST_TEST((told.agreed && told.fault == Fault::data && told.says("secret.h5") && told.says("not followed")),
               told.text);
  }
  BOOST_TEST(thrown([&] { file.has("door/u"); }).agreed);
  BOOST_TEST(file.datasets().empty());
}

BOOST_AUTO_TEST_CASE(soft_links_lead_on_but_not_in_circles) {
  const Comm comm;
  const SharedScratch scratch(comm);
  const double one = 1;
  make(comm, scratch / "soft.h5", [&](hid_t file) {
    put(file, "u", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {1}, &one);
    H5Lcreate_soft("/u", file, "good", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/b", file, "a", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/a", file, "b", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file, "/", file, "self", H5P_DEFAULT, H5P_DEFAULT);
  });
  const InputFile file(comm, scratch / "soft.h5");
  BOOST_TEST(read_all<double>(file, "good") == std::vector<double>{1}, boost::test_tools::per_element());
  const auto told = thrown([&] { file.info("a"); });
  BOOST_TEST((told.agreed && told.fault == Fault::data && told.says("links")), told.text);
  BOOST_TEST(file.datasets().size() == 1);
}

BOOST_AUTO_TEST_CASE(unknown_filters_are_named_with_the_way_out) {
  for (const auto& [filter, words] :
       std::vector<std::pair<H5Z_filter_t, std::string>>{{32000, "LZF"}, {31999, "31999"}}) {
    check_refused(words, [filter = filter](hid_t file) {
      const H5Z_class2_t kind{
          H5Z_CLASS_T_VERS,
          filter,
          1,
          1,
          "none",
          nullptr,
          nullptr,
          [](unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*, void**) { return bytes; }};
      H5Zregister(&kind);
      const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
      const hsize_t chunk = 4;
      H5Pset_chunk(creation, 1, &chunk);
      H5Pset_filter(creation, filter, H5Z_FLAG_MANDATORY, 0, nullptr);
      const double values[] = {1, 2, 3, 4};
      put(file, "x", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, {4}, values, creation);
    });
  }
}

BOOST_AUTO_TEST_CASE(types_other_than_numbers_and_texts_are_refused) {
  check_refused("compound", [](hid_t file) {
    const hid_t type = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(type, "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "i", 8, H5T_NATIVE_DOUBLE);
    put(file, "x", type, type, {1}, nullptr);
  });
  check_refused("reference", [](hid_t file) { put(file, "x", H5T_STD_REF_OBJ, H5T_STD_REF_OBJ, {1}, nullptr); });
  check_refused("sequence", [](hid_t file) {
    const hid_t type = H5Tvlen_create(H5T_NATIVE_DOUBLE);
    put(file, "x", type, type, {1}, nullptr);
  });
  check_refused("named type", [](hid_t file) {
    const hid_t type = H5Tcopy(H5T_NATIVE_DOUBLE);
    H5Tcommit2(file, "type", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put(file, "x", type, type, {1}, nullptr);
  });
  check_refused("without values", [](hid_t file) {
    H5Dcreate2(file, "x", H5T_NATIVE_DOUBLE, H5Screate(H5S_NULL), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  });
}

BOOST_AUTO_TEST_CASE(numbers_are_converted) {
  const Comm comm;
  const SharedScratch scratch(comm);
  make(comm, scratch / "n.h5", [](hid_t file) {
    const double halves[] = {0.5, -2, 65504};
    const std::int64_t wide[] = {1, -2, 3};
    const std::int8_t truth[] = {1, 0};
    put(file, "half", half_type(), H5T_NATIVE_DOUBLE, {3}, halves);
    put(file, "big", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, {3}, halves);
    put(file, "wide_big", H5T_STD_I64BE, H5T_NATIVE_INT64, {3}, wide);
    const hid_t boolean = H5Tenum_create(H5T_NATIVE_INT8);
    std::int8_t no = 0, yes = 1;
    H5Tenum_insert(boolean, "FALSE", &no);
    H5Tenum_insert(boolean, "TRUE", &yes);
    put(file, "mask", boolean, boolean, {2}, truth);
  });
  const InputFile file(comm, scratch / "n.h5");
  const std::vector<double> halves{0.5, -2, 65504};
  BOOST_TEST(file.info("half").type == "float16");
  BOOST_TEST(file.info("mask").type == "bool");
  BOOST_TEST(file.info("wide_big").type == "int64");
  BOOST_TEST(read_all<double>(file, "half") == halves, boost::test_tools::per_element());
  BOOST_TEST(read_all<double>(file, "big") == halves, boost::test_tools::per_element());
  BOOST_TEST(read_all<std::int32_t>(file, "wide_big") == (std::vector<std::int32_t>{1, -2, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(read_all<float>(file, "wide_big") == (std::vector<float>{1, -2, 3}), boost::test_tools::per_element());
  BOOST_TEST(read_all<std::int8_t>(file, "mask") == (std::vector<std::int8_t>{1, 0}), boost::test_tools::per_element());
  BOOST_TEST(read_all<double>(file, "mask") == (std::vector<double>{1, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_that_do_not_fit_are_told) {
  const Comm comm;
  const SharedScratch scratch(comm);
  make(comm, scratch / "n.h5", [](hid_t file) {
    const std::int64_t wide[] = {1, std::int64_t{1} << 40};
    const std::uint64_t unsigned_wide[] = {std::uint64_t{1} << 63};
    const double half = 0.5, huge = 1e300, not_a_number = std::nan("");
    put(file, "wide", H5T_STD_I64LE, H5T_NATIVE_INT64, {2}, wide);
    put(file, "wide_big", H5T_STD_I64BE, H5T_NATIVE_INT64, {2}, wide);
    put(file, "unsigned", H5T_STD_U64LE, H5T_NATIVE_UINT64, {1}, unsigned_wide);
    put(file, "half", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {1}, &half);
    put(file, "huge", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {1}, &huge);
    put(file, "nan", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, {1}, &not_a_number);
  });
  const InputFile file(comm, scratch / "n.h5");
  const auto refused = [&](const test::Thrown& told, const std::string& why) {
    BOOST_TEST((told.agreed && told.fault == Fault::data && told.says(why) && told.says("n.h5")), told.text);
  };
  refused(thrown([&] { read_all<std::int32_t>(file, "wide"); }), "outside its range");
  refused(thrown([&] { read_all<std::int32_t>(file, "wide_big"); }), "outside its range");
  refused(thrown([&] { read_all<std::int64_t>(file, "unsigned"); }), "outside its range");
  refused(thrown([&] { read_all<std::int32_t>(file, "half"); }), "fraction");
  refused(thrown([&] { read_all<float>(file, "huge"); }), "outside its range");
  refused(thrown([&] { read_all<std::int64_t>(file, "nan"); }), "NaN");
  BOOST_TEST(read_all<std::int64_t>(file, "wide").back() == std::int64_t{1} << 40);
  BOOST_TEST(std::isnan(read_all<double>(file, "nan").front()));
}

BOOST_AUTO_TEST_CASE(texts_of_either_kind_are_read) {
  const Comm comm;
  const SharedScratch scratch(comm);
  make(comm, scratch / "t.h5", [](hid_t file) {
    const hid_t variable = H5Tcopy(H5T_C_S1);
    H5Tset_size(variable, H5T_VARIABLE);
    H5Tset_cset(variable, H5T_CSET_UTF8);
    const char* words[] = {"größer", ""};
    put(file, "variable", variable, variable, {2}, words);
    const hid_t spaced = H5Tcopy(H5T_FORTRAN_S1);
    H5Tset_size(spaced, 4);
    put(file, "spaced", spaced, spaced, {2}, "a   b c ");
    const hid_t attribute = H5Acreate2(file, "unit", variable, H5Screate(H5S_SCALAR), H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, variable, words);
    const double numbers[] = {1.5, 2};
    const hid_t two = H5Acreate2(file, "two", H5T_IEEE_F32BE, space_of({2}), H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(two, H5T_NATIVE_DOUBLE, numbers);
  });
  const InputFile file(comm, scratch / "t.h5");
  const std::vector<std::string> words{"größer", ""};
  BOOST_TEST(file.read_text("variable") == words, boost::test_tools::per_element());
  BOOST_TEST(file.read_text("spaced") == (std::vector<std::string>{"a", "b c"}), boost::test_tools::per_element());
  BOOST_TEST(file.text_attribute("/", "unit") == "größer");
  BOOST_TEST(file.number_attribute("/", "two") == (std::vector<double>{1.5, 2}), boost::test_tools::per_element());
  BOOST_TEST(thrown([&] { file.number_attribute("/", "unit"); }).says("not numbers"));
  BOOST_TEST(thrown([&] { file.text_attribute("/", "two"); }).says("not text"));
  BOOST_TEST(thrown([&] { read_all<double>(file, "spaced"); }).says("not numbers"));
}

BOOST_AUTO_TEST_SUITE_END()
