// What a tape holds, computes and sends, by the sizes with which it does so.
#include <mercer/nn/program_tape.hpp>

namespace mercer {
namespace {

template <class T>
double bytes_of(const std::vector<Tensor<T>>& list) {
  double bytes = 0;
  for (const Tensor<T>& each : list) bytes += memory_bytes(each);
  return bytes;
}

double products(const ConvolutionShape& shape) { return static_cast<double>(shape.weights().count()); }

}  // namespace

template <class T>
BatchCost ProgramTape<T>::cost(Index samples) const {
  const auto count = static_cast<double>(samples);
  double bytes = bytes_of(kept_) + bytes_of(field_slots_) + bytes_of(gradient_slots_) + traffic_.bytes();
  bytes += memory_bytes(scratch_) + memory_bytes(second_scratch_);
  for (const auto& convolution : convolutions_) bytes += convolution ? convolution->bytes() : 0.0;
  Index more = traffic_.numbers_a_sample();
  for (const FieldSize& size : memory_.kept) more += batch_memory<T>({1, size.rows, size.channels, size.columns});
  const Index added = more * (kept_samples(samples) - kept_samples(input_.samples));
  return {bytes + sizeof(T) * static_cast<double>(added + partial_numbers()), count * flops(),
          count * bytes_sent_a_sample()};
}

/// For sums of gradients of whole fields, taken when it is first needed.
template <class T>
Index ProgramTape<T>::partial_numbers() const {
  Index most = 0;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    const FieldSize& size = program_.size(step.from);
    if (is_summed(i)) most = std::max(most, batch_memory<T>({1, size.rows, size.channels, size.columns}));
  }
  return most;
}

template <class T>
bool ProgramTape<T>::is_summed(std::size_t i) const {
  const FieldStep& step = program_.steps()[i];
  return purpose_ != Purpose::inference && step.kind == Kind::transpose && step.from != 0 && slab(step.from).is_whole &&
         !layout_.steps[i].is_whole;
}

/// Of one sample.
template <class T>
double ProgramTape<T>::flops() const {
  double sum = 0;
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    if (!convolutions_[i]) continue;
    const FieldSize& coarse = program_.size(step.kind == Kind::convolution ? step.to : step.from);
    const auto points = static_cast<double>(layout_.steps[i].outputs.count() * coarse.columns);
    int passes = 1;
    if (purpose_ != Purpose::inference) passes += (is_teacher(i) ? 1 : 0) + (step.from != 0 ? 1 : 0);
    sum += 2 * passes * products(step.shape) * points;
  }
  return sum;
}

/// In the order of `forward` and `backward`.
template <class T>
double ProgramTape<T>::bytes_sent_a_sample() const {
  if (!space_.is_divided()) return 0;
  const int last = static_cast<int>(program_.fields().size()) - 1;
  std::uint64_t bytes = traffic_.bytes_shared(0);
  for (std::size_t i = 0; i < convolutions_.size(); ++i)
    if (!layout_.steps[i].is_whole && !is_activated(i)) bytes += traffic_.bytes_shared(program_.steps()[i].to);
  if (purpose_ == Purpose::inference) return static_cast<double>(bytes);
  if (slab(last).is_whole) bytes += traffic_.bytes_shared(last);
  for (std::size_t i = 0; i < convolutions_.size(); ++i) {
    const FieldStep& step = program_.steps()[i];
    const bool is_ours = memory_.gradients[static_cast<std::size_t>(step.to)].home == Home::shared;
    if (!slab(step.to).is_whole && is_ours) bytes += traffic_.bytes_collected(step.to);
    if (is_summed(i)) bytes += traffic_.bytes_collected(step.from) + traffic_.bytes_shared(step.from);
  }
  return static_cast<double>(bytes);
}

template BatchCost ProgramTape<float>::cost(Index) const;
template Index ProgramTape<float>::partial_numbers() const;
template double ProgramTape<float>::flops() const;
template double ProgramTape<float>::bytes_sent_a_sample() const;
template bool ProgramTape<float>::is_summed(std::size_t) const;
template BatchCost ProgramTape<double>::cost(Index) const;
template Index ProgramTape<double>::partial_numbers() const;
template double ProgramTape<double>::flops() const;
template double ProgramTape<double>::bytes_sent_a_sample() const;
template bool ProgramTape<double>::is_summed(std::size_t) const;

}  // namespace mercer
