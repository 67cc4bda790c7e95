// A geometry with parameters, of which gmsh makes one mesh for each set of them.
#pragma once

#include <mercer/meshes/mesh.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace mercer {

class MeshTemplate {
 public:
  /// `text` is what stands in `file`, a .geo file of gmsh whose name is for messages.
  MeshTemplate(std::filesystem::path file, std::string text);

  /// Runs gmsh on one thread, without the settings of the user, and gives the mesh that it makes, checked and repaired:
  /// equal parameters give equal bytes. Local. Throws Fault::unavailable without gmsh, Fault::io where the disk is
  /// full, and Fault::data with the words of gmsh where it fails, where the template sets a parameter itself, and where
  /// there is no sound mesh of triangles or tetrahedra.
  MeshSample mesh(const std::map<std::string, double>& parameters) const;

 private:
  std::filesystem::path file_;
  std::string text_;
};

}  // namespace mercer
