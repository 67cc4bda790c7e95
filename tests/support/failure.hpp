// What a failure looks like to a test: its fault and a piece of its text.
#pragma once

#include <mercer/base/error.hpp>

#include <optional>
#include <string>

/// For BOOST_CHECK_EXCEPTION: whether an Error has this fault and contains this text.
inline auto failure(mercer::Fault fault, const std::string& piece) {
  return [=](const mercer::Error& error) {
    return error.fault() == fault && std::string(error.what()).find(piece) != std::string::npos;
  };
}

namespace mercer::test {

/// The failure of a call as a value, where several pieces of it matter.
struct Failure {
  std::optional<Fault> fault;  ///< none where nothing was thrown
  std::string text;
  bool is(Fault expected, const std::string& part) const {
    return fault == expected && text.find(part) != std::string::npos;
  }
};

template <class F>
Failure failure(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.fault(), error.what()};
  }
  return {};
}

}  // namespace mercer::test
