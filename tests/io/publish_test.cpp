// Output files are refused before any work, and appear whole or not at all.
#include "bytes.hpp"
#include <mercer/io/file.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

BOOST_AUTO_TEST_SUITE(file_publish)

BOOST_AUTO_TEST_CASE(taken_and_impossible_names_are_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::put_bytes(comm, scratch / "taken.hdf", "old");
  const auto refused = [&](const std::filesystem::path& path, Existing existing, const std::string& why) {
    const auto told = thrown([&] { OutputFile::check(comm, path, existing); });
    BOOST_TEST((told.any && told.agreed && told.fault == Fault::cannot_create && told.says(why)),
               path << ": " << told.text);
  };
  refused(scratch / "taken.hdf", Existing::refuse, "--overwrite");
  refused(scratch / "", Existing::replace, "no name");
  refused(scratch / "nowhere/x.hdf", Existing::refuse, "there is no folder");
  refused(scratch / "taken.hdf/x.hdf", Existing::refuse, "there is no folder");
  refused("/dev/null", Existing::replace, "no regular file");
  refused("/tmp", Existing::replace, "is a folder");
  BOOST_TEST(!thrown([&] { OutputFile::check(comm, scratch / "taken.hdf", Existing::replace); }).any);
  BOOST_TEST(!thrown([&] { OutputFile::check(comm, "plain_name.hdf", Existing::refuse); }).any);
}

BOOST_AUTO_TEST_CASE(nothing_appears_without_a_commit) {
  const Comm comm;
  const SharedScratch scratch(comm);
  test::put_bytes(comm, scratch / "kept.hdf", "old");
  {
    OutputFile file(comm, scratch / "kept.hdf", Existing::replace);
    file.write<double>("x", {2}, std::vector<double>{1, 2});
  }
  MPI_Barrier(comm.raw());
  BOOST_TEST(test::bytes_of(scratch / "kept.hdf") == "old");
  BOOST_TEST(!std::filesystem::exists(scratch / "kept.hdf.part"));
}

BOOST_AUTO_TEST_CASE(a_file_that_appears_meanwhile_is_not_replaced) {
  const Comm comm;
  const SharedScratch scratch(comm);
  {
    OutputFile file(comm, scratch / "raced.hdf", Existing::refuse);
    test::put_bytes(comm, scratch / "raced.hdf", "another run's");
    const auto told = thrown([&] { file.commit(); });
    BOOST_TEST((told.agreed && told.fault == Fault::cannot_create), told.text);
  }
  MPI_Barrier(comm.raw());
  BOOST_TEST(test::bytes_of(scratch / "raced.hdf") == "another run's");
  BOOST_TEST(!std::filesystem::exists(scratch / "raced.hdf.part"));
}

BOOST_AUTO_TEST_CASE(text_files_are_published_the_same_way) {
  const Comm comm;
  const SharedScratch scratch(comm);
  write_file(comm, scratch / "a.xdmf", "<Xdmf/>", Existing::refuse);
  BOOST_TEST(test::bytes_of(scratch / "a.xdmf") == "<Xdmf/>");
  BOOST_TEST(thrown([&] { write_file(comm, scratch / "a.xdmf", "", Existing::refuse); }).agreed);
  BOOST_TEST(!std::filesystem::exists(scratch / "a.xdmf.part"));
}

BOOST_AUTO_TEST_SUITE_END()
