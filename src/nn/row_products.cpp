// Products for rows, by form.
#include <mercer/nn/convolution_kernels.hpp>
#include <mercer/nn/row_products.hpp>
#include <mercer/nn/winograd.hpp>

namespace mercer {
namespace {

constexpr Index least_channels = 4;

/// Of four rows from six: polynomials are known at 0, +-inner, +-outer and infinity.
std::array<std::array<double, 3>, 6> weights_of_four() {
  constexpr double a = winograd_inner, b = winograd_outer;
  constexpr double near = 1 / (2 * a * a * (a * a - b * b)), far = 1 / (2 * b * b * (b * b - a * a));
  return {{{1 / (a * a * b * b), 0, 0},
           {near, near * a, near * a * a},
           {near, -near * a, near * a * a},
           {far, far * b, far * b * b},
           {far, -far * b, far * b * b},
           {0, 0, 1}}};
}

RowTap plain(const TapAxis::Tap& tap, Index more = 0) {
  return {RowTap::Of::row, tap.offset + more, {{tap.weight, 1}}};
}

/// Two taps of a phase of which the second one reads what the first one does for the next output.
struct Neighbours {
  const TapAxis::Tap *first = nullptr, *second = nullptr;
};

Neighbours neighbours(const std::vector<TapAxis::Tap>& taps, int step) {
  Neighbours found;
  for (const TapAxis::Tap& a : taps)
    for (const TapAxis::Tap& b : taps)
      if (b.offset == a.offset + step && (found.first == nullptr || a.offset < found.first->offset)) found = {&a, &b};
  return found;
}

RowForm form_of(const TapAxis& rows, Index kernel_rows, Index out_rows, Index inputs, Index outputs) {
  if (inputs < least_channels || outputs < least_channels) return RowForm::single;
  if (pays_in_pairs(kernel_rows, rows.step * rows.stride, inputs, outputs)) return RowForm::tiles;
  if (rows.step * rows.stride != 2 || out_rows <= rows.stride) return RowForm::single;
  for (const auto& phase : rows.phases)
    if (neighbours(phase, rows.step).first != nullptr) return RowForm::shared;
  return RowForm::single;
}

}  // namespace

RowProducts::RowProducts(const TapAxis& rows, Index kernel_rows, Index out_rows, Index inputs, Index outputs)
    : form(form_of(rows, kernel_rows, out_rows, inputs, outputs)), rows_at_once(1) {
  if (form == RowForm::tiles) {
    rows_at_once = out_rows > 2 ? 4 : 2;
    make_tile(rows);
  } else if (form == RowForm::shared) {
    rows_at_once = 2 * rows.stride;
    make_shared(rows);
  } else {
    for (const auto& phase : rows.phases) {
      products.emplace_back();
      for (const TapAxis::Tap& tap : phase) products.back().push_back(plain(tap));
    }
  }
}

void RowProducts::make_tile(const TapAxis& rows) {
  const auto four = weights_of_four();
  for (Index product = 0; product < rows_at_once + 2; ++product) {
    const auto at = static_cast<std::size_t>(product);
    const auto& factors = rows_at_once == 4 ? four[at] : winograd_products[at].weights;
    RowTap tap{RowTap::Of::spread, product, {}};
    for (const TapAxis::Tap& each : rows.phases[0])
      if (const double factor = factors[static_cast<std::size_t>(each.offset)]; factor != 0)
        tap.weights.emplace_back(each.weight, factor);
    products.push_back({tap});
  }
}

void RowProducts::make_shared(const TapAxis& rows) {
  for (const auto& phase : rows.phases) {
    const auto [a, b] = neighbours(phase, rows.step);
    const int next = static_cast<int>(products.size());
    if (a == nullptr) {
      shared.push_back({-1, next, next + 1});
    } else {
      shared.push_back({next, next + 1, next + 2});
      products.push_back({{RowTap::Of::row, b->offset, {{a->weight, 1}, {b->weight, 1}}}});
    }
    for (const int second : {0, 1}) {
      RowProduct own;
      for (const TapAxis::Tap& tap : phase)
        if (&tap != a && &tap != b) own.push_back(plain(tap, second * rows.step));
      if (a != nullptr && second == 0) own.push_back({RowTap::Of::difference, a->offset, {{a->weight, 1}}});
      if (a != nullptr && second == 1)
        own.push_back({RowTap::Of::difference, a->offset + rows.step, {{b->weight, -1}}});
      products.push_back(std::move(own));
    }
  }
}

}  // namespace mercer
