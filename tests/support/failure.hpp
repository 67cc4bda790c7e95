// What a failure should look like: its fault and a piece of its text, for BOOST_CHECK_EXCEPTION.
#pragma once

#include <mercer/base/error.hpp>

#include <string>

/// Whether an Error has this fault and contains this text.
inline auto failure(mercer::Fault fault, const std::string& piece) {
  return [=](const mercer::Error& error) {
    return error.fault() == fault && std::string(error.what()).find(piece) != std::string::npos;
  };
}
