// Distributed meshes as DMPlex: the checks of PETSc, counts, volumes and labels.
#include "support/failure.hpp"
#include "support/made_meshes.hpp"
#include <mercer/meshes/geometry/plex.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <petscdmplex.h>
#include <petscsf.h>

using namespace mercer;

namespace {

/// Points of a depth that are roots here: each of the mesh once.
Index owned_points(DM dm, PetscInt depth) {
  PetscInt first = 0, end = 0, leaves = 0;
  const PetscInt* leaf = nullptr;
  PetscSF sf = nullptr;
  check_petsc(DMPlexGetDepthStratum(dm, depth, &first, &end));
  check_petsc(DMGetPointSF(dm, &sf));
  check_petsc(PetscSFGetGraph(sf, nullptr, &leaves, &leaf, nullptr));
  Index count = end - first;
  for (PetscInt i = 0; i < leaves; ++i) {
    const PetscInt point = leaf ? leaf[i] : i;
    count -= point >= first && point < end;
  }
  return count;
}

/// Labelled points of a depth that are roots here.
Index labelled(DM dm, const char* name, PetscInt depth) {
  PetscInt first = 0, end = 0, leaves = 0;
  const PetscInt* leaf = nullptr;
  PetscSF sf = nullptr;
  check_petsc(DMPlexGetDepthStratum(dm, depth, &first, &end));
  check_petsc(DMGetPointSF(dm, &sf));
  check_petsc(PetscSFGetGraph(sf, nullptr, &leaves, &leaf, nullptr));
  std::vector<PetscInt> values;
  for (PetscInt point = first; point < end; ++point) {
    PetscInt value = 0;
    check_petsc(DMGetLabelValue(dm, name, point, &value));
    values.push_back(value);
  }
  for (PetscInt i = 0; i < leaves; ++i)
    if (leaf[i] >= first && leaf[i] < end) values[static_cast<std::size_t>(leaf[i] - first)] = 0;
  return std::count(values.begin(), values.end(), 1);
}

/// @collective The volume of all cells; all Jacobians must be positive.
double volume(const Comm& comm, DM dm, int dimension) {
  PetscInt first = 0, end = 0;
  check_petsc(DMPlexGetHeightStratum(dm, 0, &first, &end));
  double total = 0;
  bool is_positive = true;
  for (PetscInt cell = first; cell < end; ++cell) {
    PetscReal origin[3], jacobian[9], inverse[9], determinant = 0;
    check_petsc(DMPlexComputeCellGeometryFEM(dm, cell, nullptr, origin, jacobian, inverse, &determinant));
    is_positive = is_positive && determinant > 0;
    total += determinant * std::pow(2.0, dimension) / (dimension == 2 ? 2 : 6);  // PETSc's simplex has sides of two
  }
  BOOST_TEST(is_positive);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &total, 1, MPI_DOUBLE, MPI_SUM, comm.raw()));
  return total;
}

SideGroups sides_at_zero(const Comm& comm, const DistributedMesh& mesh) {
  SideGroups groups;
  std::vector<std::array<Index, 3>>& left = groups["left"];
  for (const Facet& facet : mesh.facets) {
    if (facet.cells != 1) continue;
    std::vector<Index> nodes;
    bool is_left = true;
    for (const Local node : facet.nodes) {
      if (node < 0) continue;
      is_left = is_left && std::abs(mesh.local.points(node, 0)) < 1e-12;
      nodes.push_back(mesh.original[static_cast<std::size_t>(node)]);
    }
    std::ranges::sort(nodes);
    nodes.resize(3, -1);
    if (is_left) left.push_back({nodes[0], nodes[1], nodes[2]});
  }
  if (comm.rank() == comm.size() - 1 && comm.size() > 1) left.clear();  // others name what is missing here
  return groups;
}

void check_all(const Plex& plex) {
  check_petsc(DMPlexCheckSymmetry(plex.dm.get()));
  check_petsc(DMPlexCheckSkeleton(plex.dm.get(), 0));
  check_petsc(DMPlexCheckFaces(plex.dm.get(), 0));
  check_petsc(DMPlexCheckGeometry(plex.dm.get()));
  check_petsc(DMPlexCheckPointSF(plex.dm.get(), nullptr, PETSC_FALSE));
  check_petsc(DMPlexCheckInterfaceCones(plex.dm.get()));
  PetscInt first = 0, end = 0;
  check_petsc(DMPlexGetDepthStratum(plex.dm.get(), 0, &first, &end));
  BOOST_TEST(std::ssize(plex.number) == end - first);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plex)

