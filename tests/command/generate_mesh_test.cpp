// The verb generate for problems on meshes as a user meets it: the same bytes in all ways to make a dataset,
// interruptions, templates and samples that fail.
#include "support/verb_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>

using mercer::test::contains;
using mercer::test::count;
using mercer::test::expect;
using mercer::test::number;
using mercer::test::Outcome;
using mercer::test::Scratch;
namespace fs = std::filesystem;

namespace {

/// A strip with a slanted upper side and no end of line behind its last line.
const std::string strip =
    "DefineConstant[ slope = {0.1} ];\n"
    "Point(1) = {0, 0, 0, 0.25}; Point(2) = {2, 0, 0, 0.25}; Point(3) = {2, 1 - slope, 0, 0.25};\n"
    "Point(4) = {0, 1, 0, 0.25}; Point(9) = {5, 5, 0, 1};\n"
    "Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 1};\n"
    "Curve Loop(1) = {1, 2, 3, 4}; Plane Surface(1) = {1};\n"
    "Physical Curve(\"left\") = {4}; Physical Curve(\"right\") = {2};\n"
    "Physical Surface(\"body\") = {1};";

const std::string pulled =
    "solver: elasticity\n"
    "problem:\n"
    "  model: plane_stress\n"
    "  material: {young: E, poisson: 0.3}\n"
    "  faces: {left: {displacement: [0, 0]}, right: {traction: [P, 0]}}\n"
    "generate:\n"
    "  samples: 12\n"
    "  geometry: strip.geo\n"
    "  parameters: {P: {uniform: [1, 2]}, E: {uniform: [100, 200]}, slope: {uniform: [0.1, 0.5]}}\n"
    "  outputs: [displacement_x, displacement_y, stress_xx, von_mises]\n"
    "  scalars: {peak: max(von_mises), end: \"mean(displacement_x*x)\"}\n"
    "  splits: {train: 8, test: 3}\n"
    "seed: 5\n";

/// A folder with a case, its template, and the verb on both.
struct Desk : mercer::test::VerbFolder {
  Desk() {
    mercer::test::write_file(scratch / "case.yaml", pulled);
    mercer::test::write_file(scratch / "strip.geo", strip);
  }
  std::string words(const std::string& output, const std::string& more) const {
    return "generate " + path("case.yaml") + " -o " + path(output) + " " + more;
  }
  Outcome generate(int ranks, const std::string& output, const std::string& more = "") const {
    return mercer::test::mercer(ranks, words(output, more), 120);
  }
  /// Puts a program before gmsh that is `script`, in which "$real" is gmsh itself.
  void replace_gmsh(const std::string& script) const {
    fs::create_directory(scratch / "bin");
    mercer::test::write_file(scratch / "bin/gmsh", "#!/bin/bash\nreal=" + gmsh() +
                                                       "\nhere=" + (scratch / "bin").string() + "\n" + script + "\n");
    fs::permissions(scratch / "bin/gmsh", fs::perms::owner_all);
  }
  static std::string gmsh() {
    const std::string found = mercer::test::shell("command -v gmsh").out;
    return found.substr(0, found.find('\n'));
  }
  Outcome generate_with_replaced(int ranks, const std::string& output, const std::string& more = "") const {
    return with_path((scratch / "bin").string() + ":$PATH", ranks, words(output, more));
  }
  /// The launcher puts a folder of its own before the PATH that it is given.
  static Outcome with_path(const std::string& path, int ranks, const std::string& arguments) {
    return mercer::test::shell(mercer::test::launcher(ranks) + " /usr/bin/env PATH=" + path + " " +
                                   mercer::test::setting("MERCER_COMMAND") + " " + arguments,
                               120);
  }
  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = mercer::test::read_file(scratch / file);
    text.replace(text.find(from), from.size(), to);
    mercer::test::write_file(scratch / file, text);
  }
};

/// What is left of gmsh's files where temporary files go.
std::size_t leftovers() {
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path()))
    found += fs::exists(entry.path() / "said.txt") ? 1u : 0u;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mesh_dataset_has_the_same_bytes_on_any_number_of_ranks) {
  const Desk desk;
  for (const int ranks : {0, 2, 3, 4}) {
    const Outcome made = desk.generate(ranks, std::to_string(ranks) + ".h5", "--json");
    BOOST_TEST(made.code == 0, made.error);
    BOOST_TEST(number(made.out, "samples") == 12);
    BOOST_TEST(number(made.out, "left_out") == 0);
  }
  for (const char* other : {"2.h5", "3.h5", "4.h5"}) BOOST_TEST((desk.bytes("0.h5") == desk.bytes(other)));
  BOOST_TEST(!desk.has("0.h5.checkpoint"));
  const Outcome checked = mercer::test::mercer(2, "data check " + desk.path("0.h5") + " --json");
  BOOST_TEST(checked.code == 0, checked.out);
  const std::string info = mercer::test::mercer(1, "data info " + desk.path("0.h5") + " --json").out;
  for (const char* part : {"mercer-mesh-dataset", "displacement_x", "von_mises", "slope", "peak", "train", "test"})
    BOOST_TEST(contains(info, part), part << " is missing in " << info);
}

