// Verb info: what is in a file.
#include <mercer/base/table.hpp>
#include <mercer/io/file.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>

namespace mercer::driver {
namespace {

/// A name for the layout, from names and attributes alone.
std::string layout(const InputFile& file) {
  if (file.has_attribute("/", "format")) return file.text_attribute("/", "format");
  if (file.has("mercer"))
    return "mercer " + (file.has_attribute("mercer", "kind") ? file.text_attribute("mercer", "kind") : "output");
  if (file.has("VTKHDF")) return "VTKHDF";
  return "HDF5 arrays";
}

std::string axes_of(const InputFile& file, const std::string& name) {
  return file.has_attribute(name, "axes") ? file.text_attribute(name, "axes") : "";
}

std::string unit_of(const InputFile& file, const std::string& name) {
  return file.has_attribute(name, "unit") ? file.text_attribute(name, "unit") : "";
}

}  // namespace

int info(Run& run) {
  const InputFile file(run.comm, run.line.file);
  Record record;
  record.set("file", run.line.file.string());
  record.set("layout", layout(file));
  if (file.has("mercer"))
    for (const std::string& name : file.attributes("mercer"))
      if (name == "kind" || name == "case") record.set("mercer." + name, file.text_attribute("mercer", name));
  Table table({"array", "type", "shape", "axes", "unit"});
  for (const DatasetInfo& data : file.datasets()) {
    table.add({data.name, data.type, text(data.shape), axes_of(file, data.name), unit_of(file, data.name)});
    const std::string entry = "arrays." + plain_name(data.name);
    record.set(entry + ".type", data.type);
    record.set(entry + ".shape", text(data.shape));
    record.set(entry + ".axes", axes_of(file, data.name));
  }
  const std::string head = fmt::format("{}: {}\n\n", run.line.file.string(), layout(file));
  print(run.comm, run.line.as_json ? record.json() + "\n" : head + table.text());
  return 0;
}

}  // namespace mercer::driver
