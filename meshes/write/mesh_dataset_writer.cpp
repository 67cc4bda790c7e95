#include <mercer/meshes/pack.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>

#include <limits>

namespace mercer {
namespace {

/// @collective The bytes that `owner` has, on every rank.
std::string broadcast_from(const Comm& comm, int owner, std::string bytes) {
  Index size = std::ssize(bytes);
  check_mpi(MPI_Bcast(&size, 1, MPI_INT64_T, owner, comm.raw()));
  bytes.resize(static_cast<std::size_t>(size));
  check_mpi(MPI_Bcast(bytes.data(), narrow<int>(size), MPI_CHAR, owner, comm.raw()));
  return bytes;
}

/// One dataset of a sample: every rank knows its name and shape, its owner the values.
struct Array {
  std::string name;
  Shape shape;
  bool is_real = true;
  const double* reals = nullptr;
  const Index* integers = nullptr;
  double number = 0;  ///< of a dataset without dimensions
};

/// All datasets of a sample in the order in which they are written.
class Plan {
 public:
  Plan(const std::string& group, const MeshSample& sample) {
    add(group + "/points", sample.mesh.points.shape(), sample.mesh.points.data());
    add(group, sample.mesh.cells);
    for (const auto& [name, part] : sample.mesh.parts) add(group + "/parts/" + name, part);
    for (const auto& [name, members] : sample.mesh.tags)
      add(group + "/tags/" + name, {std::ssize(members)}, members.data());
    add(group + "/point_data/", sample.point_fields);
    add(group + "/cell_data/", sample.cell_fields);
    add(group + "/globals/", sample.scalars);
    add(group + "/point_std/", sample.point_deviations);
    add(group + "/globals_std/", sample.scalar_deviations);
  }
  explicit Plan(const std::string& bytes) {
    for (Unpacker from(bytes); !from.is_empty();) {
      Array array;
      array.name = from.text();
      array.shape = Shape(std::span<const Index>(from.numbers()));
      array.is_real = from.number() == 1;
      array.number = from.value();
      arrays.push_back(std::move(array));
    }
  }

  std::string bytes() const {
    Packer packer;
    for (const Array& array : arrays) {
      packer.add(array.name);
      packer.add(array.shape.span());
      packer.add(Index{array.is_real});
      packer.add(array.number);
    }
    return packer.bytes();
  }

  std::vector<Array> arrays;

