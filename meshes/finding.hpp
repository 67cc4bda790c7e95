// What is to be said about a mesh or a dataset: one sentence each, with a code for programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mercer {

enum class Severity {
  note,     ///< something was done, or is worth knowing
  warning,  ///< of use as it is, and probably not what was meant
  fault,    ///< not to be used
};

std::string_view name(Severity severity) noexcept;

struct Finding {
  Severity severity = Severity::note;
  std::string code;      ///< "unused_nodes"
  std::string sentence;  ///< starts in lower case, without a full stop
};

/// Whether there is no fault among them.
bool is_sound(const std::vector<Finding>& findings) noexcept;

}  // namespace mercer