BOOST_AUTO_TEST_CASE(ranks_that_share_the_space_of_samples_give_the_same_within_the_accuracy_of_the_solver) {
  const Desk desk;
  const std::string exactly = "--set options.tolerance=1e-12 --set generate.samples=3 --set 'generate.splits={}' ";
  const std::string space = exactly + "--set generate.parallel=space";
  BOOST_TEST(desk.generate(2, "whole.h5", exactly).code == 0);
  for (const int ranks : {1, 3}) {
    const std::string output = "s" + std::to_string(ranks) + ".h5";
    const Outcome made = desk.generate(ranks, output, space);
    BOOST_TEST(made.code == 0, made.error);
    const Outcome compared =
        mercer::test::shell("h5diff -p 1e-7 " + desk.path("whole.h5") + " " + desk.path(output) +
                            " /samples/000002/point_data/displacement_x /samples/000002/point_data/displacement_x");
    BOOST_TEST((compared.code == 0 || compared.code == 127), compared.out);
  }
}

BOOST_AUTO_TEST_CASE(a_killed_run_on_meshes_is_resumed_to_the_same_bytes) {
  const Desk desk;
  BOOST_TEST(desk.generate(2, "whole.h5").code == 0);
  // From the sixth mesh on, the rank that asks for it is killed; the first one is that of the check.
  desk.replace_gmsh(
      "echo x >>\"$here/calls\"\n"
      "if [ $(wc -l <\"$here/calls\") -ge 6 ]; then kill -9 $PPID; fi\n"
      "exec \"$real\" \"$@\"");
  for (const int ranks : {1, 2}) {
    const std::string output = std::to_string(ranks) + ".h5";
    fs::remove(desk.scratch / "bin/calls");
    const Outcome killed = desk.generate_with_replaced(ranks, output);
    BOOST_TEST(killed.code == 137, killed.error);
    BOOST_TEST(!desk.has(output));
    BOOST_TEST(desk.has(output + ".checkpoint"));
    desk.change("strip.geo", "1 - slope", "1 + slope");
    expect(desk.generate(ranks, output, "--resume"), 78, "another case");
    desk.change("strip.geo", "1 + slope", "1 - slope");
    const Outcome resumed = desk.generate(3 - ranks, output, "--resume --json");
    BOOST_TEST(resumed.code == 0, resumed.error);
    BOOST_TEST((number(resumed.out, "made_now") > 0 && number(resumed.out, "made_now") < 12), resumed.out);
    BOOST_TEST((desk.bytes(output) == desk.bytes("whole.h5")));
    BOOST_TEST(!desk.has(output + ".checkpoint"));
  }
}

BOOST_AUTO_TEST_CASE(a_template_that_makes_no_such_mesh_is_told_before_any_work) {
  const std::size_t before = leftovers();
  struct Change {
    const char *from, *to;
    int code;
    const char* part;
  };
  const Change changes[] = {
      {"Line(1) = {1, 2};", "Line(1) = {1, 2}", 65, "line 4: syntax error"},
      {"Physical Surface", "Physical Curve", 65, "Physical Surface or a Physical Volume"},
      {"Plane Surface(1) = {1};", "", 65, "strip.geo"},
      {"DefineConstant[ slope = {0.1} ];", "slope = 0.1;", 65, "DefineConstant[ slope = "},
      {"\"right\"", "\"end\"", 78, "the groups of the mesh are"},
      {"Curve Loop(1) = {1, 2, 3, 4}", "Curve Loop(1) = {1, 2, 3}", 65, "gmsh fails on"},
  };
  for (const Change& change : changes)
    for (const int ranks : {0, 2}) {
      const Desk desk;
      desk.change("strip.geo", change.from, change.to);
      expect(desk.generate(ranks, "x.h5"), change.code, change.part);
      BOOST_TEST(!desk.has("x.h5.checkpoint"));
      const Outcome checked = mercer::test::mercer(ranks, "check " + desk.path("case.yaml"));
      BOOST_TEST(checked.code == change.code, checked.error);
    }
  BOOST_TEST(leftovers() == before);
  const Desk desk;
  const Outcome checked = mercer::test::mercer(2, "check --json " + desk.path("case.yaml"));
  BOOST_TEST(checked.code == 0, checked.error);
  BOOST_TEST((number(checked.out, "nodes_in_the_middle") > 20 && number(checked.out, "samples") == 12), checked.out);
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_case_on_meshes_are_78_or_66_before_any_work) {
  const Desk desk;
  const std::pair<const char*, const char*> mistakes[] = {{"--set problem.mesh=plate.msh", "leave one of them out"},
                                                          {"--set 'generate.fields={young: {}}'", "only parameters"},
                                                          {"--set output.points.x=3", "the nodes of the mesh"},
                                                          {"--set problem.material.young=F", "problem.material.young"}};
  for (const auto& [words, part] : mistakes) {
    expect(desk.generate(2, "x.h5", words), 78, part);
    BOOST_TEST(!desk.has("x.h5.checkpoint"));
  }
  expect(desk.generate(2, "x.h5", "--set generate.geometry=none.geo"), 66, "none.geo");
  expect(desk.generate(2, "x.h5", "--set 'generate.outputs=[displacement_z]'"), 78, "did you mean 'displacement_");
  expect(desk.generate(2, "x.h5", "--set 'generate.scalars.peak=max(mises)'"), 78, "generate.scalars.peak");
  desk.change("case.yaml", "  geometry: strip.geo\n", "");
  expect(desk.generate(2, "y.h5"), 78, "needs a .geo file");
}

