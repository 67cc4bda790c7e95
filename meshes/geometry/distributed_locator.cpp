#include <mercer/linalg/petsc_bridge.hpp>
#include <mercer/meshes/geometry/distributed_locator.hpp>
#include <mercer/meshes/geometry/locator.hpp>
#include <mercer/meshes/geometry/occupancy.hpp>
#include <mercer/parallel/exchange.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace mercer {
namespace {

std::size_t at(Index position) noexcept { return static_cast<std::size_t>(position); }

struct Question {
  std::array<double, 3> point;
  Local target;  ///< of the rank that asks
};

struct Answer {
  std::array<Index, 4> nodes;  ///< numbers; -1 where a facet has fewer
  std::array<double, 4> weights;
  double merit;  ///< the largest wins: least weight inside, minus the squared distance outside
  Local target;
};

/// The local cells, and what is asked about them.
class Search {
 public:
  /// `names` are those of the local nodes in the answers.
  Search(const Comm& comm, const DistributedMesh& mesh, View<const double> points, View<const double> targets,
         const std::vector<Index>& names)
      : comm_(comm), mesh_(mesh), names_(names), targets_(targets), dimension_(static_cast<int>(points.shape()[1])) {
    together(comm, [&] { prepare(points); });
  }

 private:
  /// Ranks whose boundary may be the nearest: not farther away at best than another one at worst.
  auto nearest_ranks() const {
    struct Box {
      ItemBox bounds;
      bool is_used;
    };
    const Box mine{has_boundary_ ? locator_->boundary_bounds() : ItemBox{}, has_boundary_};
    return [this, boxes = gather_everywhere(comm_, std::vector<Box>{mine})](const double* point, const auto& send) {
      double most = INFINITY;
      for (const Box& box : boxes)
        if (box.is_used) most = std::min(most, farthest(box.bounds, point));
      for (std::size_t rank = 0; rank < boxes.size(); ++rank)
        if (boxes[rank].is_used && boxes[rank].bounds.squared_distance(point, dimension_) <= most) send(rank);
    };
  }
  double farthest(const ItemBox& box, const double* point) const {
    double square = 0;
    for (std::size_t axis = 0; axis < at(dimension_); ++axis) {
      const double gap = std::max(std::abs(point[axis] - box.low[axis]), std::abs(point[axis] - box.high[axis]));
      square += gap * gap;
    }
    return square;
  }

  using Locate = Location (Locator::*)(const double*) const;

  void prepare(View<const double> points) {
    require(dimensions(mesh_.local.cells.kind) == dimension_ && targets_.shape()[1] == dimension_, Fault::unavailable,
            "points in {} dimensions are found in cells of as many dimensions, not in {}", dimension_,
            plural(mesh_.local.cells.kind));
    for (Index i = 0; i < targets_.shape()[0]; ++i)
      require(std::ranges::all_of(targets_.row(i), [](double x) { return std::isfinite(x); }), Fault::data,
              "point {} to interpolate at is not finite", i);
    // All local cells, because the rank that counts a cell need not own a node of its edge at the boundary.
    const Cells& cells = mesh_.local.cells;
    for (Index cell = 0; cell < cells.count(); ++cell) {
      boxes_.push_back(ItemBox::at(&points(cells.nodes(cell, 0), 0), dimension_));
      for (int k = 1; k < corners(cells.kind); ++k) boxes_.back().include(&points(cells.nodes(cell, k), 0), dimension_);
    }
    std::vector<Facet> boundary;
    for (const Facet& facet : mesh_.facets)
      if (facet.cells == 1) boundary.push_back(facet);
    has_boundary_ = !boundary.empty();
    if (cells.count() > 0) locator_.emplace(points, cells, boundary);
  }

  static double least_weight(const Location& found) {
    double least = 1;
    for (std::size_t k = 0; k < 4 && found.nodes[k] >= 0; ++k) least = std::min(least, found.weights[k]);
    return least;
  }

