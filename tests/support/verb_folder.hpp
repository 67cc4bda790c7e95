// A folder that verbs work in, and what a verb that fails is to say.
#pragma once

#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

namespace mercer::test {

struct VerbFolder {
  Scratch scratch;
  std::string path(const std::string& name) const { return "'" + (scratch / name).string() + "'"; }
  std::string bytes(const std::string& name) const { return read_file(scratch / name); }
  bool has(const std::string& name) const { return std::filesystem::exists(scratch / name); }
};

/// One message, of which `part` is a part, and the exit code.
inline void expect(const Outcome& outcome, int code, const std::string& part) {
  BOOST_TEST(outcome.code == code, outcome.error);
  BOOST_TEST(contains(outcome.error, part), "'" << part << "' is missing in: " << outcome.error);
  BOOST_TEST(count(outcome.error, "mercer: ") == 1u, outcome.error);
}

}  // namespace mercer::test
