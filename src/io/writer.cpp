#include <mercer/base/text.hpp>
#include <mercer/io/layout.hpp>
#include <mercer/io/writer.hpp>

#include <unistd.h>

namespace mercer::hdf5 {
namespace {

Properties file_access(const Comm& comm) {
  Properties access = properties(H5P_FILE_ACCESS);
  check(H5Pset_fapl_mpio(access.get(), comm.raw(), MPI_INFO_NULL));
  check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_LATEST));
  check(H5Pset_all_coll_metadata_ops(access.get(), true));
  check(H5Pset_coll_metadata_write(access.get(), true));
  // Blocks for small data end with space that collective writes of several ranks fill with whatever is in memory.
  check(H5Pset_small_data_block_size(access.get(), 0));
  return access;
}

Properties file_creation() {
  Properties creation = properties(H5P_FILE_CREATE);
  check(H5Pset_obj_track_times(creation.get(), false));
  return creation;
}

/// All chunks of a rank in one operation, in which every rank takes part.
Properties transfer() {
  Properties list = properties(H5P_DATASET_XFER);
  check(H5Pset_dxpl_mpio(list.get(), H5FD_MPIO_COLLECTIVE));
  check(H5Pset_dxpl_mpio_chunk_opt(list.get(), H5FD_MPIO_CHUNK_ONE_IO));
  return list;
}

/// "/a/b" for "a/b", "/a/b/" and "a//b"; "/" for "".
std::string absolute(const std::string& name) {
  std::string path;
  for (const std::string& part : split(name, '/')) {
    if (!part.empty() && part != ".") path += "/" + part;
  }
  return path.empty() ? "/" : path;
}

}  // namespace

Writer::Writer(const Comm& comm, const std::filesystem::path& path, Existing existing, int deflate)
    : comm_(&comm), path_(path), temporary_(temporary_for(path)), existing_(existing), deflate_(deflate), groups_{"/"} {
  check_creatable(comm, path, existing);
  together(comm, [&] {
    require(0 <= deflate && deflate <= 9, Fault::internal, "deflate has levels 0 to 9, not {}", deflate);
  });
  std::exception_ptr failure;
  try {
    prepare();
    explained(Fault::cannot_create, fmt::format("cannot create {}", temporary_.string()), [&] {
      file_ = SharedFile(
          valid(H5Fcreate(temporary_.c_str(), H5F_ACC_TRUNC, file_creation().get(), file_access(comm).get())));
    });
  } catch (...) {
    failure = std::current_exception();
  }
  agree(comm, failure);
}

Writer::~Writer() {
  if (committed_) return;
  const bool alone = unwinding_alone();
  if (file_ && !alone && H5Fclose(file_.release()) < 0) end_with_io_fault();
  if (comm_->is_root() || alone) ::unlink(temporary_.c_str());
}

void Writer::give_up(SharedObject& opened) noexcept {
  broken_ = true;
  // Closing would write again, and what each rank has cached may differ by now.
  opened.release();
  file_.release();
  end_with_io_fault();
}

void Writer::perform(const std::string& doing, std::size_t bytes, SharedObject& opened,
                     const std::function<void()>& calls) {
  std::exception_ptr failure;
  try {
    explained(Fault::io,
              fmt::format("{} {} failed ({})", doing, path_.string(), room_text(path_, static_cast<double>(bytes))),
              calls);
  } catch (...) {
    failure = std::current_exception();
  }
  if (!all(*comm_, failure == nullptr)) give_up(opened);
  agree(*comm_, failure);
}

void Writer::make_room(const std::string& doing, std::size_t bytes) {
  SharedObject none;
  perform(doing, bytes, none, [&] {
    if (!comm_->is_root() || bytes == 0) return;
    try {
      reserve(temporary_, bytes);
    } catch (const Error& error) {
      throw Failure(error.what());
    }
  });
}

void Writer::require_agreement(const std::string& request) const {
  const bool same = same_everywhere(*comm_, request);
  together(*comm_, [&] {
    require(!broken_, Fault::io, "{} takes nothing more: an earlier write failed", path_.string());
    require(static_cast<bool>(file_), Fault::internal, "{} takes nothing more: it is committed", path_.string());
    require(same, Fault::internal, "the ranks ask for different things of {}; this one asks for: {}", path_.string(),
            request);
  });
}

void Writer::make_group(const std::string& name) {
  SharedObject group;
  perform(fmt::format("writing group '{}' to", name), 0, group, [&] {
    group = SharedObject(
        valid(H5Gcreate2(file_.get(), name.c_str(), link_creation().get(), group_creation().get(), H5P_DEFAULT)));
  });
  perform(fmt::format("writing group '{}' to", name), 0, group, [&] { check(H5Gclose(group.release())); });
  groups_.insert(name);
  objects_.erase(name);  // a place for other objects rather than one of them
}

void Writer::group(const std::string& name) {
  const std::string path = absolute(name);
  if (groups_.contains(path)) return;
  make_group(place_for(name));
}

