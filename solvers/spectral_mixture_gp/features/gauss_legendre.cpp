// Newton's method in theta = arccos x on Legendre polynomials: near the ends by their recurrence, in the interior by
// the asymptotic series of Stieltjes (Szego, Orthogonal Polynomials, 8.21.5), as Hale and Townsend (2013) do.
#include <mercer/solvers/spectral_mixture_gp/features/gauss_legendre.hpp>

#include <array>
#include <cmath>
#include <numbers>

namespace mercer::smgp {
namespace {

constexpr double pi = std::numbers::pi;
constexpr Index by_recurrence = 30;  // nodes next to an end for which the series is not sharp enough
constexpr int terms = 16;            // beyond rounding from the 31st node on

/// P_n(cos theta) and its derivative in theta.
struct Value {
  double p, slope;
};

/// The recurrence for the differences P_k - P_{k-1}: near x = 1 it needs no 1 - x^2 from a rounded x.
Value recurrence(Index n, double theta) {
  const double half = std::sin(theta / 2), y = 2 * half * half;  // 1 - x
  double p = 1, difference = 0;
  for (Index k = 0; k < n; ++k) {
    const double order = static_cast<double>(k);
    difference = (order * difference - (2 * order + 1) * y * p) / (order + 1);
    p += difference;
  }
  return {p, -static_cast<double>(n) * (y * p - difference) / std::sin(theta)};
}

class Series {
 public:
  explicit Series(Index n) : n_(static_cast<double>(n)) {
    factors_[0] = 4 / pi;
    for (Index j = 1; j <= n; ++j) factors_[0] *= static_cast<double>(j) / (static_cast<double>(j) + 0.5);
    for (int m = 1; m < terms; ++m) {
      const double odd = m - 0.5;
      factors_[static_cast<std::size_t>(m)] =
          factors_[static_cast<std::size_t>(m - 1)] * odd * odd / (m * (n_ + m + 0.5));
    }
  }

  Value operator()(double theta) const {
    const double sine = std::sin(theta), cosine = std::cos(theta), ratio = 1 / (2 * sine);
    // cos and sin of (n + m + 1/2) theta - (m + 1/2) pi/2, from one m to the next by a turn of theta - pi/2
    double c = std::cos((n_ + 0.5) * theta - pi / 4), s = std::sin((n_ + 0.5) * theta - pi / 4);
    double power = std::sqrt(ratio);
    Value sum{0, 0};
    for (int m = 0; m < terms; ++m) {
      const double factor = factors_[static_cast<std::size_t>(m)] * power;
      sum.p += factor * c;
      sum.slope -= factor * ((n_ + m + 0.5) * s + (m + 0.5) * cosine / sine * c);
      const double turned = c * sine + s * cosine;
      s = s * sine - c * cosine;
      c = turned;
      power *= ratio;
    }
    return sum;
  }

 private:
  double n_;
  std::array<double, terms> factors_{};
};

/// The k-th zero of P_n from an end, by McMahon's zeros of J_0 and Olver's expansion around them.
double first_guess(Index n, Index k) {
  const double beta = (static_cast<double>(k) - 0.25) * pi, b = 8 * beta, order = static_cast<double>(n) + 0.5;
  const double psi = (beta + 1 / b - 124 / (3 * b * b * b)) / order;
  return psi + (psi / std::tan(psi) - 1) / (8 * psi * order * order);
}

}  // namespace

Quadrature gauss_legendre(Index count) {
  require(count >= 1, Fault::internal, "a quadrature has at least one node, not {}", count);
  Quadrature rule{Eigen::VectorXd(count), Eigen::VectorXd(count)};
  const Series series(count);
  for (Index k = 1; k <= (count + 1) / 2; ++k) {
    const auto value = [&](double theta) { return k <= by_recurrence ? recurrence(count, theta) : series(theta); };
    const bool is_middle = 2 * k == count + 1;
    double theta = is_middle ? pi / 2 : first_guess(count, k);
    Value at = value(theta);
    for (int step = 0; step < 10 && !is_middle; ++step) {
      const double change = at.p / at.slope;
      theta -= change;
      if (std::abs(change) < 1e-9 * theta) {  // the next step would be below rounding; the slope follows the equation
        at.slope += change * (at.slope / std::tan(theta) + static_cast<double>(count * (count + 1)) * at.p);
        break;
      }
      at = value(theta);
    }
    rule.points[count - k] = is_middle ? 0 : std::cos(theta);
    rule.points[k - 1] = -rule.points[count - k];
    rule.weights[k - 1] = rule.weights[count - k] = 2 / (at.slope * at.slope);
  }
  rule.weights *= 2 / rule.weights.sum();
  return rule;
}

Quadrature uniform_points(Index count) {
  require(count >= 2, Fault::internal, "equally spaced points are at least two, not {}", count);
  Quadrature rule{Eigen::VectorXd(count), Eigen::VectorXd::Constant(count, 2.0 / static_cast<double>(count))};
  for (Index i = 0; i < count; ++i)
    rule.points[i] = static_cast<double>(2 * i - count + 1) / static_cast<double>(count - 1);
  return rule;
}

}  // namespace mercer::smgp
