// The samples of a training as often as it passes over them, in memory or read again.
#pragma once

#include <mercer/base/heap.hpp>
#include <mercer/solvers/mmgp/scales.hpp>
#include <mercer/solvers/mmgp/train.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mercer::mmgp {

/// The training samples, outputs divided by their scales, as often as they are asked for: in memory where they fit, or
/// else read again.
class Lessons {
 public:
  Lessons(const Context& context, const Settings& settings, const MeshDataset& dataset, const Lesson& lesson,
          const CommonMesh& common)
      : context_(context),
        dataset_(dataset),
        settings_(settings),
        common_(common),
        scales_(settings.options.scales, lesson.names),
        places_(lesson.places),
        extra_(8.0 * static_cast<double>((2 + std::ssize(lesson.names.fields)) * common.nodes())) {}

  const Scales& scales() const noexcept { return scales_; }
  /// Of a sample by its number among those that can be used, once these were found.
  const std::string& id(Index number) const {
    const Index place = places_[static_cast<std::size_t>(number)];
    return dataset_.index().samples[static_cast<std::size_t>(place)].id;
  }
  bool fit() const { return parts().size() == 1; }

  /// @collective Calls `use(first, batch)` with the number of the first sample of each batch. The first time samples
  /// that cannot be mapped are left out or end the run.
  template <class F>
  void for_each(BadSamples bad, const F& use) {
    if (kept_) return use(Index{0}, *kept_);
    Mapper mapper(context_, dataset_, settings_, common_);
    std::vector<Index> usable;
    const std::vector<Range> all = parts();
    for (const Range& part : all) {
      Batch batch = mapper.mapped({places_.begin() + part.begin, places_.begin() + part.end}, {});
      if (batch.share.count() == 0) continue;
      for (Specimen& specimen : batch.mine) scales_.divide(specimen.sample);
      use(std::ssize(usable), batch);
      usable.insert(usable.end(), batch.share.places.begin(), batch.share.places.end());
      if (all.size() == 1)
        kept_ = std::move(batch);
      else
        give_back_freed_memory();
    }
    if (!was_used_) mapper.finish(bad, std::ssize(places_));
    was_used_ = true;
    places_ = std::move(usable);
  }

 private:
  std::vector<Range> parts() const {
    return batches(dataset_, places_, common_.nodes(), context_.comm.size(), {settings_.options.memory, extra_});
  }

  const Context& context_;
  const MeshDataset& dataset_;
  const Settings& settings_;
  const CommonMesh& common_;
  Scales scales_;
  std::vector<Index> places_;
  double extra_;
  bool was_used_ = false;
  std::optional<Batch> kept_;
};

}  // namespace mercer::mmgp
