#include <mercer/base/text.hpp>
#include <mercer/gp/regression_file.hpp>

#include <array>
#include <limits>

namespace mercer {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::array families{Radial::squared_exponential, Radial::matern_half, Radial::matern_three_halves,
                              Radial::matern_five_halves};
constexpr std::array kinds{WarpKind::none, WarpKind::log, WarpKind::box_cox, WarpKind::asinh};
constexpr Index warp_numbers = 5;

void write_matrix(OutputFile& file, const std::string& name, const RowMajor& values) {
  file.write<double>(name, Shape{values.rows(), values.cols()},
                     std::span<const double>(values.data(), static_cast<std::size_t>(values.size())));
}

Matrix read_matrix(const InputFile& file, const std::string& name) {
  const Shape shape = file.info(name).shape;
  require_agreed(shape.dimensions() == 2, Fault::data, "{}: '{}' has {} dimensions; 2 were expected",
                 file.path().string(), name, shape.dimensions());
  RowMajor values(shape[0], shape[1]);
  file.read(name, Slab::whole(shape), View<double>(values.data(), shape));
  return values;
}

/// The member of `all` with this name.
template <class Enum, std::size_t count>
Enum named(const std::array<Enum, count>& all, const std::string& word, const InputFile& file) {
  std::vector<std::string> names;
  for (const Enum one : all) {
    if (name(one) == word) return one;
    names.emplace_back(name(one));
  }
  Error error(Fault::data, fmt::format("{}: there is no '{}'{}", file.path().string(), word, suggestion(word, names)));
  error.agree();
  throw error;
}

void write_columns(OutputFile& file, const std::string& group, const RegressionFit& fit) {
  const auto columns = static_cast<Index>(fit.columns.size());
  RowMajor warps(columns, warp_numbers), others(columns, 3);
  RowMajor theta = RowMajor::Constant(columns, fit.x.cols() + 2, std::numeric_limits<double>::quiet_NaN());
  std::vector<std::string> words;
  for (Index c = 0; c < columns; ++c) {
    const ColumnFit& column = fit.columns[static_cast<std::size_t>(c)];
    const Warp& warp = column.warp;
    words.emplace_back(name(warp.kind));
    warps.row(c) << warp.shift, warp.scale, warp.power, warp.mean, warp.deviation;
    others.row(c) << (column.is_shared ? 1 : 0), column.log_evidence, column.widening;
    for (std::size_t p = 0; p < column.theta.size(); ++p) theta(c, static_cast<Index>(p)) = column.theta[p];
  }
  file.write_text(group + "/warp", words);
  write_matrix(file, group + "/warp_numbers", warps);
  write_matrix(file, group + "/theta", theta);
  write_matrix(file, group + "/shared", others.col(0));
  write_matrix(file, group + "/log_evidence", others.col(1));
  write_matrix(file, group + "/widening", others.col(2));
}

void write_searches(OutputFile& file, const std::string& group, const RegressionFit& fit) {
  constexpr Index leading = 7;
  RowMajor table(static_cast<Index>(fit.records.size()), leading + fit.x.cols() + 2);
  for (Index i = 0; i < table.rows(); ++i) {
    const SearchRecord& one = fit.records[static_cast<std::size_t>(i)];
    table.row(i).head(leading) << static_cast<double>(one.output), static_cast<double>(one.mode),
        static_cast<double>(one.start), one.log_evidence, static_cast<double>(one.evaluations),
        static_cast<double>(one.stop), one.jitter;
    table.row(i).tail(fit.x.cols() + 2) =
        Eigen::Map<const Eigen::RowVectorXd>(one.theta.data(), static_cast<Index>(one.theta.size()));
  }
  write_matrix(file, group + "/searches", table);
  file.attribute(group + "/searches", "columns",
                 std::vector<std::string>{"output", "mode", "start", "log_evidence", "evaluations", "stop", "jitter",
                                          "log_variance", "log_length...", "log_noise"});
}

}  // namespace

void save_regression(OutputFile& file, const std::string& group, const RegressionFit& fit) {
  write_matrix(file, group + "/x", fit.x);
  write_matrix(file, group + "/y", fit.y);
  file.write_text(group + "/covariance", {name(fit.covariance)});
  write_columns(file, group, fit);
  if (!fit.records.empty()) write_searches(file, group, fit);
}

RegressionFit load_regression(const InputFile& file, const std::string& group) {
  const std::vector<std::string> covariance = file.read_text(group + "/covariance");
  const std::vector<std::string> words = file.read_text(group + "/warp");
  const Matrix warps = read_matrix(file, group + "/warp_numbers"), theta = read_matrix(file, group + "/theta");
  const Matrix shared = read_matrix(file, group + "/shared"), evidence = read_matrix(file, group + "/log_evidence");
  const std::string factors = group + "/widening";  // not in files of before there was one
  const Matrix widening = file.has(factors) ? read_matrix(file, factors) : Matrix::Ones(evidence.rows(), 1);
  RegressionFit fit;
  fit.x = read_matrix(file, group + "/x");
  fit.y = read_matrix(file, group + "/y");
  const Index columns = fit.y.cols();
  require_agreed(covariance.size() == 1 && static_cast<Index>(words.size()) == columns && warps.rows() == columns &&
                     warps.cols() == warp_numbers && theta.rows() == columns && theta.cols() == fit.x.cols() + 2 &&
                     shared.size() == columns && evidence.size() == columns && widening.size() == columns &&
                     fit.x.rows() == fit.y.rows(),
                 Fault::data,
                 "{}: the arrays of the regression '{}' do not fit together: {} inputs and {} columns of "
                 "{} samples, hyper-parameters of {} columns",
                 file.path().string(), group, fit.x.cols(), columns, fit.x.rows(), theta.rows());
  fit.covariance = named(families, covariance.front(), file);
  for (Index c = 0; c < columns; ++c) {
    ColumnFit column;
    column.warp = {named(kinds, words[static_cast<std::size_t>(c)], file),
                   warps(c, 0),
                   warps(c, 1),
                   warps(c, 2),
                   warps(c, 3),
                   warps(c, 4)};
    if (!column.warp.is_constant())
      for (Index p = 0; p < theta.cols(); ++p) column.theta.push_back(theta(c, p));
    column.is_shared = shared(c, 0) != 0;
    column.log_evidence = evidence(c, 0);
    column.widening = widening(c, 0);
    fit.columns.push_back(std::move(column));
  }
  return fit;
}

}  // namespace mercer
