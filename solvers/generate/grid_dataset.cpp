// The dataset file of grid samples.
#include <mercer/solvers/generate/grid_recipe.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Writes the arrays of a dataset, sample by sample as the journal has them.
class DatasetFile {
 public:
  DatasetFile(OutputFile& file, const GridRecipe& recipe, const Journal& journal, std::vector<Index> samples)
      : file_(file), recipe_(recipe), journal_(journal), layout_(recipe.layout()), samples_(std::move(samples)) {}

  void write_fields() {
    std::vector<Index> sizes{std::ssize(samples_)};
    const auto grid = layout_.grid->shape().span();
    sizes.insert(sizes.end(), grid.begin(), grid.end());
    Index field = 0;
    for (const auto& [group, names] : {std::pair("inputs/", &layout_.inputs), std::pair("outputs/", &layout_.outputs)})
      for (const std::string& name : *names) {
        write(group + name, Shape(std::span<const Index>(sizes)), field++ * layout_.points());
        file_.attribute(group + name, "axes", "sample," + layout_.grid->axes_text());
      }
    for (int axis = 0; axis < layout_.grid->dimensions(); ++axis)
      file_.write<double>("grid/" + layout_.grid->axis(axis).name, {layout_.grid->axis(axis).points},
                          layout_.grid->coordinates(axis));
  }

  void write_numbers() {
    Index at = layout_.fields() * layout_.points();
    for (const std::string& name : layout_.scalars) write("scalars/" + name, {std::ssize(samples_)}, at++);
    for (std::size_t k = 0; k < recipe_.parameter_names().size(); ++k)
      file_.write_rows<double>("parameters/" + recipe_.parameter_names()[k], {std::ssize(samples_)},
                               [&](Index first, std::span<double> rows) {
                                 for (double& value : rows) value = recipe_.parameters(number(first++))[k];
                               });
    if (std::ssize(samples_) < recipe_.generation().samples)
      file_.write<Index>("sample", {std::ssize(samples_)}, std::span<const Index>(samples_));
  }

  /// Positions in the file of the samples that fall to each split.
  void write_splits() {
    for (const auto& [name, places] : places_of(recipe_.generation().splits, samples_))
      file_.write<Index>("splits/" + name, {std::ssize(places)}, std::span<const Index>(places));
  }

 private:
  Index number(Index place) const { return samples_[static_cast<std::size_t>(place)]; }

  /// An array whose rows begin at `from` in the rows of the samples.
  void write(const std::string& name, const Shape& shape, Index from) {
    const auto width = static_cast<std::size_t>(shape.count() / std::max<Index>(1, shape[0]));
    constexpr Index bytes = sizeof(double);
    file_.write_rows<double>(name, shape, [&](Index first, std::span<double> rows) {
      for (; !rows.empty(); rows = rows.subspan(width))
        journal_.read(number(first++), from * bytes, std::as_writable_bytes(rows.first(width)));
    });
  }

  OutputFile& file_;
  const GridRecipe& recipe_;
  const Journal& journal_;
  const SampleLayout& layout_;
  std::vector<Index> samples_;  ///< their numbers
};

}  // namespace

void GridRecipe::write(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate,
                       const Journal& journal, const Provenance& provenance) const {
  OutputFile file(comm, path, existing, deflate);
  DatasetFile dataset(file, *this, journal, kept(journal));
  dataset.write_fields();
  dataset.write_numbers();
  dataset.write_splits();
  write_provenance(file, provenance, record(journal));
  file.commit();
}

}  // namespace mercer
