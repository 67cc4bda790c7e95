// Fields that are whole on one rank, and the same fields spread over the ranks.
#pragma once

#include <mercer/meshes/field.hpp>

#include <span>
#include <string>

namespace mercer {

/// A field from all of its values, [grid], which every rank holds. Local.
Field spread(const std::string& name, const std::shared_ptr<const Grid>& grid, const Comm& comm,
             std::span<const double> whole);

/// @collective All values of a field on the rank `owner`, which has room for them in `whole`; the room of other ranks
/// is not looked at.
void gather(const Comm& comm, const Field& field, int owner, std::span<double> whole);

}  // namespace mercer