  /// Sends the targets that have no answer yet to the ranks that `each_rank` names, and keeps the best answers.
  template <class EachRank, class Merit>
  void ask(const EachRank& each_rank, Locate locate, const Merit& merit) {
    std::vector<std::vector<Question>> questions(at(comm_.size()));
    for (Local i = 0; i < static_cast<Local>(best_.size()); ++i) {
      if (best_[at(i)].target >= 0) continue;
      Question question{{}, i};
      std::ranges::copy(targets_.row(i), question.point.begin());
      each_rank(question.point.data(), [&](std::size_t rank) { questions[rank].push_back(question); });
    }
    std::vector<std::vector<Answer>> answers(questions.size());
    const std::vector<std::vector<Question>> asked = exchange_lists(comm_, questions);
    for (std::size_t rank = 0; rank < asked.size(); ++rank)
      for (const Question& question : asked[rank]) {
        const Location found = ((*locator_).*locate)(question.point.data());
        if (found.cell < 0) continue;
        Answer& answer =
            answers[rank].emplace_back(Answer{{-1, -1, -1, -1}, found.weights, merit(found), question.target});
        for (std::size_t k = 0; k < 4; ++k)
          if (found.nodes[k] >= 0) answer.nodes[k] = names_[at(found.nodes[k])];
      }
    for (const std::vector<Answer>& list : exchange_lists(comm_, answers))
      for (const Answer& answer : list)
        if (answer.merit > best_[at(answer.target)].merit) best_[at(answer.target)] = answer;
  }

 public:
  /// @collective An answer for every target. Throws Fault::data where there is none.
  std::vector<Answer> answers() {
    best_.assign(at(targets_.shape()[0]), Answer{{-1, -1, -1, -1}, {}, -INFINITY, -1});
    const Occupancy occupancy(comm_, boxes_, dimension_);
    ask([&](const double* point, const auto& send) { occupancy.each_rank(point, send); }, &Locator::locate_inside,
        &Search::least_weight);
    ask(nearest_ranks(), &Locator::locate_boundary, [](const Location& found) { return -found.squared_distance; });
    together(comm_, [&] {
      for (const Answer& answer : best_)
        require(answer.target >= 0, Fault::data, "a point is outside of a mesh without boundary");
    });
    return std::move(best_);
  }

 private:
  const Comm& comm_;
  const DistributedMesh& mesh_;
  const std::vector<Index>& names_;
  View<const double> targets_;
  int dimension_;
  std::vector<ItemBox> boxes_;
  std::optional<Locator> locator_;
  bool has_boundary_ = false;
  std::vector<Answer> best_;
};

MatHandle matrix_of(const Comm& comm, const DistributedMesh& mesh, const std::vector<Answer>& answers) {
  std::vector<PetscInt> first{0}, columns;
  std::vector<double> values;
  const Index total = sum(comm, static_cast<Index>(answers.size()));
  together(comm, [&] {
    narrow<PetscInt>(std::max(total, mesh.nodes));
    for (const Answer& answer : answers) {
      for (std::size_t k = 0; k < 4 && answer.nodes[k] >= 0; ++k) {
        columns.push_back(static_cast<PetscInt>(answer.nodes[k]));
        values.push_back(answer.weights[k]);
      }
      first.push_back(narrow<PetscInt>(columns.size()));
    }
  });
  MatHandle matrix;
  check_petsc(MatCreate(comm.raw(), matrix.out()));
  check_petsc(MatSetSizes(matrix.get(), static_cast<PetscInt>(answers.size()),
                          static_cast<PetscInt>(mesh.owned.count()), static_cast<PetscInt>(total),
                          static_cast<PetscInt>(mesh.nodes)));
  check_petsc(MatSetType(matrix.get(), MATAIJ));
  check_petsc(MatSeqAIJSetPreallocationCSR(matrix.get(), first.data(), columns.data(), values.data()));
  check_petsc(MatMPIAIJSetPreallocationCSR(matrix.get(), first.data(), columns.data(), values.data()));
  return matrix;
}

}  // namespace

std::shared_ptr<const LinearOperator<double>> interpolation(const Comm& comm, const DistributedMesh& mesh,
                                                            View<const double> points, View<const double> targets) {
  const MatHandle matrix = matrix_of(comm, mesh, Search(comm, mesh, points, targets, mesh.number).answers());
  return std::make_shared<PetscOperator>(matrix.get());
}

std::vector<NodeMean> interpolation_rows(const Comm& comm, const DistributedMesh& mesh, View<const double> points,
                                         View<const double> targets) {
  std::vector<NodeMean> rows;
  for (const Answer& answer : Search(comm, mesh, points, targets, mesh.original).answers())
    rows.push_back({answer.nodes, answer.weights});
  return rows;
}

}  // namespace mercer