std::string Writer::place_for(const std::string& name) {
  const std::string path = absolute(name);
  require_agreement("object " + path);
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    together(*comm_, [&] {
      require(!objects_.contains(parent), Fault::internal, "'{}' in {} is no group that could hold '{}'", parent,
              path_.string(), path);
    });
    if (!groups_.contains(parent)) make_group(parent);
  }
  together(*comm_, [&] {
    require(!groups_.contains(path) && !objects_.contains(path), Fault::internal, "'{}' was written to {} before", path,
            path_.string());
  });
  return path;
}

void Writer::dataset(const std::string& name, const Shape& shape, const ElementType& type, Index rounds,
                     const std::function<Piece(Index round)>& piece) {
  const std::size_t size = H5Tget_size(type.file);
  require_agreement(fmt::format("dataset of shape {} of elements of {} bytes", text(shape), size));
  const std::string path = place_for(name);
  const std::string doing = fmt::format("writing dataset '{}' to", path);
  const std::size_t bytes = static_cast<std::size_t>(shape.count()) * size;
  SharedObject dataset;
  make_room(doing, bytes);
  perform(doing, bytes, dataset, [&] {
    dataset =
        SharedObject(valid(H5Dcreate2(file_.get(), path.c_str(), type.file, space(shape).get(), link_creation().get(),
                                      creation(shape, size, deflate_).get(), H5P_DEFAULT)));
  });
  for (Index round = 0; round < rounds && shape.count() > 0; ++round) {
    const Piece part = piece(round);
    perform(doing, bytes, dataset, [&] {
      const Space stored = selection(shape, part.slab);
      check(H5Dwrite(dataset.get(), type.memory, part.memory.get(), stored.get(), transfer().get(), part.data));
    });
  }
  perform(doing, bytes, dataset, [&] { check(H5Dclose(dataset.release())); });
  objects_.insert(path);
}

void Writer::attribute(const std::string& object, const std::string& name, const Shape& shape, const ElementType& type,
                       const void* data) {
  constexpr std::size_t most_bytes = 60'000;  // object headers of HDF5 hold 64 kB
  const std::string path = absolute(object);
  const std::size_t bytes = static_cast<std::size_t>(shape.count()) * H5Tget_size(type.file);
  require_agreement(fmt::format("attribute '{}' of {} of {} bytes", name, path, bytes));
  together(*comm_, [&] {
    require(groups_.contains(path) || objects_.contains(path), Fault::internal,
            "there is no '{}' in {} for an attribute '{}'", path, path_.string(), name);
    require(bytes <= most_bytes, Fault::internal,
            "attribute '{}' of '{}' in {} has {} bytes, more than {}; write it as a dataset", name, path,
            path_.string(), bytes, most_bytes);
    require(attributes_.insert(path + "@" + name).second, Fault::internal,
            "attribute '{}' of '{}' was written to {} before", name, path, path_.string());
  });
  const std::string doing = fmt::format("writing attribute '{}' of '{}' to", name, path);
  SharedObject owner;
  perform(doing, bytes, owner, [&] { owner = SharedObject(valid(H5Oopen(file_.get(), path.c_str(), H5P_DEFAULT))); });
  perform(doing, bytes, owner, [&] {
    const Properties creation = properties(H5P_ATTRIBUTE_CREATE);
    check(H5Pset_char_encoding(creation.get(), H5T_CSET_UTF8));
    SharedAttribute attribute(
        valid(H5Acreate2(owner.get(), name.c_str(), type.file, space(shape).get(), creation.get(), H5P_DEFAULT)));
    if (shape.count() > 0) check(H5Awrite(attribute.get(), type.memory, data));
    check(H5Aclose(attribute.release()));
  });
  perform(doing, bytes, owner, [&] { check(H5Oclose(owner.release())); });
}

void Writer::link(const std::string& target, const std::string& name) {
  const std::string from = absolute(target);
  require_agreement("link to " + from);
  together(*comm_, [&] {
    require(groups_.contains(from) || objects_.contains(from), Fault::internal,
            "there is no '{}' in {} to link '{}' to", from, path_.string(), name);
  });
  const std::string path = place_for(name);
  SharedObject none;
  perform(fmt::format("writing link '{}' to", path), 0, none, [&] {
    check(H5Lcreate_hard(file_.get(), from.c_str(), file_.get(), path.c_str(), link_creation().get(), H5P_DEFAULT));
  });
  objects_.insert(path);
}

void Writer::commit() {
  require_agreement("commit");
  SharedObject none;
  perform("writing", 0, none, [&] { check(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL)); });
  perform("closing", 0, none, [&] { check(H5Fclose(file_.release())); });
  check_creatable(*comm_, path_, existing_);
  together(*comm_, [&] {
    if (comm_->is_root()) publish(temporary_, path_);
  });
  committed_ = true;
}

}  // namespace mercer::hdf5
