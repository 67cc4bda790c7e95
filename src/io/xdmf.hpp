// XDMF 3.0 beside an HDF5 file: time series and fields for ParaView (reader Xdmf3ReaderT) and others, as a text that
// points into the file.
#pragma once

#include <mercer/io/publish.hpp>
#include <mercer/io/slab.hpp>
#include <mercer/io/vtkhdf.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mercer {

/// A dataset of the HDF5 file, as XDMF wants to know it.
struct XdmfArray {
  std::string dataset;  ///< "/fields/u"
  Shape shape;
  Number number = Number::float64;
};

enum class XdmfCenter { node, cell };

/// Values on the mesh: one a node or cell, or several as last dimension: vectors of two or three, tensors of six or
/// nine, tables of any other number.
struct XdmfField {
  std::string name;
  XdmfCenter center = XdmfCenter::node;
  int components = 1;
  XdmfArray values;
};

/// A uniform grid of two or three dimensions, slowest axis first.
struct XdmfUniform {
  std::vector<Index> nodes;
  std::vector<double> origin, spacing;
};

/// A mesh of one kind of cell: points `[node, 2 or 3]`, cells `[cell, node]` or without the inner dimension.
struct XdmfUnstructured {
  VtkCell cell = VtkCell::triangle;
  Index cells = 0;
  XdmfArray points, connectivity;
};

using XdmfMesh = std::variant<XdmfUniform, XdmfUnstructured>;

struct XdmfStep {
  double time = 0;
  std::vector<XdmfField> fields;
  std::optional<XdmfMesh> mesh = {};           ///< where it is not that of the document
  std::map<std::string, double> numbers = {};  ///< of the step as a whole, written into the document itself
  std::string name = "mesh";
};

/// Meshes and their fields; one step without a time, or a series.
struct Xdmf {
  std::string hdf5_file;  ///< as seen from the XDMF file: its plain name where both lie in one folder
  XdmfMesh mesh;          ///< of all steps that have none of their own
  std::vector<XdmfStep> steps;
};

/// Whether XDMF can point to a dataset of this name: its readers split lists at every '|'.
bool is_xdmf_name(const std::string& dataset) noexcept;

/// The document. Local. Throws Fault::data where readers could not tell the HDF5 file from what is in it.
std::string xdmf_text(const Xdmf& document);

/// @collective Rank 0 writes the document as the file `path`.
void write_xdmf(const Comm& comm, const std::filesystem::path& path, const Xdmf& document, Existing existing);

}  // namespace mercer
