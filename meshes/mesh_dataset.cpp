#include <mercer/base/text.hpp>
#include <mercer/meshes/mesh_dataset.hpp>
#include <mercer/meshes/pack.hpp>
#include <mercer/meshes/read/source.hpp>

#include <algorithm>
#include <numeric>

namespace mercer {
namespace {

void pack(const MeshIndex& index, Packer& packer) {
  packer.add(index.format);
  packer.add(std::ssize(index.samples));
  for (const MeshEntry& entry : index.samples) {
    packer.add(entry.id);
    packer.add(entry.name);
    packer.add(entry.nodes);
    packer.add(entry.cells);
  }
  packer.add(std::ssize(index.splits));
  for (const auto& [name, places] : index.splits) {
    packer.add(name);
    packer.add(places);
  }
  for (const auto* names : {&index.fields, &index.scalars, &index.in_scalars, &index.out_scalars, &index.out_fields})
    packer.add(*names);
}

MeshIndex unpacked(const std::string& bytes) {
  Unpacker from(bytes);
  MeshIndex index;
  index.format = from.text();
  index.samples.resize(static_cast<std::size_t>(from.number()));
  for (MeshEntry& entry : index.samples) {
    entry.id = from.text();
    entry.name = from.text();
    entry.nodes = from.number();
    entry.cells = from.number();
  }
  for (Index splits = from.number(); splits > 0; --splits) {
    std::string name = from.text();
    index.splits[std::move(name)] = from.numbers();
  }
  for (auto* names : {&index.fields, &index.scalars, &index.in_scalars, &index.out_scalars, &index.out_fields})
    *names = from.texts();
  return index;
}

}  // namespace

MeshDataset::MeshDataset(const Comm& comm, const std::filesystem::path& path) : path_(path) {
  std::string bytes;
  together(comm, [&] {
    if (!comm.is_root()) return;
    source_ = make_source(path, mesh_format(path));
    Packer packer;
    pack(source_->index(), packer);
    bytes = packer.bytes();
  });
  bytes = broadcast(comm, std::move(bytes));
  together(comm, [&] {
    index_ = unpacked(bytes);
    if (!source_) source_ = make_source(path, index_.format);
  });
}

MeshDataset::~MeshDataset() = default;
MeshDataset::MeshDataset(MeshDataset&&) noexcept = default;

const std::filesystem::path& MeshDataset::path() const noexcept { return path_; }
const MeshIndex& MeshDataset::index() const noexcept { return index_; }

Index MeshDataset::place(const std::string& id) const {
  const auto found = std::ranges::find(index_.samples, id, &MeshEntry::id);
  if (found != index_.samples.end()) return found - index_.samples.begin();
  std::vector<std::string> ids;
  for (const MeshEntry& entry : index_.samples) ids.push_back(entry.id);
  fail(Fault::no_input, "{} has no sample '{}'{}", path_.string(), id,
       ids.size() > 20 ? fmt::format("; its {} samples go from '{}' to '{}'", ids.size(), ids.front(), ids.back())
                       : suggestion(id, ids));
}

MeshSample MeshDataset::read(Index place) const {
  require(0 <= place && place < count(), Fault::internal, "{} has {} samples, and that at {} was asked for",
          path_.string(), count(), place);
  MeshSample sample = source_->read(index_, place);
  sample.id = index_.samples[static_cast<std::size_t>(place)].id;
  return sample;
}

std::vector<int> balanced(const std::vector<Index>& loads, int ranks) {
  std::vector<std::size_t> order(loads.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return loads[i]; });
  std::vector<Index> sums(static_cast<std::size_t>(ranks), 0);
  std::vector<int> rank_of(loads.size());
  for (const std::size_t i : order) {
    const auto least = std::ranges::min_element(sums);
    *least += std::max<Index>(loads[i], 1);
    rank_of[i] = static_cast<int>(least - sums.begin());
  }
  return rank_of;
}

std::vector<int> owners(const MeshIndex& index, int ranks) {
  std::vector<Index> nodes;
  for (const MeshEntry& entry : index.samples) nodes.push_back(entry.nodes);
  return balanced(nodes, ranks);
}

}  // namespace mercer
