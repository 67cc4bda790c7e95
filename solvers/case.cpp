#include <mercer/config/options.hpp>
#include <mercer/solvers/case.hpp>

#include <fstream>
#include <iterator>

namespace mercer {

void describe(Binder& bind, OutputOptions& output) {
  bind.field("points", output.points, "points of the answer along each axis, both ends included", {1, 1e9});
  bind.field("xdmf", output.xdmf, "write an XDMF 3.0 file beside the output");
  bind.field("deflate", output.deflate, "compression level of the arrays; 0 stores them as they are", {0, 9});
}

void describe(Binder& bind, Case& read) {
  bind.field("solver", read.solver, "name of a solver, see mercer list");
  bind.field("model", read.model, "name of a model, see mercer list");
  bind.field("problem", read.problem, "what is to be solved");
  bind.field("data", read.data, "observations or learning data");
  bind.field("options", read.options, "options of the solver or model, see mercer describe NAME");
  bind.field("training", read.training, "how a model is trained");
  bind.field("prediction", read.prediction, "how a trained model predicts");
  bind.field("prior", read.prior, "a solver whose answer the model corrects");
  bind.field("generate", read.generate, "how a dataset is made");
  bind.section("output", read.output, "the answer and its file");
  bind.field("petsc", read.petsc, "options of PETSc objects, a map for each prefix");
  bind.field("plugins", read.plugins, "further plugin files, relative to the case or to the working folder");
  bind.field("seed", read.seed, "of all random numbers", {0, 1e15});
}

Case read_case(const Comm& comm, const std::filesystem::path& file, const std::vector<std::string>& overrides,
               Complaints& complaints) {
  std::string text;
  together(comm, [&] {
    if (!comm.is_root()) return;
    require(std::filesystem::exists(file), Fault::no_input, "there is no case file '{}'", file.string());
    std::ifstream in(file, std::ios::binary);
    require(in.is_open() && std::filesystem::is_regular_file(file), Fault::no_input,
            "the case file '{}' cannot be read", file.string());
    text.assign(std::istreambuf_iterator<char>(in), {});
  });
  text = broadcast(comm, text);
  Case read;
  together(comm, [&] {
    read.root = parse_yaml(text, file.string());
    for (const std::string& assignment : overrides) apply_override(read.root, assignment);
    read_options(read.root, "", read, complaints);
  });
  read.folder = file.parent_path();
  return read;
}

std::filesystem::path found(const std::filesystem::path& file, const std::filesystem::path& folder) {
  return file.is_relative() && std::filesystem::exists(folder / file) ? folder / file : file;
}

}  // namespace mercer
