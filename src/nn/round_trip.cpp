// Round trips of layers that stream, and of those that do not.
#include <mercer/nn/round_trip.hpp>

namespace mercer {

template <class T>
Purpose purpose_of_learning(const Layer<T>& layer) {
  return dynamic_cast<const StreamedLayer<T>*>(&layer) != nullptr ? Purpose::streaming : Purpose::training;
}

template <class T>
void learn(const Layer<T>& layer, std::span<const T> parameters, const RoundTrip<T>& trip, std::span<T> gradient,
           Tape& tape) {
  if (const auto* streamed = dynamic_cast<const StreamedLayer<T>*>(&layer))
    return streamed->learn(parameters, trip, gradient, tape);
  layer.forward(parameters, trip.x, trip.y, tape);
  trip.judge({0, trip.x.shape()[0]});
  backward(layer, parameters, trip.gy, trip.gx, gradient, tape, trip.watch);
}

template Purpose purpose_of_learning(const Layer<float>&);
template Purpose purpose_of_learning(const Layer<double>&);
template void learn(const Layer<float>&, std::span<const float>, const RoundTrip<float>&, std::span<float>, Tape&);
template void learn(const Layer<double>&, std::span<const double>, const RoundTrip<double>&, std::span<double>, Tape&);

}  // namespace mercer
