#include <mercer/parallel/decomposition.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/parallel/tree_sum.hpp>

#include <utility>

namespace mercer {
namespace {

void add_to(std::span<double> sum, std::span<const double> more) {
#pragma omp simd
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

}  // namespace

void TreeSum::push(std::vector<Node>& nodes, Node node) {
  while (!nodes.empty() && nodes.back().level == node.level && nodes.back().number % 2 == 0 &&
         nodes.back().number + 1 == node.number) {
    Node pair = std::move(nodes.back());
    nodes.pop_back();
    add_to(pair.sum, node.sum);
    node = {pair.level + 1, pair.number / 2, std::move(pair.sum)};
  }
  nodes.push_back(std::move(node));
}

void TreeSum::add(std::span<const double> term) {
  require(static_cast<Index>(term.size()) == width_, Fault::internal, "a sum of arrays of {} numbers got one of {}",
          width_, term.size());
  push(nodes_, {0, next_++, {term.begin(), term.end()}});
}

std::vector<double> TreeSum::total(const Comm& comm) {
  struct Place {
    Index level, number;
  };
  std::vector<Place> places;
  std::vector<std::vector<double>> out(static_cast<std::size_t>(comm.size()));
  for (const Node& node : std::exchange(nodes_, {})) {
    places.push_back({node.level, node.number});
    for (int rank = 0; rank < comm.size(); ++rank) {
      const Range part = block(width_, rank, comm.size());
      out[static_cast<std::size_t>(rank)].insert(out[static_cast<std::size_t>(rank)].end(),
                                                 node.sum.begin() + part.begin, node.sum.begin() + part.end);
    }
  }
  // Each rank adds up one part of the entries of all nodes.
  const auto own = static_cast<std::size_t>(block(width_, comm.rank(), comm.size()).count());
  std::vector<double> parts;
  for (const std::vector<double>& list : exchange_lists(comm, out)) parts.insert(parts.end(), list.begin(), list.end());
  std::vector<Node> nodes;
  std::size_t at = 0;
  for (const Place& place : gather_everywhere(comm, places)) {
    const std::span<const double> values = std::span<const double>(parts).subspan(at, own);
    push(nodes, {place.level, place.number, {values.begin(), values.end()}});
    at += own;
  }
  std::vector<double> sum(own);
  for (; !nodes.empty(); nodes.pop_back()) add_to(sum, nodes.back().sum);
  return gather_everywhere(comm, sum);
}

}  // namespace mercer
