// The file of a solution: plain arrays, what ParaView opens, and the record of the case that made it.
#pragma once

#include <mercer/config/node.hpp>
#include <mercer/io/file.hpp>
#include <mercer/solvers/case.hpp>
#include <mercer/solvers/solver.hpp>

#include <filesystem>

namespace mercer {

/// What goes into the file beside the fields.
struct Provenance {
  Node effective;  ///< the case with overrides and defaults
  Index seed = 0;
  std::string kind = "solution";
};

/// @collective Writes `/fields`, `/grid` or `/mesh`, `/VTKHDF` and `/mercer`; all fields stand on one grid. With
/// `options.xdmf` also an XDMF file.
void write_solution(const Comm& comm, const std::filesystem::path& path, Existing existing,
                    const OutputOptions& options, const Solution& solution, const Provenance& provenance);

inline constexpr Index output_format = 1;  ///< attribute `version` of /mercer

/// @collective Writes the attributes of /mercer, `complete` last, and its group `certificate` with the record.
void write_provenance(OutputFile& file, const Provenance& provenance, const Record& record);

}  // namespace mercer
