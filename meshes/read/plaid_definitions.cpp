#include <mercer/config/node.hpp>
#include <mercer/meshes/read/plaid_definitions.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace mercer {
namespace {

namespace fs = std::filesystem;

Node read_definition(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  try {
    return parse_yaml(text.str(), path.string());
  } catch (const Error& error) {
    fail(Fault::data, "{}", error.what());
  }
}

std::vector<fs::path> definitions(const fs::path& root) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root / "problem_definitions", error))
    if (entry.path().extension() == ".yaml") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Places of the samples that lie in a folder of data/, or of all samples where they lie beside one another.
std::vector<Index> places_in(const MeshIndex& index, const std::string& folder, const Node& at) {
  std::vector<Index> places;
  const bool is_flat = std::ranges::none_of(
      index.samples, [](const MeshEntry& entry) { return entry.id.find('/') != std::string::npos; });
  for (Index place = 0; place < std::ssize(index.samples); ++place)
    if (is_flat || index.samples[static_cast<std::size_t>(place)].id.starts_with(folder + "/")) places.push_back(place);
  require(!places.empty(), Fault::data, "{}: there are no samples of '{}'", at.where(), folder);
  return places;
}

/// The place of sample `number` among those of a folder.
Index place_of(const MeshIndex& index, const std::vector<Index>& among, const Node& number) {
  const std::string& text = number.text();
  require(number.kind() == Node::Kind::scalar && !text.empty() && text.size() < 10 &&
              std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; }),
          Fault::data, "{}: expected the number of a sample, got {}", number.where(), described(number));
  const std::string ending = fmt::format("{:09}", std::stol(text));
  const auto found = std::ranges::find_if(
      among, [&](Index place) { return index.samples[static_cast<std::size_t>(place)].id.ends_with(ending); });
  require(found != among.end(), Fault::data, "{}: there is no sample {}", number.where(), text);
  return *found;
}

/// `all`, the name of a folder, or numbers of samples.
std::vector<Index> chosen(const MeshIndex& index, const std::string& folder, const Node& which) {
  if (which.kind() == Node::Kind::scalar) return places_in(index, which.text() == "all" ? folder : which.text(), which);
  require(which.kind() == Node::Kind::list, Fault::data, "{}: expected 'all' or a list of samples, got {}",
          which.where(), described(which));
  const std::vector<Index> among = places_in(index, folder, which);
  std::vector<Index> places;
  for (const Node& number : which.items()) places.push_back(place_of(index, among, number));
  return places;
}

/// The samples of `role`, train or test: by folders, or those of the folder that is called so.
std::vector<Index> split_of(const MeshIndex& index, const std::string& role, const Node& split) {
  if (split.kind() != Node::Kind::map) return chosen(index, role, split);
  std::vector<Index> places;
  for (const auto& [folder, which] : split.entries())
    for (const Index place : chosen(index, folder, which)) places.push_back(place);
  return places;
}

/// The last words of features: "pressure" of "Base_2_3/Zone/VertexFields/pressure".
std::vector<std::string> features(const Node& list) {
  std::vector<std::string> names;
  for (const Node& feature : list.items()) names.push_back(feature.text().substr(feature.text().rfind('/') + 1));
  return names;
}

std::vector<std::string> known_of(const std::vector<std::string>& names, const std::vector<std::string>& known) {
  std::vector<std::string> found;
  for (const std::string& name : names)
    if (contains(known, name) && !contains(found, name)) found.push_back(name);
  return found;
}

}  // namespace

void add_definitions(const fs::path& root, MeshIndex& index) {
  const std::vector<fs::path> paths = definitions(root);
  for (const fs::path& path : paths) {
    const Node definition = read_definition(path);
    for (const char* role : {"train", "test"}) {
      const Node& split = definition[std::string(role) + "_split"];
      if (split.is_absent() || split.is_null()) continue;
      const std::vector<Index> places = split_of(index, role, split);
      index.splits[path.stem().string() + "_" + role] = places;
      if (paths.size() == 1) index.splits[role] = places;
    }
    if (paths.size() > 1) continue;
    const std::vector<std::string> outputs = features(definition["output_features"]);
    index.in_scalars = known_of(features(definition["input_features"]), index.scalars);
    index.out_scalars = known_of(outputs, index.scalars);
    index.out_fields = known_of(outputs, index.fields);
  }
}

}  // namespace mercer
