#include <mercer/meshes/pack.hpp>
#include <mercer/meshes/sample_bytes.hpp>

#include <algorithm>

namespace mercer {
namespace {

template <class T>
void add(Packer& packer, const Tensor<T>& table) {
  packer.add(table.shape()[1]);
  packer.add_array(std::span<const T>(table.data(), static_cast<std::size_t>(table.count())));
}

void add(Packer& packer, const Cells& cells) {
  packer.add(static_cast<Index>(cells.kind));
  add(packer, cells.nodes);
}

void add(Packer& packer, const std::vector<MeshField>& fields) {
  packer.add(std::ssize(fields));
  for (const MeshField& field : fields) {
    packer.add(field.name);
    add(packer, field.values);
  }
}

template <class T>
Tensor<T> table_from(Unpacker& from) {
  const Index columns = from.number();
  const std::vector<T> values = from.array<T>();
  Tensor<T> table({std::ssize(values) / columns, columns}, Rows::dense);
  std::ranges::copy(values, table.data());
  return table;
}

Cells cells_from(Unpacker& from) {
  const auto kind = static_cast<CellKind>(from.number());
  return {kind, table_from<Index>(from)};
}

std::vector<MeshField> fields_from(Unpacker& from) {
  std::vector<MeshField> fields(static_cast<std::size_t>(from.number()));
  for (MeshField& field : fields) {
    field.name = from.text();
    field.values = table_from<double>(from);
  }
  return fields;
}

}  // namespace

std::string bytes_of(const MeshSample& sample) {
  Packer packer;
  packer.add(sample.id);
  add(packer, sample.mesh.points);
  add(packer, sample.mesh.cells);
  packer.add(std::ssize(sample.mesh.tags));
  for (const auto& [name, nodes] : sample.mesh.tags) {
    packer.add(name);
    packer.add_array(std::span<const Index>(nodes));
  }
  packer.add(std::ssize(sample.mesh.parts));
  for (const auto& [name, cells] : sample.mesh.parts) {
    packer.add(name);
    add(packer, cells);
  }
  add(packer, sample.point_fields);
  add(packer, sample.cell_fields);
  packer.add(std::ssize(sample.scalars));
  for (const auto& [name, value] : sample.scalars) {
    packer.add(name);
    packer.add(value);
  }
  return packer.bytes();
}

MeshSample sample_from(std::string_view bytes) {
  Unpacker from(bytes);
  MeshSample sample;
  sample.id = from.text();
  sample.mesh.points = table_from<double>(from);
  sample.mesh.cells = cells_from(from);
  for (Index left = from.number(); left > 0; --left) {
    const std::string name = from.text();
    sample.mesh.tags[name] = from.array<Index>();
  }
  for (Index left = from.number(); left > 0; --left) {
    const std::string name = from.text();
    sample.mesh.parts[name] = cells_from(from);
  }
  sample.point_fields = fields_from(from);
  sample.cell_fields = fields_from(from);
  for (Index left = from.number(); left > 0; --left) {
    const std::string name = from.text();
    sample.scalars[name] = from.value();
  }
  return sample;
}

}  // namespace mercer
