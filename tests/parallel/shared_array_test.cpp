// Arrays that ranks share: filled by all, seen by all, and private where nothing can be shared.
#include "support/failure.hpp"
#include <mercer/parallel/shared_array.hpp>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <sys/resource.h>
#include <utility>

using namespace mercer;
using test::failure;

namespace {

/// No file can be opened on this rank while it lives.
class NoFiles {
 public:
  explicit NoFiles(bool here) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{here ? 0 : before_.rlim_cur, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoFiles(const NoFiles&) = delete;
  NoFiles& operator=(const NoFiles&) = delete;

 private:
  rlimit before_{};
};

void fill(SharedArray<float>& array, Index first) {
  const Range mine = array.share(array.shape()[0]);
  for (Index i = mine.begin; i < mine.end; ++i)
    for (Index j = 0; j < array.shape()[1]; ++j) array.to_fill()(i, j) = static_cast<float>(first + 10 * i + j);
}

void check_filled(const SharedArray<float>& array, Index first) {
  for (Index i = 0; i < array.shape()[0]; ++i)
    for (Index j = 0; j < array.shape()[1]; ++j)
      BOOST_TEST(array.view()(i, j) == static_cast<float>(first + 10 * i + j));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shared_array)

BOOST_AUTO_TEST_CASE(all_ranks_see_what_each_has_filled) {
  const Comm comm;
  for (const Index rows : {1, 2, 7}) {
    SharedArray<float> array(comm, {rows, 3});
    for (Index i = 0; i < rows; ++i) BOOST_TEST(array.view()(i, 0) == 0);
    array.publish(comm);
    fill(array, rows);
    array.publish(comm);
    check_filled(array, rows);
    const SharedArray<float> moved = std::move(array);
    check_filled(moved, rows);
  }
}

BOOST_AUTO_TEST_CASE(a_machine_has_one_copy) {
  const Comm comm;
  SharedArray<float> array(comm, {5, 17});
  BOOST_TEST(sum(comm, array.share(5).count()) == 5);
  if (comm.is_root()) array.to_fill()(4, 16) = 8;
  array.publish(comm);
  BOOST_TEST(array.view()(4, 16) == 8);
}

BOOST_AUTO_TEST_CASE(rows_start_where_those_of_a_tensor_do) {
  const Comm comm;
  const SharedArray<float> array(comm, {3, 5});
  BOOST_TEST((array.view().strides() == Tensor<float>({3, 5}).view().strides()));
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(array.view().data()) % cache_line == 0u);
}

BOOST_AUTO_TEST_CASE(an_array_may_be_empty) {
  const Comm comm;
  const SharedArray<float> array(comm, {0, 5}), none;
  BOOST_TEST(array.view().count() == 0);
  BOOST_TEST(none.view().count() == 0);
}

BOOST_AUTO_TEST_CASE(where_one_rank_cannot_share_each_has_a_copy_of_its_own) {
  const Comm comm;
  SharedArray<float> array = [&] {
    const NoFiles closed(comm.rank() == comm.size() - 1);
    return SharedArray<float>(comm, {4, 3});
  }();
  BOOST_TEST((array.share(4) == Range{0, 4}));
  fill(array, comm.rank());
  array.publish(comm);
  check_filled(array, comm.rank());
}

BOOST_AUTO_TEST_CASE(more_than_there_is_fails_on_all_ranks_with_the_bytes) {
  const Comm comm;
  BOOST_CHECK_EXCEPTION(SharedArray<float>(comm, {Index{1} << 42, 16}), Error,
                        failure(Fault::memory, "an array of 281474976710656 bytes"));
}

BOOST_AUTO_TEST_SUITE_END()
