#include <mercer/base/text.hpp>
#include <mercer/io/checkpoint.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace mercer {
namespace {

std::string path_of(const std::string& group, const std::string& name) { return group + "/" + name; }

template <class T>
void write(OutputFile& file, const std::string& path, const Part<T>& part, bool on_every_rank) {
  if (on_every_rank && part.shape.dimensions() == 0) {
    file.write<T>(path, {}, std::span<const T>(part.values.data(), 1));
  } else if (on_every_rank && !file.comm().is_root()) {
    file.write<T>(path, part.shape, Slab::none(part.shape), View<const T>(nullptr, {0}));
  } else {
    file.write<T>(path, part.shape, part.slab, part.values);
  }
}

/// What keeps `array` from being read from the dataset described by `info`.
std::string complaint(const StateArray& array, const DatasetInfo& info) {
  return std::visit(
      [&]<class T>(const Part<T>& part) -> std::string {
        if (!info.refusal.empty()) return info.refusal;
        const std::string wanted = mercer::name(number_of<T>);
        if (info.type == wanted && info.shape == part.shape) return "";
        return fmt::format("'{}' is {} of shape {}, not {} of shape {}", array.name, info.type, text(info.shape),
                           wanted, text(part.shape));
      },
      array.part);
}

std::vector<std::string> complaints(const std::vector<DatasetInfo>& stored, const std::string& group,
                                    std::span<const StateArray> arrays) {
  std::vector<std::string> all;
  std::set<std::string> wanted;
  const auto plain = [](std::string path) { return path.substr(path.find_first_not_of('/')); };
  for (const StateArray& array : arrays) {
    const std::string path = plain(path_of(group, array.name));
    wanted.insert(path);
    const auto found = std::ranges::find(stored, path, &DatasetInfo::name);
    std::string text = found == stored.end() ? fmt::format("'{}' is missing", array.name) : complaint(array, *found);
    if (!text.empty()) all.push_back(std::move(text));
  }
  const std::string prefix = plain(group + "/");
  for (const DatasetInfo& info : stored) {
    if (info.name.starts_with(prefix) && !wanted.contains(info.name)) {
      all.push_back(fmt::format("'{}' is there and not asked for", info.name.substr(prefix.size())));
    }
  }
  return all;
}

}  // namespace

void save_state(OutputFile& file, const std::string& group, std::span<const StateArray> arrays) {
  file.group(group);
  for (const StateArray& array : arrays) {
    std::visit([&](const auto& part) { write(file, path_of(group, array.name), part, array.on_every_rank); },
               array.part);
  }
}

void load_state(const InputFile& file, const std::string& group, std::span<const StateArray> arrays) {
  const std::vector<DatasetInfo> stored = file.datasets();
  together(file.comm(), [&] {
    const std::vector<std::string> wrong = complaints(stored, group, arrays);
    require(wrong.empty(), Fault::data, "the state '{}' in {} does not fit: {}", group, file.path().string(),
            join(wrong, "; "));
  });
  for (const StateArray& array : arrays) {
    std::visit([&](const auto& part) { file.read(path_of(group, array.name), part.slab, part.values); }, array.part);
  }
}

}  // namespace mercer
