// Records as people read them.
#pragma once

#include <mercer/parallel/comm.hpp>
#include <mercer/report/record.hpp>

#include <string>

namespace mercer::driver {

/// One line a value, nested names joined by points.
std::string record_text(const Record& record);

/// @collective Rank 0 writes `text` to standard output; a reader that has gone away is no failure, a full disk is one
/// of Fault::io.
void print(const Comm& comm, const std::string& text);

/// A name that stands for itself in a record, where points would lead into nested ones.
std::string plain_name(std::string name);

}  // namespace mercer::driver
