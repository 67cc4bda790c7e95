// Lists from all ranks to all ranks.
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace mercer;

BOOST_AUTO_TEST_CASE(every_list_arrives_where_it_was_sent) {
  const Comm comm;
  struct Item {
    int from, to;
    double value;
  };
  std::vector<std::vector<Item>> out(static_cast<std::size_t>(comm.size()));
  for (int to = 0; to < comm.size(); ++to)
    for (int k = 0; k < (comm.rank() + 2 * to) % 3; ++k)
      out[static_cast<std::size_t>(to)].push_back({comm.rank(), to, 0.5 * k});
  const std::vector<std::vector<Item>> in = exchange_lists(comm, out);
  BOOST_TEST(in.size() == out.size());
  for (int from = 0; from < comm.size(); ++from) {
    const std::vector<Item>& list = in[static_cast<std::size_t>(from)];
    BOOST_TEST(static_cast<int>(list.size()) == (from + 2 * comm.rank()) % 3);
    for (std::size_t k = 0; k < list.size(); ++k) {
      BOOST_TEST(list[k].from == from);
      BOOST_TEST(list[k].to == comm.rank());
      BOOST_TEST(list[k].value == 0.5 * static_cast<double>(k));
    }
  }
}

BOOST_AUTO_TEST_CASE(gathered_lists_are_in_rank_order_everywhere) {
  const Comm comm;
  const std::vector<Index> mine(static_cast<std::size_t>(comm.rank()), comm.rank());
  const std::vector<Index> all = gather_everywhere(comm, mine);
  BOOST_TEST(static_cast<int>(all.size()) == comm.size() * (comm.size() - 1) / 2);
  BOOST_TEST(std::is_sorted(all.begin(), all.end()));
}
