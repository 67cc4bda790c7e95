// Items of a journal survive whatever ends a run, and are found again on any number of ranks.
#include "bytes.hpp"
#include <mercer/io/journal.hpp>

#include <boost/test/unit_test.hpp>

using namespace mercer;
using test::SharedScratch;
using test::thrown;

namespace {

std::vector<std::byte> bytes_of_item(Index item) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(3 * item + 1));
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(static_cast<std::size_t>(item) + i);
  return bytes;
}

/// @collective Items begin, begin + 1, ..., end - 1, one after the other on the ranks.
void append(const Comm& comm, Journal& journal, Index begin, Index end) {
  for (Index item = begin; item < end; ++item)
    if (item % comm.size() == comm.rank()) journal.append(item, bytes_of_item(item));
}

bool holds(const Journal& journal, Index item) {
  std::vector<std::byte> expected = bytes_of_item(item), found(expected.size());
  if (!journal.has(item)) return false;
  journal.read(item, 0, found);
  if (found != expected || expected.size() < 3) return found == expected;
  found.resize(2);
  journal.read(item, 1, found);
  return found[0] == expected[1] && found[1] == expected[2];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(journals)

BOOST_AUTO_TEST_CASE(items_are_known_to_all_ranks_and_to_later_runs) {
  const Comm comm;
  const SharedScratch scratch(comm);
  BOOST_TEST(!journal_exists(comm, scratch / "j"));
  {
    Journal journal(comm, scratch / "j", "mine");
    append(comm, journal, 0, 11);
    journal.share();
    BOOST_TEST(journal.count() == 11);
    for (Index item = 0; item < 11; ++item) BOOST_TEST(holds(journal, item));
    BOOST_TEST(!journal.has(11));
    append(comm, journal, 11, 13);  // and no sharing
  }
  BOOST_TEST(journal_exists(comm, scratch / "j"));
  if (comm.is_root()) {
    const Comm alone = Comm::self();
    Journal later(alone, scratch / "j", "mine");
    BOOST_TEST(later.count() == 13);
    append(alone, later, 13, 15);
  }
  MPI_Barrier(comm.raw());
  Journal last(comm, scratch / "j", "mine");
  BOOST_TEST(last.count() == 15);
  for (Index item = 0; item < 15; ++item) BOOST_TEST(holds(last, item));
  last.remove();
  BOOST_TEST(!journal_exists(comm, scratch / "j"));
}

BOOST_AUTO_TEST_CASE(an_item_that_was_cut_off_or_changed_is_not_there) {
  const Comm comm;
  const SharedScratch scratch(comm);
  {
    Journal journal(comm, scratch / "j", "mine");
    if (comm.is_root())
      for (Index item = 0; item < 6; ++item) journal.append(item, bytes_of_item(item));
  }
  MPI_Barrier(comm.raw());
  const std::string part = test::bytes_of(scratch / "j/part_0000_0000");
  const auto count_of = [&](const std::string& bytes) {
    test::put_bytes(comm, scratch / "j/part_0000_0000", bytes);
    return Journal(comm, scratch / "j", "mine").count();
  };
  BOOST_TEST(count_of(part) == 6);
  for (std::size_t cut = 1; cut < part.size(); cut += 7) {
    const Index left = count_of(part.substr(0, part.size() - cut));
    BOOST_TEST((left >= 0 && left < 6));
  }
  std::string changed = part;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  BOOST_TEST(count_of(changed) == 5);
  BOOST_TEST(count_of(part + std::string(100, '\0')) == 6);
}

BOOST_AUTO_TEST_CASE(a_journal_of_other_work_or_in_no_folder_is_refused) {
  const Comm comm;
  const SharedScratch scratch(comm);
  { Journal journal(comm, scratch / "j", "mine"); }
  const auto other = thrown([&] { Journal journal(comm, scratch / "j", "another's"); });
  BOOST_TEST((other.agreed && other.fault == Fault::config && other.says("another case")), other.text);
  const auto nowhere = thrown([&] { Journal journal(comm, scratch / "no/j", "mine"); });
  BOOST_TEST((nowhere.agreed && nowhere.fault == Fault::cannot_create), nowhere.text);
  Journal journal(comm, scratch / "j", "mine");
  std::byte byte{};
  const auto missing = thrown([&] { journal.read(3, 0, std::span(&byte, 1)); });
  BOOST_TEST((missing.fault == Fault::internal && missing.says("no item 3")), missing.text);
}

BOOST_AUTO_TEST_SUITE_END()
