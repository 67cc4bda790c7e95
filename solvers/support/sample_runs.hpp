// Arrays of samples, read a few consecutive samples at a time.
#pragma once

#include <mercer/io/input_file.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace mercer {

/// @collective The shape of an array. Throws Fault::data, with the nearest name, where there is none.
Shape array_shape(const InputFile& file, const std::string& name);

/// Calls use(position, ids) for runs of consecutive samples of `values` numbers each, as long as few are read at once.
template <class Use>
void each_run(const std::vector<Index>& ids, Index values, const Use& use) {
  const auto most = static_cast<std::size_t>(std::max<Index>(1, (Index{1} << 22) / std::max<Index>(1, values)));
  for (std::size_t at = 0; at < ids.size();) {
    std::size_t end = at + 1;
    while (end < ids.size() && end - at < most && ids[end] == ids[end - 1] + 1) ++end;
    use(static_cast<Index>(at), std::span(ids).subspan(at, end - at));
    at = end;
  }
}

}  // namespace mercer
