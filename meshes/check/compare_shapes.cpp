// Outlines compared: how many corners they have, and how far they are from those of a training set.
#include <mercer/meshes/check/check_dataset.hpp>
#include <mercer/meshes/check/shape_family.hpp>

#include <algorithm>

namespace mercer {
namespace {

constexpr double most_novel = 3;  // standard deviations

/// The number of corners that most outlines have; of equally many the lowest.
std::optional<Index> usual_corners(const std::vector<MeshReport>& reports) {
  std::map<Index, Index> counts;
  Index outlines = 0;
  for (const MeshReport& report : reports)
    if (report.outline) {
      ++counts[report.outline->corners];
      ++outlines;
    }
  if (outlines < 3) return std::nullopt;  // of two, none is the unusual one
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })->first;
}

}  // namespace

void find_other_corners(const std::vector<MeshReport>& usual, std::vector<MeshReport>& reports) {
  const std::optional<Index> most = usual_corners(usual);
  if (!most) return;
  for (MeshReport& report : reports) {
    if (!report.outline || report.outline->corners == *most) continue;
    report.findings.push_back(
        {Severity::warning, "landmark_count",
         fmt::format(
             "landmark_count: its boundary has {} corners and that of most has {}, so a model with landmarks at "
             "corners refuses it",
             report.outline->corners, *most)});
  }
}

void find_novel_shapes(const std::vector<MeshReport>& training, std::vector<MeshReport>& reports) {
  const std::optional<Index> corners = usual_corners(training);
  std::vector<const Outline*> shapes;
  for (const MeshReport& report : training)
    if (corners && report.outline && report.outline->corners == *corners) shapes.push_back(&*report.outline);
  if (shapes.size() < ShapeFamily::fewest) return;
  const ShapeFamily family(shapes);
  for (MeshReport& report : reports) {
    if (!report.outline || report.outline->corners != *corners) continue;
    const ShapeNovelty found = family.novelty(*report.outline);
    report.novelty = found.score();
    if (found.score() <= most_novel) continue;
    report.findings.push_back(
        {Severity::warning, "far_from_training",
         fmt::format("far_from_training shape: its outline has the novelty {:.1f}, above {:g}: it is {}", found.score(),
                     most_novel,
                     found.rest > found.range ? "of another family than the shapes of the training set"
                                              : "beyond the range of the shapes of the training set")});
  }
}

}  // namespace mercer
