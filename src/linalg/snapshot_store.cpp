#include <mercer/linalg/snapshot_store.hpp>

#include <algorithm>

namespace mercer {

SnapshotStore::SnapshotStore(const Comm& comm, Index size, const std::filesystem::path& folder)
    : comm_(&comm), size_(size) {
  together(comm, [&] { file_.emplace(folder); });
}

void SnapshotStore::append(View<const double> rows) {
  together(*comm_, [&] {
    require(rows.shape().dimensions() == 2 && rows.shape()[1] == size_ && rows.is_dense(), Fault::internal,
            "snapshots of {} entries are added to those of {}", rows.shape()[rows.shape().dimensions() - 1], size_);
    const std::span<const double> added(rows.data(), static_cast<std::size_t>(rows.count()));
    if (file_)
      file_->append(added);
    else
      values_.insert(values_.end(), added.begin(), added.end());
  });
  count_ += rows.shape()[0];
}

void SnapshotStore::read(const Range& snapshots, const Range& entries, View<double> into) const {
  together(*comm_, [&] {
    for (Index i = 0; i < snapshots.count(); ++i) {
      const Index first = (snapshots.begin + i) * size_ + entries.begin;
      if (file_)
        file_->read(first, into.row(i));
      else
        std::copy_n(values_.data() + first, entries.count(), into.row(i).data());
    }
  });
}

}  // namespace mercer
