// Reports on meshes, for people and for programs.
#pragma once

#include <mercer/meshes/check/check_mesh.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/report/record.hpp>

#include <string>
#include <vector>

namespace mercer::driver {

/// The places of the samples with these ids, or of all samples.
std::vector<Index> chosen(const MeshDataset& dataset, const std::vector<std::string>& ids);

Record finding_record(const Finding& finding);
Record report_record(const MeshReport& report, const std::string& name);

/// "1379 nodes, 2618 triangles, a disk: components=1 loops=1 chi=1"
std::string facts_text(const MeshReport& report);

/// "SAMPLE: fault: SENTENCE"
std::string finding_text(const std::string& sample, const Finding& finding);

}  // namespace mercer::driver
