#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/support/mesh_errors.hpp>
#include <mercer/solvers/support/tally.hpp>

#include <algorithm>
#include <cmath>

namespace mercer {
namespace {

const MeshField* find(const std::vector<MeshField>& fields, const std::string& name) {
  const auto found = std::ranges::find(fields, name, &MeshField::name);
  return found == fields.end() ? nullptr : &*found;
}

void require_same_nodes(const MeshSample& predicted, const MeshSample& truth, const std::string& id) {
  require(
      std::ranges::equal(predicted.mesh.points.span(), truth.mesh.points.span()), Fault::data,
      "the nodes of sample '{}' are not those that were predicted: evaluate a prediction with the dataset it was made "
      "from",
      id);
}

std::vector<Tally> tallies(const MeshSample& predicted, const MeshSample& truth, const std::vector<std::string>& fields,
                           const std::vector<std::string>& scalars) {
  std::vector<Tally> all;
  for (const std::string& name : fields) {
    const MeshField *answer = find(predicted.point_fields, name), *deviation = find(predicted.point_deviations, name),
                    *right = find(truth.point_fields, name);
    require(answer && right && answer->values.count() == right->values.count() &&
                (!deviation || deviation->values.count() == right->values.count()),
            Fault::data, "the field '{}' of sample '{}' cannot be compared: it is missing or of another length", name,
            truth.id);
    Tally tally;
    for (Index i = 0; i < right->values.count(); ++i)
      tally.add(answer->values.data()[i], deviation ? deviation->values.data()[i] : 0, right->values.data()[i]);
    all.push_back(tally);
  }
  for (const std::string& name : scalars) {
    require(predicted.scalars.contains(name) && truth.scalars.contains(name), Fault::data,
            "the scalar '{}' of sample '{}' is missing", name, truth.id);
    const auto deviation = predicted.scalar_deviations.find(name);
    Tally tally;
    tally.add(predicted.scalars.at(name), deviation == predicted.scalar_deviations.end() ? 0 : deviation->second,
              truth.scalars.at(name));
    all.push_back(tally);
  }
  return all;
}

std::vector<std::string> both(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  std::vector<std::string> common;
  for (const std::string& name : some)
    if (std::ranges::find(others, name) != others.end()) common.push_back(name);
  return common;
}

}  // namespace

Record mesh_errors(const Comm& comm, const MeshDataset& prediction, const MeshDataset& truth) {
  const MeshIndex& index = prediction.index();
  const std::vector<std::string> fields = both(index.out_fields, truth.index().fields),
                                 scalars = both(index.out_scalars, truth.index().scalars);
  const std::size_t width = fields.size() + scalars.size();
  require_agreed(width > 0, Fault::data, "'{}' has no field and no scalar that '{}' predicts", truth.path().string(),
                 prediction.path().string());
  const std::vector<int> owner = owners(index, comm.size());
  std::vector<Tally> mine;
  std::vector<Index> numbers;
  together(comm, [&] {
    for (Index place = 0; place < prediction.count(); ++place) {
      if (owner[static_cast<std::size_t>(place)] != comm.rank()) continue;
      const MeshEntry& entry = index.samples[static_cast<std::size_t>(place)];
      const std::string& id = entry.name.empty() ? entry.id : entry.name;
      const MeshSample answer = prediction.read(place), right = truth.read(truth.place(id));
      require_same_nodes(answer, right, id);
      for (const Tally& tally : tallies(answer, right, fields, scalars)) mine.push_back(tally);
      numbers.push_back(place);
    }
  });
  const std::vector<Tally> gathered = gather_everywhere(comm, mine);
  const std::vector<Index> order = gather_everywhere(comm, numbers);
  std::vector<Tally> all(gathered.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    std::copy_n(gathered.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                all.begin() + order[i] * static_cast<std::ptrdiff_t>(width));
  Record record;
  for (std::size_t k = 0; k < width; ++k) {
    const bool is_scalar = k >= fields.size();
    record_errors((is_scalar ? "scalars." : "fields.") + (is_scalar ? scalars[k - fields.size()] : fields[k]),
                  is_scalar, std::span(all).subspan(k), width, record);
  }
  record.set("samples", prediction.count());
  return record;
}

}  // namespace mercer
