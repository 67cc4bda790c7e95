#include <mercer/base/text.hpp>
#include <mercer/parallel/reduce.hpp>
#include <mercer/solvers/generate/field_scalar.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace mercer {

namespace {

/// What formulas of fields may name: the axes, then the fields.
std::vector<std::string> symbols_of(std::span<const Field> fields) {
  std::vector<std::string> symbols = fields.front().grid().symbols();
  for (const Field& field : fields) symbols.push_back(field.name());
  return symbols;
}

}  // namespace

FieldScalar::FieldScalar(const std::string& text, std::span<const Field> fields)
    : FieldScalar(text, symbols_of(fields)) {}

FieldScalar::FieldScalar(const std::string& text, const std::vector<std::string>& columns) {
  const std::string bare(trim(text));
  const std::size_t open = bare.find('(');
  const std::string word(trim(bare.substr(0, open)));
  const bool is_call = open != std::string::npos && bare.back() == ')';
  require(is_call && (word == "min" || word == "max" || word == "mean"), Fault::config,
          "expected min(FORMULA), max(FORMULA) or mean(FORMULA), got '{}'", text);
  kind_ = word == "min" ? Kind::least : word == "max" ? Kind::most : Kind::mean;
  formula_ = Expression::parse(bare.substr(open + 1, bare.size() - open - 2), columns);
}

double FieldScalar::operator()(const Comm& comm, std::span<const Field> fields) const {
  const Field& first = fields.front();
  Field values("values", "", first.shared_grid(), first.decomposition(), first.rank());
  together(comm, [&] {
    const auto row = static_cast<std::size_t>(std::max<Index>(1, first.box().shape().back()));
    std::size_t at = 0;
    values.fill([&](auto axes, auto out) {
      std::vector<std::span<const double>> columns(axes.begin(), axes.end());
      for (const Field& field : fields) columns.push_back(field.span().subspan(at, row));
      formula_.evaluate(columns, out);
      at += row;
    });
  });
  if (kind_ == Kind::least) return smallest(comm, values);
  if (kind_ == Kind::most) return largest(comm, values);
  return reproducible_sum(comm, values.span()) / static_cast<double>(values.grid().shape().count());
}

double FieldScalar::operator()(std::span<const std::span<const double>> columns) const {
  std::vector<double> values(columns.front().size());
  formula_.evaluate(columns, values);
  if (kind_ == Kind::least) return *std::ranges::min_element(values);
  if (kind_ == Kind::most) return *std::ranges::max_element(values);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace mercer
