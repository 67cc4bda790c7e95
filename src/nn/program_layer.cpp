// Parameters and tapes of programs.
#include <mercer/nn/initialise.hpp>
#include <mercer/nn/program_layer.hpp>
#include <mercer/nn/program_tape.hpp>

#include <utility>

namespace mercer {

template <class T>
ProgramLayer<T>::ProgramLayer(ParameterVector<T>& parameters, const std::string& prefix, Index rows, Index columns,
                              ProgramBuilder builder)
    : builder_(std::move(builder)), begin_(parameters.count()) {
  builder_(book_, rows, columns);
  book_.close();
  for (const ParameterBook::Block& block : book_.blocks())
    parameters.add({.name = prefix + block.info.name, .shape = block.info.shape});
}

template <class T>
FieldProgram ProgramLayer<T>::program(const BatchShape& input) const {
  ParameterBook book = book_;
  FieldProgram program = builder_(book, input.rows, input.columns);
  require(program.size(0).channels == input.channels, Fault::config, "a network of {} input channels cannot take {}",
          program.size(0).channels, input.channels);
  return program;
}

template <class T>
BatchShape ProgramLayer<T>::output(const BatchShape& input) const {
  const FieldSize size = program(input).fields().back();
  return {input.samples, size.rows, size.channels, size.columns};
}

template <class T>
void ProgramLayer<T>::initialise(std::span<T> parameters, std::uint64_t seed) const {
  require(parameters.size() >= static_cast<std::size_t>(begin_ + book_.count()), Fault::internal,
          "the parameters of a layer end at {}, those given at {}", begin_ + book_.count(), parameters.size());
  for (const ParameterBook::Block& block : book_.blocks())
    draw_uniform(parameters, {begin_ + block.begin, block.info.shape.count()}, block.initial, seed);
}

template <class T>
std::unique_ptr<Tape> ProgramLayer<T>::make_tape(const BatchShape& input, Purpose purpose) const {
  return std::make_unique<ProgramTape<T>>(program(input), input, purpose);
}

template <class T>
std::unique_ptr<Tape> ProgramLayer<T>::make_slab_tape(const BatchShape& whole, Purpose purpose,
                                                      const Space& space) const {
  return std::make_unique<ProgramTape<T>>(program(whole), whole, purpose, space);
}

template <class T>
BatchCost ProgramLayer<T>::batch_cost(const BatchShape& whole, Purpose purpose, const Space& space) const {
  const BatchShape none{0, whole.rows, whole.channels, whole.columns};
  return ProgramTape<T>(program(none), none, purpose, space).cost(whole.samples);
}

template <class T>
void ProgramLayer<T>::forward(std::span<const T> parameters, View<const T> x, View<T> y, Tape& tape) const {
  require(parameters.size() >= static_cast<std::size_t>(begin_ + book_.count()), Fault::internal,
          "the parameters of a layer end at {}, those given at {}", begin_ + book_.count(), parameters.size());
  dynamic_cast<ProgramTape<T>&>(tape).forward(parameters.data() + begin_, x, y);
}

template <class T>
void ProgramLayer<T>::backward(std::span<const T> parameters, View<const T> gy, View<T> gx, std::span<T> gradient,
                               Tape& tape) const {
  backward_in_stages(parameters, gy, gx, gradient, tape, {});
}

/// Of the program's own parameters, which begin with the first of them.
template <class T>
GradientWatch ProgramLayer<T>::own_watch(const GradientWatch& watch) const {
  if (!watch) return {};
  return [this, &watch](const Range& own) { watch({begin_ + own.begin, begin_ + own.end}); };
}

template <class T>
void ProgramLayer<T>::require_gradient(std::span<const T> parameters, std::span<T> gradient) const {
  require(parameters.size() == gradient.size() && gradient.size() >= static_cast<std::size_t>(begin_ + book_.count()),
          Fault::internal, "the gradient of {} parameters has {} numbers", parameters.size(), gradient.size());
}

template <class T>
void ProgramLayer<T>::backward_in_stages(std::span<const T> parameters, View<const T> gy, View<T> gx,
                                         std::span<T> gradient, Tape& tape, const GradientWatch& watch) const {
  require_gradient(parameters, gradient);
  dynamic_cast<ProgramTape<T>&>(tape).backward(parameters.data() + begin_, gy, gx, gradient.data() + begin_,
                                               own_watch(watch));
}

template <class T>
void ProgramLayer<T>::learn(std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient,
                            Tape& tape) const {
  require_gradient(parameters, gradient);
  RoundTrip<T> own = trip;
  own.watch = own_watch(trip.watch);
  dynamic_cast<ProgramTape<T>&>(tape).learn(parameters.data() + begin_, own, gradient.data() + begin_);
}

template class ProgramLayer<float>;
template class ProgramLayer<double>;

}  // namespace mercer
