// Runs a program without numbers, forwards and backwards, and hands out slots.
#include <mercer/nn/program_memory.hpp>

#include <algorithm>

namespace mercer {
namespace {

/// Slots of fields, taken and given back.
class Slots {
 public:
  explicit Slots(std::vector<FieldSize>& sizes) : sizes_(&sizes) {}
  std::size_t take(const FieldSize& size) {
    for (std::size_t slot = 0; slot < sizes_->size(); ++slot)
      if (is_free_[slot] && (*sizes_)[slot] == size) {
        is_free_[slot] = false;
        return slot;
      }
    sizes_->push_back(size);
    is_free_.push_back(false);
    return sizes_->size() - 1;
  }
  void give_back(const Place& place) {
    if (place.home == Home::shared) is_free_[place.slot] = true;
  }

 private:
  std::vector<FieldSize>* sizes_;
  std::vector<bool> is_free_;
};

}  // namespace

ProgramMemory::ProgramMemory(const FieldProgram& program, const std::vector<FieldSize>& sizes, Purpose purpose)
    : fields(program.fields().size()), gradients(program.fields().size()) {
  require(!program.steps().empty(), Fault::internal, "a program has at least one step");
  place_fields(program, sizes, purpose);
  if (purpose != Purpose::inference) place_gradients(program, sizes);
}

void ProgramMemory::place_fields(const FieldProgram& program, const std::vector<FieldSize>& sizes, Purpose purpose) {
  const auto& steps = program.steps();
  std::vector<std::size_t> last_use(fields.size(), 0);
  std::vector<bool> is_kept(fields.size(), false);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    last_use[static_cast<std::size_t>(steps[i].from)] = i;
    if (steps[i].base != no_field) last_use[static_cast<std::size_t>(steps[i].base)] = i;
    is_kept[static_cast<std::size_t>(steps[i].from)] = purpose != Purpose::inference;
  }
  Slots slots(field_slots);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto to = static_cast<std::size_t>(steps[i].to);
    if (is_kept[to]) {
      fields[to] = {Home::kept, kept.size()};
      kept.push_back(sizes[to]);
    } else {
      fields[to] = {Home::shared, slots.take(sizes[to])};
    }
    const auto from = static_cast<std::size_t>(steps[i].from);
    if (last_use[from] == i) slots.give_back(fields[from]);
    if (steps[i].base == no_field || steps[i].base == steps[i].from) continue;
    const auto base = static_cast<std::size_t>(steps[i].base);
    if (last_use[base] == i) slots.give_back(fields[base]);
  }
}

void ProgramMemory::place_gradients(const FieldProgram& program, const std::vector<FieldSize>& sizes) {
  const auto& steps = program.steps();
  backward.resize(steps.size());
  Slots slots(gradient_slots);
  std::vector<bool> has_gradient(fields.size(), false);
  for (std::size_t i = steps.size(); i-- > 0;) {
    const FieldStep& step = steps[i];
    const auto from = static_cast<std::size_t>(step.from), to = static_cast<std::size_t>(step.to);
    const bool is_pointwise = step.kind == FieldStep::Kind::norm || step.kind == FieldStep::Kind::gelu;
    backward[i] = {has_gradient[from], Handing::none};
    require(!is_pointwise || (!has_gradient[from] && step.from != 0), Fault::internal,
            "what a norm or an activation reads is no input and is read by no other step");
    if (!has_gradient[from] && step.from != 0) gradients[from] = {Home::shared, slots.take(sizes[from])};
    has_gradient[from] = true;
    bool is_moved = false;
    if (step.base != no_field) {
      const auto base = static_cast<std::size_t>(step.base);
      is_moved = !has_gradient[base] && step.base != 0 && gradients[to].home == Home::shared;
      backward[i].handing = has_gradient[base] ? Handing::add : is_moved ? Handing::move : Handing::copy;
      if (is_moved)
        gradients[base] = gradients[to];
      else if (!has_gradient[base] && step.base != 0)
        gradients[base] = {Home::shared, slots.take(sizes[base])};
      has_gradient[base] = true;
    }
    if (!is_moved) slots.give_back(gradients[to]);
  }
}

}  // namespace mercer
