// Sums, products and norms: the same bits on every rank count, accurate, and safe at the ends of the range.
#include "support/failure.hpp"
#include <mercer/base/random.hpp>
#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/reduce.hpp>

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

long long sent = 0;  // bytes to other ranks, by the two calls below

}  // namespace

// MPI lets a program put its own calls before those of the library.
extern "C" int MPI_Alltoallv(const void* from, const int counts[], const int places[], MPI_Datatype type, void* to,
                             const int coming[], const int arriving[], MPI_Datatype other, MPI_Comm comm) {
  int rank = 0, ranks = 0, bytes = 0;
  PMPI_Comm_rank(comm, &rank);
  PMPI_Comm_size(comm, &ranks);
  PMPI_Type_size(type, &bytes);
  for (int to_rank = 0; to_rank < ranks; ++to_rank)
    if (to_rank != rank) sent += static_cast<long long>(counts[to_rank]) * bytes;
  return PMPI_Alltoallv(from, counts, places, type, to, coming, arriving, other, comm);
}

extern "C" int MPI_Allgatherv(const void* from, int count, MPI_Datatype type, void* to, const int counts[],
                              const int places[], MPI_Datatype other, MPI_Comm comm) {
  int rank = 0, ranks = 0, bytes = 0;
  PMPI_Comm_rank(comm, &rank);
  PMPI_Comm_size(comm, &ranks);
  PMPI_Type_size(other, &bytes);
  sent += static_cast<long long>(counts[rank]) * bytes * (ranks - 1);
  return PMPI_Allgatherv(from, count, type, to, counts, places, other, comm);
}

using namespace mercer;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double tiny = std::numeric_limits<double>::denorm_min();
constexpr double most = std::numeric_limits<double>::max();

using Values = std::vector<double>;

struct Named {
  std::string name;
  Values values;
};

template <class F>
Values made(std::size_t count, const F& value) {
  Values values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = value(i);
  return values;
}

/// Arrays that make plain summation depend on the order of its terms.
std::vector<Named> hard_cases() {
  const Random random(11);
  const auto wide = [&](std::size_t i, int decades) {
    return random.normal(i) * std::pow(10.0, decades * (2 * random.uniform(i + 1000000) - 1));
  };
  return {
      {"none", {}},
      {"one", {-0.1}},
      {"two", {0.1, 0.2}},
      {"tenths", Values(1001, 0.1)},
      {"normal", made(997, [&](std::size_t i) { return random.normal(i); })},
      {"whole range", made(1500, [&](std::size_t i) { return wide(i, 300); })},
      {"cancelling", made(1000, [&](std::size_t i) { return (i % 2 == 0 ? 1 : -1) * wide(i / 2, 10); })},
      {"huge", made(64, [&](std::size_t i) { return most * (i % 3 == 0 ? 0.9 : -0.45) * random.uniform(i); })},
      {"subnormal", made(500, [&](std::size_t i) { return tiny * std::floor(1e4 * random.normal(i)); })},
      {"near subnormal", made(500, [&](std::size_t i) { return 1e-300 * wide(i, 8); })},
      {"zeros", Values(10, -0.0)},
      {"infinity", {1, infinity, 2, infinity, -1e308}},
      {"minus infinity", {1, -infinity, 2}},
      {"both infinities", {infinity, 1, 2, 3, -infinity}},
      {"nan", {1, 2, 3, not_a_number, infinity}},
      {"other nan", {-not_a_number, 1, 2, std::nan("7")}},
  };
}

/// This rank's part of an array: an even block, or for `uneven` all of it on the last rank.
std::span<const double> part(const Comm& comm, const Values& values, bool uneven) {
  const Index count = static_cast<Index>(values.size());
  Range mine = block(count, comm.rank(), comm.size());
  if (uneven) mine = comm.rank() == comm.size() - 1 ? Range{0, count} : Range{0, 0};
  return std::span(values).subspan(static_cast<std::size_t>(mine.begin), static_cast<std::size_t>(mine.count()));
}

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

Values reversed(Values values) {
  std::reverse(values.begin(), values.end());
  return values;
}

}  // namespace

BOOST_AUTO_TEST_CASE(sum_has_the_same_bits_on_every_rank_count_and_in_every_order) {
  const Comm comm, self = Comm::self();
  for (const auto& [name, values] : hard_cases()) {
    const std::uint64_t expected = bits(reproducible_sum(self, values));
    BOOST_TEST(bits(reproducible_sum(comm, part(comm, values, false))) == expected, name);
    BOOST_TEST(bits(reproducible_sum(comm, part(comm, values, true))) == expected, name);
    BOOST_TEST(bits(reproducible_sum(comm, part(comm, reversed(values), false))) == expected, name);
  }
}

BOOST_AUTO_TEST_CASE(dot_has_the_same_bits_on_every_rank_count) {
  const Comm comm, self = Comm::self();
  for (const auto& [name, values] : hard_cases()) {
    const Values other = reversed(values);
    const std::uint64_t expected = bits(reproducible_dot(self, values, other));
    for (const bool uneven : {false, true})
      BOOST_TEST(bits(reproducible_dot(comm, part(comm, values, uneven), part(comm, other, uneven))) == expected, name);
  }
}

