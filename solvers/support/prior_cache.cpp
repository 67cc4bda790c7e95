#include <mercer/base/text.hpp>
#include <mercer/io/file.hpp>
#include <mercer/solvers/support/prior_cache.hpp>

#include <algorithm>
#include <unistd.h>

namespace mercer {
namespace {

namespace fs = std::filesystem;

/// FNV-1a.
std::uint64_t hash(const PriorKey& key) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::uint64_t value, int bytes) {
    for (int byte = 0; byte < bytes; ++byte) hash = (hash ^ (value >> (8 * byte) & 0xff)) * 0x100000001b3;
  };
  for (const char letter : key.text) add(static_cast<unsigned char>(letter), 1);
  for (const Index mark : key.samples) add(static_cast<std::uint64_t>(mark), 8);
  return hash;
}

Shape stored_shape(const Shape& fields) { return {fields[0], fields[1], fields[3]}; }

bool holds(const InputFile& file, const PriorKey& key, const Shape& shape) {
  for (const char* name : {"key", "samples", "fields"})
    if (!file.has(name)) return false;
  const Shape marks{static_cast<Index>(key.samples.size())};
  if (file.info("samples").shape != marks || file.info("fields").shape != stored_shape(shape)) return false;
  if (join(file.read_text("key"), "\n") != key.text) return false;
  std::vector<Index> samples(key.samples.size());
  file.read<Index>("samples", Slab::whole(marks), View<Index>(samples.data(), marks));
  return samples == key.samples;
}

/// A name beside `file` that no other run has.
fs::path name_of_this_run(const Comm& comm, const fs::path& file) {
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  return file.string() + "." + broadcast(comm, fmt::format("{}-{}", host, ::getpid()));
}

}  // namespace

fs::path prior_file(const fs::path& data, const fs::path& folder, const PriorKey& key) {
  return folder / fmt::format("{}.prior-{:016x}.h5", data.stem().string(), hash(key));
}

std::optional<Tensor<float>> read_prior(const Comm& comm, Log& log, const fs::path& file, const PriorKey& key,
                                        const Shape& shape) {
  Index found = 0;
  together(comm, [&] {
    std::error_code ignored;
    found = comm.is_root() && fs::exists(file, ignored) ? 1 : 0;
  });
  if (broadcast(comm, found) == 0) return std::nullopt;
  try {
    const InputFile stored(comm, file);
    if (!holds(stored, key, shape)) return std::nullopt;
    Tensor<float> fields(shape, Rows::dense);
    stored.read<float>("fields", Slab::whole(stored_shape(shape)), View<float>(fields.data(), stored_shape(shape)));
    return fields;
  } catch (const Error& error) {
    if (!error.agreed()) throw;
    log.warning("the fields of the prior are solved again: {}", error.what());
    return std::nullopt;
  }
}

void write_prior(const Comm& comm, Log& log, const fs::path& file, const PriorKey& key, View<const float> fields) {
  const fs::path ours = name_of_this_run(comm, file);
  std::optional<OutputFile> out;
  try {
    out.emplace(comm, ours, Existing::replace);
  } catch (const Error& error) {
    if (!error.agreed() || error.fault() != Fault::cannot_create) throw;
    log.info("the fields of the prior are not kept: {}", error.what());
    return;
  }
  out->write_text("key", split(key.text, '\n'));
  out->write<Index>("samples", {static_cast<Index>(key.samples.size())}, key.samples);
  out->write<float>("fields", stored_shape(fields.shape()), fields.span());
  out->commit();
  together(comm, [&] {
    if (comm.is_root()) fs::rename(ours, file);
  });
}

}  // namespace mercer