BOOST_AUTO_TEST_CASE(without_gmsh_a_dataset_of_meshes_is_69_and_says_what_to_install) {
  const Desk desk;
  for (const int ranks : {1, 2})
    expect(Desk::with_path("/nowhere", ranks, desk.words("x.h5", "")), 69, "install the package 'gmsh'");
}

BOOST_AUTO_TEST_CASE(a_sample_on_a_mesh_that_fails_is_named_and_left_out_on_request) {
  const Desk desk;
  // Above a slope of 0.4 the strip folds over itself, which gmsh does not take.
  desk.change("strip.geo", "Point(3) = {2, 1 - slope",
              "If (slope > 0.4) Error(\"too steep\"); EndIf Point(3) = {2, 1 - slope");
  std::string told;
  for (const int ranks : {0, 1, 3}) {
    const Outcome failed = desk.generate(ranks, "out.h5", "--overwrite --progress off");
    expect(failed, 65, "too steep");
    for (const char* part : {"sample ", "P = ", "slope = 0.4", "--skip-bad"})
      BOOST_TEST(contains(failed.error, part), failed.error);
    BOOST_TEST(!desk.has("out.h5"));
  }
  const Outcome skipped = desk.generate(2, "out.h5", "--resume --skip-bad --json");
  BOOST_TEST(skipped.code == 0, skipped.error);
  BOOST_TEST(number(skipped.out, "left_out") == 3);
  BOOST_TEST(count(skipped.error, "is left out: gmsh fails") == 3u, skipped.error);
  BOOST_TEST(desk.generate(3, "again.h5", "--skip-bad").code == 0);
  BOOST_TEST((desk.bytes("again.h5") == desk.bytes("out.h5")));
}

BOOST_AUTO_TEST_CASE(a_solver_that_fails_on_one_mesh_is_told_with_the_sample) {
  const Desk desk;
  const std::string incompressible = "--set problem.material.poisson=slope+0.15 --set problem.model=plane_strain ";
  const Outcome failed = desk.generate(2, "out.h5", incompressible);
  BOOST_TEST((failed.code == 1 || failed.code == 65), failed.error);
  BOOST_TEST((contains(failed.error, "sample ") && contains(failed.error, "slope = 0.")), failed.error);
  const Outcome skipped = desk.generate(2, "out.h5", "--resume --skip-bad --json " + incompressible);
  BOOST_TEST(skipped.code == 0, skipped.error);
  BOOST_TEST((number(skipped.out, "left_out") > 0 && number(skipped.out, "samples") > 0), skipped.out);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_74_on_meshes_and_what_was_made_stays) {
  const Desk desk;
  desk.change("strip.geo", "Line(1)", "Mesh.MeshSizeFactor = 0.02; Line(1)");
  const std::string few =
      "--set generate.samples=8 --set 'generate.splits={}' --set options.order=1 --set options.tolerance=1e-4 ";
  for (const int ranks : {1, 2}) {
    const Outcome full = mercer::test::shell("ulimit -f 26000; " + mercer::test::launcher(ranks) + " " +
                                                 mercer::test::setting("MERCER_COMMAND") + " " +
                                                 desk.words("out.h5", "--overwrite " + few),
                                             120);
    expect(full, 74, "samples are kept in");
    BOOST_TEST(contains(full.error, "sample "), full.error);
  }
}
