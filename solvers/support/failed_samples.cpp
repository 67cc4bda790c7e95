#include <mercer/meshes/pack.hpp>
#include <mercer/parallel/exchange.hpp>
#include <mercer/solvers/support/failed_samples.hpp>

#include <algorithm>

namespace mercer {

std::vector<FailedSample> failed_anywhere(const Comm& comm, const std::vector<FailedSample>& mine) {
  Packer packer;
  for (const FailedSample& failed : mine) {
    packer.add(failed.sample);
    packer.add(Index{exit_code(failed.fault)});
    packer.add(failed.text);
  }
  const std::vector<char> bytes(packer.bytes().begin(), packer.bytes().end());
  const std::vector<char> gathered = gather_everywhere(comm, bytes);
  std::vector<FailedSample> all;
  for (Unpacker from(std::string_view(gathered.data(), gathered.size())); !from.is_empty();) {
    const Index sample = from.number();
    const auto fault = static_cast<Fault>(from.number());
    all.push_back({sample, fault, from.text()});
  }
  std::ranges::sort(all, {}, &FailedSample::sample);
  return all;
}

}  // namespace mercer
