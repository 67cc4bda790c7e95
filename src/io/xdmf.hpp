// XDMF 3.0 beside an HDF5 file: time series and fields for ParaView (reader Xdmf3ReaderT) and others, as a text that
// points into the file.
#pragma once

#include <mercer/io/publish.hpp>
#include <mercer/io/slab.hpp>
#include <mercer/io/vtkhdf.hpp>

#include <filesystem>
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

/// Values on the mesh: one a node or cell, or two or three (a vector) as last dimension.
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

struct XdmfStep {
  double time = 0;
  std::vector<XdmfField> fields;
};

/// A mesh and its fields; one step without a time, or a series.
struct Xdmf {
  std::string hdf5_file;  ///< as seen from the XDMF file: its plain name where both lie in one folder
  std::variant<XdmfUniform, XdmfUnstructured> mesh;
  std::vector<XdmfStep> steps;
};

/// The document. Local.
std::string xdmf_text(const Xdmf& document);

/// @collective Rank 0 writes the document as the file `path`.
void write_xdmf(const Comm& comm, const std::filesystem::path& path, const Xdmf& document, Existing existing);

}  // namespace mercer
