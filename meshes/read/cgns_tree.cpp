#include <mercer/meshes/read/cgns_tree.hpp>

namespace mercer::cgns {

Node::Node(const InputFile& file, std::string path) : file_(&file), path_(std::move(path)) {
  label_ = file.text_attribute(path_, "label");
  type_ = file.text_attribute(path_, "type");
  if (type_ == "LK") refuse("it is a link to another file; resolve links by cgnsconvert or cgnscheck");
}

std::string Node::name() const { return path_.substr(path_.rfind('/') + 1); }

std::vector<Node> Node::children() const {
  std::vector<Node> found;
  for (const std::string& name : file_->children(path_))
    if (!name.starts_with(' ')) found.emplace_back(*file_, path_ + "/" + name);
  return found;
}

std::vector<Node> Node::children(const std::string& label) const {
  std::vector<Node> found = children();
  std::erase_if(found, [&](const Node& node) { return node.label() != label; });
  return found;
}

Node Node::child(const std::string& label) const {
  const std::vector<Node> found = children(label);
  if (found.size() != 1) refuse(fmt::format("expected one {} in it, found {}", label, found.size()));
  return found.front();
}

bool Node::has_value() const { return type_ != "MT" && file_->has(value_path()); }

Shape Node::shape() const { return has_value() ? file_->info(value_path()).shape : Shape(); }

std::string Node::text() const {
  if (type_ != "C1") refuse(fmt::format("expected characters, found values of type {}", type_));
  const std::vector<std::int8_t> letters = values<std::int8_t>();
  std::string found(letters.begin(), letters.end());
  return found.substr(0, found.find_last_not_of(std::string(" \0", 2)) + 1);
}

void Node::refuse(const std::string& why) const {
  fail(Fault::data, "'{}' in {}: {}", path_, file_->path().string(), why);
}

std::vector<Node> top_nodes(const InputFile& file) {
  std::vector<Node> found;
  for (const std::string& name : file.children("/"))
    if (!name.starts_with(' ')) found.emplace_back(file, "/" + name);
  return found;
}

}  // namespace mercer::cgns
