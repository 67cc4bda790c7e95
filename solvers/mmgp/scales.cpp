#include <mercer/base/error.hpp>
#include <mercer/base/text.hpp>
#include <mercer/solvers/mmgp/scales.hpp>

#include <algorithm>
#include <cmath>

namespace mercer::mmgp {

Scales::Scales(const std::map<std::string, std::string>& texts, const Names& names) : inputs_(names.inputs) {
  std::vector<std::string> outputs = names.fields;
  outputs.insert(outputs.end(), names.scalars.begin(), names.scalars.end());
  for (const auto& [output, text] : texts) {
    require(std::ranges::find(outputs, output) != outputs.end(), Fault::config,
            "options.scales: '{}' is no output that is learnt{}", output, suggestion(output, outputs));
    try {
      formulas_.emplace(output, Expression::parse(text, inputs_));
    } catch (const Error& error) {
      fail(error.fault(), "options.scales.{}: {}", output, error.what());
    }
  }
}

double Scales::of(const std::string& output, const MeshSample& sample) const {
  const auto found = formulas_.find(output);
  if (found == formulas_.end()) return 1;
  const double scale = found->second(scalars_of(sample, inputs_));
  require(std::isfinite(scale) && scale != 0, Fault::data,
          "options.scales.{}: {} is {} for sample '{}'; a finite number other than zero was expected", output,
          found->second.text(), scale, sample.id);
  return scale;
}

std::vector<double> Scales::of(const std::vector<std::string>& outputs, const MeshSample& sample) const {
  std::vector<double> scales;
  for (const std::string& output : outputs) scales.push_back(of(output, sample));
  return scales;
}

void Scales::divide(MeshSample& sample) const {
  for (MeshField& field : sample.point_fields) {
    const double scale = of(field.name, sample);
    for (double& value : field.values.span()) value /= scale;
  }
  for (const auto& [output, formula] : formulas_) {
    const auto scalar = sample.scalars.find(output);
    if (scalar != sample.scalars.end()) scalar->second /= of(output, sample);
  }
}

}  // namespace mercer::mmgp
