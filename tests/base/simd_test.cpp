// Which vector instructions are picked, and that the mode for tiny numbers is the caller's again afterwards.
#include "support/failure.hpp"
#include <mercer/base/simd.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <optional>
#include <string>

using namespace mercer;

namespace {

/// MERCER_SIMD with another value until the end of a test.
class Wanted {
 public:
  explicit Wanted(const char* value) {
    if (const char* before = std::getenv("MERCER_SIMD")) before_ = before;
    set(value);
  }
  ~Wanted() { set(before_ ? before_->c_str() : nullptr); }

 private:
  static void set(const char* value) { value ? setenv("MERCER_SIMD", value, 1) : unsetenv("MERCER_SIMD"); }
  std::optional<std::string> before_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(simd)

BOOST_AUTO_TEST_CASE(the_best_level_of_the_processor_is_picked) {
  const Wanted wanted(nullptr);
  BOOST_TEST(is_available(simd_level()));
  for (const Simd level : {Simd::baseline, Simd::avx2, Simd::avx512})
    BOOST_TEST((!is_available(level) || level <= simd_level()), name(level));
}

BOOST_AUTO_TEST_CASE(the_environment_can_ask_for_a_level) {
  for (const Simd level : {Simd::baseline, Simd::avx2, Simd::avx512}) {
    const Wanted wanted(name(level));
    if (is_available(level))
      BOOST_TEST((simd_level() == level));
    else
      BOOST_CHECK_EXCEPTION(simd_level(), Error, failure(Fault::unavailable, name(level)));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_level_is_refused_with_the_list_of_levels) {
  const Wanted wanted("sse9");
  BOOST_CHECK_EXCEPTION(simd_level(), Error, failure(Fault::usage, "'sse9'; it may be avx512, avx2 or baseline"));
}

#ifdef __x86_64__
BOOST_AUTO_TEST_CASE(tiny_numbers_count_as_zero_only_while_that_is_asked_for) {
  volatile float small = 1e-30f, factor = 1e-10f;
  BOOST_TEST(small * factor != 0.0f);
  {
    const FlushDenormals flush;
    BOOST_TEST(small * factor == 0.0f);
    { const FlushDenormals again; }
    BOOST_TEST(small * factor == 0.0f);
  }
  BOOST_TEST(small * factor != 0.0f);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
