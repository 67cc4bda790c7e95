#include <mercer/linalg/snapshots.hpp>

#include <algorithm>
#include <utility>

namespace mercer {
namespace {

Shape matrix_shape(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  require_agreed(shape.dimensions() == 2, Fault::data,
                 "'{}' in {} has the shape {}; snapshots are a matrix [snapshots, entries]", name, file.path().string(),
                 text(shape));
  return shape;
}

}  // namespace

SnapshotsInMemory::SnapshotsInMemory(View<const double> values) : values_(values) {
  require(values.shape().dimensions() == 2, Fault::internal, "snapshots are a matrix, not an array of {} dimensions",
          values.shape().dimensions());
}

void SnapshotsInMemory::read(const Range& snapshots, const Range& entries, View<double> into) const {
  for (Index i = 0; i < snapshots.count(); ++i)
    std::copy_n(values_.row(snapshots.begin + i).data() + entries.begin, entries.count(), into.row(i).data());
}

SnapshotsInFile::SnapshotsInFile(const InputFile& file, std::string name) : file_(&file), name_(std::move(name)) {
  const Shape shape = matrix_shape(file, name_);
  count_ = shape[0];
  columns_ = block(shape[1], file.comm().rank(), file.comm().size());
}

SnapshotsInFile::SnapshotsInFile(const InputFile& file, std::string name, const Range& columns)
    : file_(&file), name_(std::move(name)), columns_(columns) {
  const Shape shape = matrix_shape(file, name_);
  count_ = shape[0];
  together(file.comm(), [&] {
    require(0 <= columns.begin && columns.begin <= columns.end && columns.end <= shape[1], Fault::internal,
            "the columns {} to {} are not among the {} of '{}'", columns.begin, columns.end, shape[1], name_);
  });
}

void SnapshotsInFile::read(const Range& snapshots, const Range& entries, View<double> into) const {
  const Slab slab = into.count() == 0 ? Slab::none({count_, columns_.end})
                                      : Slab::box({snapshots.begin, columns_.begin + entries.begin},
                                                  {snapshots.count(), entries.count()});
  file_->read<double>(name_, slab, into);
}

}  // namespace mercer
