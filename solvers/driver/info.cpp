// Verb info: what is in a file.
#include <mercer/base/table.hpp>
#include <mercer/io/file.hpp>
#include <mercer/report/record.hpp>
#include <mercer/solvers/driver/command.hpp>
#include <mercer/solvers/driver/print.hpp>

#include <fmt/format.h>

namespace mercer::driver {
namespace {

/// A name for the layout, from names and attributes alone.
std::string layout(const InputFile& file) {
  if (file.has_attribute("/", "format")) return file.text_attribute("/", "format");
  if (file.has("mercer") && file.has_attribute("mercer", "kind"))
    return "mercer " + file.text_attribute("mercer", "kind");
  return file.has("VTKHDF") ? "VTKHDF" : "HDF5 arrays";
}

std::string optional_text(const InputFile& file, const std::string& object, const std::string& name) {
  return file.has_attribute(object, name) ? file.text_attribute(object, name) : std::string();
}

std::string array_table(const InputFile& file, Record& record) {
  Table table({"array", "type", "shape", "axes", "unit"});
  for (const DatasetInfo& data : file.datasets()) {
    const std::string axes = optional_text(file, data.name, "axes"), entry = "arrays." + plain_name(data.name);
    table.add({data.name, data.refusal.empty() ? data.type : data.refusal, text(data.shape), axes,
               optional_text(file, data.name, "unit")});
    record.set(entry + ".type", data.type);
    record.set(entry + ".shape", text(data.shape));
    record.set(entry + ".axes", axes);
  }
  return table.text();
}

/// What made a file of ours: the numbers of its record, and the case.
std::string provenance(const InputFile& file, Record& record) {
  if (!file.has("mercer/certificate")) return {};
  std::string told = "\nrecord:\n";
  for (const std::string& name : file.attributes("mercer/certificate")) {
    const std::string value =
        file.is_text_attribute("mercer/certificate", name)
            ? file.text_attribute("mercer/certificate", name)
            : fmt::format("{:.6g}", fmt::join(file.number_attribute("mercer/certificate", name), ", "));
    record.set("record." + plain_name(name), value);
    told += fmt::format("  {}: {}\n", name, value);
  }
  const std::string made = optional_text(file, "mercer", "case");
  record.set("case", made);
  return told + "\ncase:\n" + made;
}

}  // namespace

int info(Run& run) {
  const InputFile file(run.comm, run.line.file);
  Record record;
  record.set("file", run.line.file.string());
  record.set("layout", layout(file));
  const std::string head = fmt::format("{}: {}\n\n", run.line.file.string(), layout(file));
  const std::string told = head + array_table(file, record) + provenance(file, record);
  print(run.comm, run.line.as_json ? record.json() + "\n" : told);
  return 0;
}

}  // namespace mercer::driver
