// Data that are too large to come with the sources: their folder is what MERCER_DATA says.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace mercer::test {

/// A precondition: the case is skipped, and says so on standard error, where the data are not there.
struct NeedsData {
  std::string name;
  boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id id) const {
    const char* folder = std::getenv("MERCER_DATA");
    if (folder != nullptr && std::filesystem::exists(std::filesystem::path(folder) / name)) return true;
    const std::string test = boost::unit_test::framework::get(id, boost::unit_test::TUT_ANY).full_name();
    std::fprintf(stderr, "SKIPPED %s: it needs '%s' in the folder that MERCER_DATA names\n", test.c_str(),
                 name.c_str());
    return false;
  }
};

inline std::filesystem::path data(const std::string& name) {
  return std::filesystem::path(std::getenv("MERCER_DATA")) / name;
}

}  // namespace mercer::test
