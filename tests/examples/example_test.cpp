// Runs every command of an example's expect.yaml in a copy of its folder and compares the numbers that it prints.
#include "support/process.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <yaml-cpp/yaml.h>

namespace {

namespace fs = std::filesystem;

/// The value at "a.b.0" of a JSON text.
const nlohmann::json& at(const nlohmann::json& document, const std::string& path) {
  std::string pointer = "/" + path;
  for (char& letter : pointer)
    if (letter == '.') letter = '/';
  return document.at(nlohmann::json::json_pointer(pointer));
}

void compare(const std::string& command, const std::string& path, const nlohmann::json& value,
             const YAML::Node& wanted) {
  const std::string what = command + ": " + path + " is " + value.dump();
  if (!value.is_number()) {
    BOOST_TEST(value.get<std::string>() == wanted["equal"].as<std::string>(), what);
    return;
  }
  const double number = value.get<double>();
  if (wanted["max"])
    BOOST_TEST(number <= wanted["max"].as<double>(),
               what << ", at most " << wanted["max"].as<double>() << " was expected");
  if (wanted["min"])
    BOOST_TEST(number >= wanted["min"].as<double>(),
               what << ", at least " << wanted["min"].as<double>() << " was expected");
  if (wanted["equal"]) {
    const double tolerance = wanted["tolerance"] ? wanted["tolerance"].as<double>() : 0;
    BOOST_TEST(std::abs(number - wanted["equal"].as<double>()) <= tolerance,
               what << ", " << wanted["equal"].as<double>() << " was expected");
  }
}

/// Whether what a step `needs` is in the folder that MERCER_DATA names; says so where it is not.
bool has_data(const YAML::Node& step, const std::string& example) {
  if (!step["needs"]) return true;
  const auto name = step["needs"].as<std::string>();
  const char* data = std::getenv("MERCER_DATA");
  if (data != nullptr && fs::exists(fs::path(data) / name)) return true;
  std::fprintf(stderr, "SKIPPED %s: it needs '%s' in the folder that MERCER_DATA names\n", example.c_str(),
               name.c_str());
  return false;
}

std::string path_with_mercer() {
  const fs::path command = mercer::test::setting("MERCER_COMMAND");
  return "PATH=" + command.parent_path().string() + ":$PATH; export PATH; ";
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_example_gives_what_it_promises) {
  const fs::path folder = mercer::test::setting("MERCER_EXAMPLE");
  const YAML::Node expected = YAML::LoadFile((folder / "expect.yaml").string());
  BOOST_REQUIRE(expected.size() > 0);
  const mercer::test::Scratch scratch;
  fs::copy(folder, scratch.folder(), fs::copy_options::recursive);
  for (const YAML::Node& step : expected) {
    if (!has_data(step, folder.filename().string())) continue;
    const auto command = step["command"].as<std::string>();
    const auto outcome =
        mercer::test::shell("cd '" + scratch.folder().string() + "'; " + path_with_mercer() + command, 300);
    BOOST_REQUIRE_MESSAGE(outcome.code == 0, command << " ended with " << outcome.code << ": " << outcome.error);
    if (!step["values"]) continue;
    const auto answer = nlohmann::json::parse(outcome.out);
    for (const auto& value : step["values"])
      compare(command, value.first.as<std::string>(), at(answer, value.first.as<std::string>()), value.second);
  }
}