BOOST_AUTO_TEST_CASE(a_triangulation_keeps_its_points_area_and_labels) {
  const Comm comm;
  const Mesh whole = test::square(9, 0.2);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Plex made = to_plex(comm, mesh, sides_at_zero(comm, mesh));
  DM dm = made.dm.get();
  check_all(made);
  BOOST_TEST(sum(comm, owned_points(dm, 0)) == 100);
  BOOST_TEST(sum(comm, owned_points(dm, 1)) == 100 + 162 - 1);
  BOOST_TEST(sum(comm, owned_points(dm, 2)) == 162);
  BOOST_TEST(std::abs(volume(comm, dm, 2) - 1) < 1e-12);
}

BOOST_AUTO_TEST_CASE(labels_hold_sides_with_their_vertices_on_every_rank_that_has_them) {
  const Comm comm;
  const Mesh square = test::square(9, 0.2), cube = test::cube(4);
  const Comm alone = Comm::self();
  for (const Mesh* whole : {&square, &cube}) {
    const DistributedMesh mesh = distribute(comm, part_of(*whole, comm)),
                          own = distribute(alone, part_of(*whole, alone));
    SideGroups groups = sides_at_zero(alone, own);
    if (!comm.is_root()) groups["left"].clear();
    const Plex made = to_plex(comm, mesh, groups);
    const bool is_solid = whole == &cube;
    BOOST_TEST(sum(comm, labelled(made.dm.get(), "left", 0)) == (is_solid ? 25 : 10));
    BOOST_TEST(sum(comm, labelled(made.dm.get(), "left", 1)) == (is_solid ? 56 : 9));
    if (is_solid) BOOST_TEST(sum(comm, labelled(made.dm.get(), "left", 2)) == 32);
  }
}

BOOST_AUTO_TEST_CASE(a_solid_keeps_its_points_and_volume_and_takes_an_overlap) {
  const Comm comm;
  const Mesh whole = test::cube(4);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Plex made = to_plex(comm, mesh);
  DM dm = made.dm.get();
  check_all(made);
  const Index nodes = sum(comm, owned_points(dm, 0)), edges = sum(comm, owned_points(dm, 1)),
              faces = sum(comm, owned_points(dm, 2)), cells = sum(comm, owned_points(dm, 3));
  BOOST_TEST(nodes == 125);
  BOOST_TEST(cells == 384);
  BOOST_TEST(faces == (4 * 384 + 6 * 32) / 2);
  BOOST_TEST(nodes - edges + faces - cells == 1);
  BOOST_TEST(std::abs(volume(comm, dm, 3) - 1) < 1e-12);
  DmHandle wider;
  check_petsc(DMPlexDistributeOverlap(dm, 1, nullptr, wider.out()));
  BOOST_TEST((wider.get() != nullptr) == (comm.size() > 1));
}

BOOST_AUTO_TEST_CASE(coordinates_are_those_of_the_numbers) {
  const Comm comm;
  const Mesh whole = test::square(6, 0.2);
  const DistributedMesh mesh = distribute(comm, part_of(whole, comm));
  const Plex made = to_plex(comm, mesh);
  Vec coordinates = nullptr;
  check_petsc(DMGetCoordinatesLocal(made.dm.get(), &coordinates));
  const PetscScalar* values = nullptr;
  check_petsc(VecGetArrayRead(coordinates, &values));
  int wrong = 0;
  for (std::size_t i = 0; i < made.number.size(); ++i)
    for (std::size_t local = 0; local < mesh.number.size(); ++local)
      if (mesh.number[local] == made.number[i])
        for (Index axis = 0; axis < 2; ++axis)
          wrong += values[2 * static_cast<Index>(i) + axis] != mesh.local.points(static_cast<Index>(local), axis);
  check_petsc(VecRestoreArrayRead(coordinates, &values));
  BOOST_TEST(sum(comm, Index{wrong}) == 0);
}

BOOST_AUTO_TEST_CASE(a_group_of_what_is_no_side_is_refused_on_all_ranks) {
  const Comm comm;
  const DistributedMesh mesh = distribute(comm, part_of(test::square(3), comm));
  BOOST_CHECK_EXCEPTION(to_plex(comm, mesh, {{"odd", {{0, 15, -1}}}}), Error,
                        failure(Fault::data, "no side of the mesh"));
}

BOOST_AUTO_TEST_SUITE_END()