 private:
  void add(std::string name, const Shape& shape, const double* values) {
    arrays.push_back({std::move(name), shape, true, values, nullptr, 0});
  }
  void add(std::string name, const Shape& shape, const Index* values) {
    arrays.push_back({std::move(name), shape, false, nullptr, values, 0});
  }
  void add(const std::string& group, const Cells& cells) {
    add(group + "/" + std::string(plural(cells.kind)), {cells.count(), corners(cells.kind)}, cells.nodes.data());
  }
  void add(const std::string& group, const std::map<std::string, double>& scalars) {
    for (const auto& [name, value] : scalars) arrays.push_back({group + name, {}, true, nullptr, nullptr, value});
  }
  void add(const std::string& group, const std::vector<MeshField>& fields) {
    for (const MeshField& field : fields) {
      const Shape& shape = field.values.shape();
      add(group + field.name, shape[1] == 1 ? Shape{shape[0]} : shape, field.values.data());
    }
  }
};

/// @collective Writes the values of an array that one rank has.
template <class T, class From>
void write_from_one(OutputFile& file, const Array& array, bool is_mine, const From* values) {
  std::vector<T> converted;
  if (is_mine) converted.assign(values, values + array.shape.count());
  const Slab slab = is_mine ? Slab::whole(array.shape) : Slab::none(array.shape);
  const Shape here = is_mine ? array.shape : Shape{0};
  file.write<T>(array.name, array.shape, slab, View<const T>(converted.data(), here));
}

void require_name(const std::string& name) {
  require(!name.empty() && name.find('/') == std::string::npos && name != "." && name != "..", Fault::data,
          "'{}' cannot be the name of a field, scalar, tag or part in a mesh dataset", name);
}

void check_names(const MeshSample& sample) {
  for (const auto* fields : {&sample.point_fields, &sample.cell_fields, &sample.point_deviations})
    for (const MeshField& field : *fields) require_name(field.name);
  for (const auto* scalars : {&sample.scalars, &sample.scalar_deviations})
    for (const auto& [name, value] : *scalars) require_name(name);
  for (const auto& [name, members] : sample.mesh.tags) require_name(name);
  for (const auto& [name, part] : sample.mesh.parts) require_name(name);
}

std::string group_of(Index number) { return fmt::format("/samples/{:06}", number); }

}  // namespace

MeshDatasetWriter::MeshDatasetWriter(const Comm& comm, const std::filesystem::path& path, Existing existing,
                                     const MeshDatasetHead& head, int deflate)
    : own_(std::make_unique<OutputFile>(comm, path, existing, deflate)), file_(*own_) {
  begin(head);
}

MeshDatasetWriter::MeshDatasetWriter(OutputFile& file, const MeshDatasetHead& head) : file_(file) { begin(head); }

void MeshDatasetWriter::begin(const MeshDatasetHead& head) {
  const Index version = 1;
  file_.attribute("/", "format", std::string("mercer-mesh-dataset"));
  file_.attribute<Index>("/", "format_version", std::span<const Index>(&version, 1));
  for (const auto& [name, texts] : {std::pair("in_scalars", &head.in_scalars),
                                    {"out_scalars", &head.out_scalars},
                                    {"out_fields", &head.out_fields}})
    if (!texts->empty()) file_.attribute("/", name, *texts);
  file_.group("/samples");
}

void MeshDatasetWriter::write(int owner, const MeshSample* sample) {
  const Comm& comm = file_.comm();
  const bool is_mine = comm.rank() == owner;
  const std::string group = group_of(count_);
  Packer head;
  together(comm, [&] {
    require(is_mine == (sample != nullptr), Fault::internal, "a sample is written by the rank that owns it");
    if (!is_mine) return;
    check_names(*sample);
    require(sample->mesh.nodes() <= std::numeric_limits<std::int32_t>::max(), Fault::data,
            "a mesh of {} nodes is too large for a mesh dataset", sample->mesh.nodes());
    head.add(sample->id);
    head.add(sample->mesh.space());
    head.add(Index{sample->novelty.has_value()});
    head.add(sample->novelty.value_or(0));
    head.add(Plan(group, *sample).bytes());
  });
  const std::string planned = broadcast_from(comm, owner, head.bytes());
  Unpacker told(planned);
  const std::string id = told.text();
  const Index space = told.number();
  const bool has_novelty = told.number() == 1;
  const double novelty = told.value();
  require_agreed(space_ == 0 || space == space_, Fault::data,
                 "sample '{}' has {} coordinates a node and those before it {}; a mesh dataset has one kind of space",
                 id, space, space_);
  space_ = space;
  const Plan plan = is_mine ? Plan(group, *sample) : Plan(told.text());
  for (const Array& array : plan.arrays) {
    if (array.shape.dimensions() == 0) {
      file_.write<double>(array.name, array.shape, std::span<const double>(&array.number, 1));
    } else if (array.is_real) {
      write_from_one<double>(file_, array, is_mine, array.reals);
    } else {
      write_from_one<std::int32_t>(file_, array, is_mine, array.integers);
    }
  }
  if (has_novelty) file_.attribute<double>(group, "novelty", std::span<const double>(&novelty, 1));
  if (id != group.substr(9)) file_.attribute(group, "name", id);
  ++count_;
}

void MeshDatasetWriter::finish(const std::map<std::string, std::vector<Index>>& splits) {
  for (const auto& [name, numbers] : splits)
    file_.write<Index>("/splits/" + name, {std::ssize(numbers)}, std::span<const Index>(numbers));
  file_.attribute<Index>("/", "spatial_dim", std::span<const Index>(&space_, 1));
}

void MeshDatasetWriter::commit(const std::map<std::string, std::vector<Index>>& splits) {
  require(own_ != nullptr, Fault::internal, "a mesh dataset in an open file is committed by who opened it");
  finish(splits);
  own_->commit();
}

}  // namespace mercer
