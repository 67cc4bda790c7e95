// Tables for terminals and in Markdown.
#include <mercer/base/table.hpp>

#include <boost/test/unit_test.hpp>
#include <support/failure.hpp>

using namespace mercer;

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(columns_are_aligned_numbers_to_the_right) {
  Table table({"name", "seconds", "note"});
  table.add({"assemble", "1.25", ""});
  table.add({"l\xc3\xb6se", "10", "two\nlines"});
  table.add({"total", "", "5"});
  BOOST_TEST(table.text() ==
             "name      seconds  note\n"
             "--------  -------  ---------\n"
             "assemble     1.25\n"
             "l\xc3\xb6se           10  two lines\n"
             "total              5\n");
}

BOOST_AUTO_TEST_CASE(markdown_escapes_bars_and_marks_alignment) {
  Table table({"n", "type"});
  table.add({"1", "a|b|"});
  table.add({"-2e3", "c"});
  BOOST_TEST(table.markdown() ==
             "|    n | type   |\n"
             "| ---: | ------ |\n"
             "|    1 | a\\|b\\| |\n"
             "| -2e3 | c      |\n");
}

BOOST_AUTO_TEST_CASE(a_table_without_rows_has_its_header) {
  BOOST_TEST(Table({"a", "b"}).markdown() == "| a   | b   |\n| --- | --- |\n");
}

BOOST_AUTO_TEST_CASE(a_row_of_another_length_is_refused) {
  Table table({"a", "b"});
  BOOST_TEST(test::failure([&] { table.add({"1"}); }).is(Fault::internal, "2 columns got a row of 1 cells"));
}

BOOST_AUTO_TEST_SUITE_END()
