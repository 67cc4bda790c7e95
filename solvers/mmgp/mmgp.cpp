#include <mercer/base/heap.hpp>
#include <mercer/meshes/write/mesh_dataset_writer.hpp>
#include <mercer/solvers/mmgp/mmgp.hpp>
#include <mercer/solvers/mmgp/predict.hpp>
#include <mercer/solvers/mmgp/train.hpp>
#include <mercer/solvers/support/mesh_errors.hpp>
#include <mercer/solvers/support/regression_state.hpp>

#include <algorithm>
#include <optional>

namespace mercer::mmgp {
namespace {

void add_facts(const Lesson& lesson, Record& record) {
  record.set("training_samples", lesson.places.size());
  record.set("landmarks", lesson.fractions.size() - 1);
}

/// What is told of the predictions of this rank.
struct Facts {
  double novelty = 0;  ///< the largest
  Index seen = 0;      ///< samples that were learnt from
  void add(const Learnt& known, const Specimen& specimen, const MeshSample& answer) {
    novelty = std::max(novelty, *answer.novelty);
    seen += std::ranges::count(known.fingerprints, fingerprint(specimen.sample, known.names.inputs)) > 0;
  }
};

}  // namespace

const Learnt& Mmgp::learnt() const {
  require(learnt_ != nullptr, Fault::internal, "a model is trained or loaded before it is used");
  return *learnt_;
}

Record Mmgp::check(const Context& context, const SampleSource& source) {
  const MeshDataset dataset(context.comm, source.file);
  Record record;
  add_facts(read_lesson(context, settings_, source, dataset), record);
  return record;
}

Learned Mmgp::train(const Context& context, const SampleSource& source) {
  const MeshDataset dataset(context.comm, source.file);
  Lesson lesson = read_lesson(context, settings_, source, dataset);
  Learned learned;
  add_facts(lesson, learned.record);
  learnt_ = learn(context, settings_, source, dataset, std::move(lesson));
  learned.record.set("training_samples", learnt_->fingerprints.size());  // those that could not be mapped are gone
  learned.record.set("common_nodes", learnt_->common.nodes());
  learned.record.set("shape_modes", learnt_->shape.count);
  learned.record.set("inputs", learnt_->kept.size());
  for (std::size_t f = 0; f < learnt_->fields.size(); ++f)
    learned.record.set("modes." + learnt_->names.fields[f], learnt_->fields[f].count);
  if (learnt_->scalars)
    learned.record.set("leave_one_out_q2_of_scalars",
                       least_q2(*learnt_->scalars, 0, std::ssize(learnt_->names.scalars)));
  learned.history = search_history();
  if (learnt_->coefficients) add_searches(*learnt_->coefficients, 0, learned.history);
  if (learnt_->scalars) add_searches(*learnt_->scalars, 1, learned.history);
  return learned;
}

void Mmgp::save(OutputFile& file, const std::string& group) const { mmgp::save(learnt(), file, group); }

void Mmgp::load(const InputFile& file, const std::string& group) {
  learnt_ = mmgp::load(file, group, settings_.options);
}

Record Mmgp::predict(const Context& context, const SampleSource& source, OutputFile& output) const {
  const Comm& comm = context.comm;
  const Learnt& known = learnt();
  const MeshDataset dataset(comm, source.file);
  std::vector<Index> places;
  std::optional<Predictor> predictor;
  require_division(comm, settings_);
  together(comm, [&] {
    places = places_of(dataset, settings_.data.split);
    predictor.emplace(known, settings_.options, context.seed);
  });
  std::vector<std::string> scalars = known.names.scalars;
  for (const auto& [name, text] : settings_.options.functionals) {
    scalars.push_back(name);
    if (std::ranges::find(known.corrections, text, &Correction::text) == known.corrections.end())
      context.log.warning(
          "the training knew nothing of the functional {} = {}: its deviation leaves out what modes and interpolation "
          "leave of fields; train with options.functionals and functional_folds to have it corrected",
          name, text);
  }
  MeshDatasetWriter writer(output, {known.names.inputs, scalars, known.names.fields});
  Mapper mapper(context, dataset, settings_, known.common);
  const PhaseTimer timer(context.phases, "predict");
  Facts facts;
  for (const Range& part :
       batches(dataset, places, known.common.nodes(), comm.size(), {settings_.options.memory, 0, Predictor::at_once})) {
    const Batch batch = mapper.mapped({places.begin() + part.begin, places.begin() + part.end}, known.names.inputs);
    if (source.bad == BadSamples::refused && !mapper.refused().empty()) continue;  // the others are only checked
    std::vector<MeshSample> answers;
    together(comm, [&] {
      answers = predictor->predict(batch.mine);
      for (std::size_t i = 0; i < answers.size(); ++i) facts.add(known, batch.mine[i], answers[i]);
    });
    std::size_t next = 0;
    for (const int owner : batch.share.owners) writer.write(owner, owner == comm.rank() ? &answers[next++] : nullptr);
    give_back_freed_memory();
  }
  mapper.finish(source.bad, std::ssize(places));
  writer.finish();
  Record record;
  record.set("samples", writer.count());
  record.set("samples_seen_in_training", sum(comm, facts.seen));
  record.set("largest_novelty", largest(comm, facts.novelty));
  return record;
}

Record Mmgp::evaluate(const Context& context, const std::filesystem::path& prediction, const SampleSource& truth) {
  return mesh_errors(context.comm, MeshDataset(context.comm, prediction), MeshDataset(context.comm, truth.file));
}

}  // namespace mercer::mmgp
