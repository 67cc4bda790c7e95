// The petsc block and the words after `--` in PETSc's database, and which of them nobody asked for.
#include <mercer/config/petsc_options.hpp>
#include <mercer/parallel/petsc.hpp>

#include <boost/test/unit_test.hpp>
#include <support/failure.hpp>

using namespace mercer;
using test::failure;

namespace {

std::vector<std::pair<std::string, std::string>> pairs(const std::vector<PetscOption>& options) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const PetscOption& option : options) out.emplace_back(option.name, option.value);
  return out;
}

std::vector<std::pair<std::string, std::string>> flattened(const std::string& yaml) {
  Complaints complaints;
  const std::vector<PetscOption> options = petsc_options(parse_yaml(yaml, "case.yaml")["petsc"], "petsc", complaints);
  complaints.raise();
  return pairs(options);
}

/// Takes options out of the database again, so that test cases do not meet.
struct Cleared {
  std::vector<PetscOption> options;
  ~Cleared() {
    for (const PetscOption& option : options) PetscOptionsClearValue(nullptr, ("-" + option.name).c_str());
  }
};

void ask(const Comm& comm, const char* prefix) {
  KspHandle solver;
  check_petsc(KSPCreate(comm.raw(), solver.out()));
  check_petsc(KSPSetOptionsPrefix(solver.get(), prefix));
  check_petsc(KSPSetFromOptions(solver.get()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(petsc_block)

BOOST_AUTO_TEST_CASE(nested_maps_become_prefixes_lists_commas_and_true_a_flag) {
  const auto found = flattened(
      "petsc: {gp: {ksp: {type: cg, rtol: 1e-8}}, a: [1, 2, x], flag: true, other: , no: false, word: 'true'}");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"gp_ksp_type", "cg"}, {"gp_ksp_rtol", "1e-8"}, {"a", "1,2,x"},  {"flag", ""},
      {"other", ""},         {"no", "false"},         {"word", "true"}};
  BOOST_TEST((found == expected));
  BOOST_TEST(flattened("petsc:\n").empty());
  BOOST_TEST(flattened("other: 1\n").empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_option_is_a_complaint_each) {
  const std::string yaml = "petsc:\n  -ksp_type: cg\n  a: [1, [2]]\n  b: {c: 1}\n  b_c: 2\n  'x y': 1\n";
  const test::Failure found = failure([&] { flattened(yaml); });
  BOOST_TEST(found.is(Fault::config, "case.yaml:2:3: petsc.-ksp_type: expected the name of an option without '-'"));
  BOOST_TEST(found.is(Fault::config, "case.yaml:3:10: petsc.a: expected numbers or words in the list, got a list"));
  BOOST_TEST(found.is(Fault::config, "case.yaml:5:3: petsc.b_c: is there already, at case.yaml:4:10"));
  BOOST_TEST(found.is(Fault::config, "case.yaml:6:3: petsc.x y: expected the name of an option"));
  BOOST_TEST(
      failure([] { flattened("petsc: word"); }).is(Fault::config, "expected a map of PETSc options, got 'word'"));
}

BOOST_AUTO_TEST_CASE(words_pair_up_as_petsc_reads_them) {
  const std::vector<std::string> words{"-ksp_rtol", "1e-8", "-shift", "-1", "-ksp_monitor", "-ksp_rtol", "1e-9"};
  const std::vector<std::pair<std::string, std::string>> expected{
      {"shift", "-1"}, {"ksp_monitor", ""}, {"ksp_rtol", "1e-9"}};
  BOOST_TEST((pairs(petsc_options(words)) == expected));
  const std::vector<std::string> stray{"-a", "1", "2"}, bare{"word"};
  BOOST_TEST(failure([&] { petsc_options(stray); }).is(Fault::usage, "got '2'"));
  BOOST_TEST(failure([&] { petsc_options(bare); }).is(Fault::usage, "expected a PETSc option such as -ksp_monitor"));
}

BOOST_AUTO_TEST_CASE(options_reach_petsc_and_later_ones_win) {
  const Node block = parse_yaml("gp: {ksp: {type: cg, max_it: 7}}", "case.yaml");
  const Cleared set{set_petsc_options(block)};
  set_petsc_options(std::vector<std::string>{"-gp_ksp_max_it", "9"});
  PetscInt most = 0;
  PetscBool is_set = PETSC_FALSE;
  check_petsc(PetscOptionsGetInt(nullptr, nullptr, "-gp_ksp_max_it", &most, &is_set));
  BOOST_TEST(most == 9);
}

BOOST_AUTO_TEST_CASE(an_option_nobody_asked_for_is_refused_with_its_place) {
  const Comm comm;
  const Cleared set{
      set_petsc_options(parse_yaml("{case_ksp_rtol: 1e-3, case_ksp_rtoll: 1e-3, log_view: true}", "case.yaml"))};
  ask(comm, "case_");
  const std::vector<PetscOption> unused = unused_petsc_options(comm, set.options);
  BOOST_TEST(unused.size() == 1u);
  BOOST_TEST(unused.at(0).name == "case_ksp_rtoll");
  const test::Failure found = failure([&] { refuse_unused(comm, set.options); });
  BOOST_TEST((found.fault == Fault::config));
  BOOST_TEST(found.text ==
             "case.yaml:1:39: no PETSc object asked for the option '-case_ksp_rtoll'; the nearest that was used is "
             "'-case_ksp_rtol'");
}

BOOST_AUTO_TEST_CASE(an_option_used_on_one_rank_alone_is_used) {
  const Comm comm, self = Comm::self();
  const Cleared set{set_petsc_options(std::vector<std::string>{"-lone_ksp_rtol", "1e-3"})};
  if (comm.rank() == comm.size() - 1) ask(self, "lone_");
  BOOST_TEST(unused_petsc_options(comm, set.options).empty());
  refuse_unused(comm, set.options);
}

BOOST_AUTO_TEST_SUITE_END()
