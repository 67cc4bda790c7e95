// The tree of nodes in a CGNS file: groups with a name, a label, a type and a value.
#pragma once

#include <mercer/meshes/read/array.hpp>

#include <functional>
#include <string>
#include <vector>

namespace mercer::cgns {

/// A node by its path in the HDF5 file.
class Node {
 public:
  Node(const InputFile& file, std::string path);

  const std::string& path() const noexcept { return path_; }
  const std::string& label() const noexcept { return label_; }
  std::string name() const;
  std::vector<Node> children() const;
  std::vector<Node> children(const std::string& label) const;
  /// The only child of a label. Throws Fault::data where there are none or several.
  Node child(const std::string& label) const;
  Shape shape() const;  ///< of its value; of no dimensions where it has none
  bool has_value() const;
  std::string text() const;  ///< of a value of characters, trailing blanks cut off
  template <class T>
  std::vector<T> values() const {
    require(has_value(), Fault::data, "'{}' in {} has no value", path_, file_->path().string());
    return read_array<T>(*file_, value_path());
  }
  [[noreturn]] void refuse(const std::string& why) const;

 private:
  std::string value_path() const { return path_ + "/ data"; }

  const InputFile* file_;
  std::string path_, label_, type_;
};

/// The nodes below the root.
std::vector<Node> top_nodes(const InputFile& file);

}  // namespace mercer::cgns