BOOST_AUTO_TEST_CASE(norm_has_the_same_bits_on_every_rank_count) {
  const Comm comm, self = Comm::self();
  for (const auto& [name, values] : hard_cases()) {
    const std::uint64_t expected = bits(reproducible_norm(self, values));
    for (const bool uneven : {false, true})
      BOOST_TEST(bits(reproducible_norm(comm, part(comm, values, uneven))) == expected, name);
  }
}

BOOST_AUTO_TEST_CASE(sum_is_accurate_relative_to_the_largest_term) {
  const Comm comm;
  for (const auto& [name, values] : hard_cases()) {
    long double exact = 0, peak = 0;
    for (const double value : values) {
      exact += value;
      peak = std::max(peak, std::abs(static_cast<long double>(value)));
    }
    if (!std::isfinite(static_cast<double>(exact))) continue;
    const double found = reproducible_sum(comm, part(comm, values, false));
    const long double allowed = std::abs(exact) * 0x1p-53L + peak * static_cast<long double>(values.size()) * 0x1p-60L;
    BOOST_TEST(static_cast<double>(std::abs(found - exact) / std::max(allowed, 0x1p-1080L)) <= 1.0, name);
  }
}

BOOST_AUTO_TEST_CASE(cancellation_leaves_the_small_terms) {
  const Comm comm;
  BOOST_TEST(reproducible_sum(comm, part(comm, {1e16, 1, -1e16}, false)) == 1);
  BOOST_TEST(reproducible_sum(comm, part(comm, {1, 1e30, 0.25, -1e30}, false)) == 1.25);
  BOOST_TEST(reproducible_sum(comm, part(comm, {most, most, -most, -most, 2e292}, false)) == 2e292);
  BOOST_TEST(reproducible_sum(comm, part(comm, {tiny, tiny, tiny}, false)) == 3 * tiny);
  BOOST_TEST(reproducible_dot(comm, part(comm, {1e8, 1}, false), part(comm, {1e8, 1}, false)) == 1e16 + 1);
}

BOOST_AUTO_TEST_CASE(terms_that_are_not_finite_come_through) {
  const Comm comm;
  BOOST_TEST(reproducible_sum(comm, part(comm, {1, infinity, -1e308}, false)) == infinity);
  BOOST_TEST(reproducible_sum(comm, part(comm, {1, -infinity}, false)) == -infinity);
  BOOST_TEST(std::isnan(reproducible_sum(comm, part(comm, {infinity, -infinity}, false))));
  BOOST_TEST(std::isnan(reproducible_sum(comm, part(comm, {1, 2, not_a_number}, false))));
  BOOST_TEST(reproducible_norm(comm, part(comm, {infinity, -infinity, 1}, false)) == infinity);
  BOOST_TEST(std::isnan(reproducible_norm(comm, part(comm, {1, not_a_number, infinity}, false))));
  BOOST_TEST(reproducible_sum(comm, part(comm, {most, most}, false)) == infinity);
}

BOOST_AUTO_TEST_CASE(norm_neither_overflows_nor_vanishes) {
  const Comm comm;
  for (const double scale : {1.0, 1e200, 1e-200, 3e307, 1e-305})
    BOOST_TEST(reproducible_norm(comm, part(comm, {3 * scale, -4 * scale}, false)) == 5 * scale,
               boost::test_tools::tolerance(1e-15));
  BOOST_TEST(reproducible_norm(comm, part(comm, {3 * tiny, 4 * tiny}, false)) == 5 * tiny);
  BOOST_TEST(reproducible_norm(comm, part(comm, {}, false)) == 0);
}

BOOST_AUTO_TEST_CASE(sums_in_rank_order_are_those_of_a_loop_over_the_ranks) {
  const Comm comm;
  for (const std::size_t size : {0, 1, 2, 5, 1000}) {
    const auto term = [](int rank, std::size_t i) { return std::sin(1e3 * rank + static_cast<double>(i)) * 1e8 + 0.1; };
    std::vector<double> values(size), expected(size);
    for (std::size_t i = 0; i < size; ++i) {
      values[i] = term(comm.rank(), i);
      expected[i] = term(0, i);
      for (int rank = 1; rank < comm.size(); ++rank) expected[i] += term(rank, i);
    }
    sum_in_rank_order<double>(comm, values);
    BOOST_TEST(values == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_dot_product_of_unequal_lengths_is_refused) {
  const Comm comm;
  const Values two(2), three(3);
  BOOST_CHECK_EXCEPTION(reproducible_dot(comm, two, three), Error, failure(Fault::internal, "2 with 3"));
}

BOOST_AUTO_TEST_CASE(sums_in_rank_order_send_what_their_formula_says) {
  const Comm comm;
  for (const Index count : {0, 1, 5, 1000, 1001}) {
    std::vector<double> values(static_cast<std::size_t>(count), 1.5);
    sent = 0;
    sum_in_rank_order<double>(comm, values);
    BOOST_TEST(sent == 8 * entries_sent_in_sum(count, comm.rank(), comm.size()));
    BOOST_TEST(sum(comm, static_cast<Index>(sent)) == 2 * (comm.size() - 1) * count * 8);
  }
}
