// Reduced bases against dense singular value decompositions, on any number of ranks.
#include "linalg/support.hpp"
#include "support/failure.hpp"
#include "support/process.hpp"
#include "support/shared_scratch.hpp"
#include <mercer/base/random.hpp>
#include <mercer/config/options.hpp>
#include <mercer/io/output_file.hpp>
#include <mercer/linalg/reduced_basis.hpp>
#include <mercer/linalg/snapshot_store.hpp>

#include <Eigen/SVD>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace mercer;

namespace {

Matrix random_matrix(Index rows, Index columns, std::uint64_t stream) {
  const Random random(11, stream);
  Matrix a(rows, columns);
  for (Index i = 0; i < a.size(); ++i) a.data()[i] = random.normal(static_cast<std::uint64_t>(i));
  return a;
}

Matrix orthonormal(Index rows, Index columns, std::uint64_t stream) {
  return full_qr(random_matrix(rows, columns, stream)).q.leftCols(columns);
}

/// Snapshots [count, size] whose singular values fall from 1 to `least` by equal factors, with weights.
struct Fields {
  Fields(Index count, Index size, double least, double offset = 0) : weights(Eigen::VectorXd(size)), rows(count, size) {
    const Random random(3);
    for (Index j = 0; j < size; ++j) weights[j] = 0.5 + random.uniform(static_cast<std::uint64_t>(j));
    Eigen::VectorXd values(count);
    for (Index k = 0; k < count; ++k)
      values[k] = std::pow(least, static_cast<double>(k) / static_cast<double>(std::max<Index>(count - 1, 1)));
    rows = orthonormal(count, count, 1) * values.asDiagonal() * orthonormal(size, count, 2).transpose() *
           weights.cwiseSqrt().cwiseInverse().asDiagonal();
    rows.array() += offset;
  }
  Index count() const { return rows.rows(); }
  Index size() const { return rows.cols(); }
  Matrix centred() const { return rows.rowwise() - rows.colwise().mean(); }
  Eigen::JacobiSVD<Matrix> svd(const Matrix& z) const {
    return Eigen::JacobiSVD<Matrix>(z * weights.cwiseSqrt().asDiagonal(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  }

  Eigen::VectorXd weights;
  Matrix rows;
};

/// What one rank holds of them.
struct OwnPart {
  OwnPart(const Comm& comm, const Fields& fields) : OwnPart(comm, fields, {0, fields.count()}) {}
  OwnPart(const Comm& comm, const Fields& fields, const Range& which)
      : OwnPart(fields, which, block(fields.size(), comm.rank(), comm.size())) {}
  OwnPart(const Fields& fields, const Range& which, const Range& columns)
      : own(columns),
        values({which.count(), own.count()}, Rows::dense),
        weights(fields.weights.data() + own.begin, fields.weights.data() + own.end) {
    for (Index i = 0; i < which.count(); ++i)
      for (Index j = 0; j < own.count(); ++j) values(i, j) = fields.rows(which.begin + i, own.begin + j);
  }
  SnapshotsInMemory snapshots() const { return SnapshotsInMemory(values.view()); }
  InnerProduct product() const { return InnerProduct(weights); }

  Range own;
  Tensor<double> values;
  std::vector<double> weights;
};

/// Rows that are spread over the ranks, whole. Only tests may do this.
Matrix gathered(const Comm& comm, View<const double> own, const Range& columns, Index size) {
  Matrix whole = Matrix::Zero(own.shape()[0], size);
  for (Index i = 0; i < own.shape()[0]; ++i)
    for (Index j = 0; j < columns.count(); ++j) whole(i, columns.begin + j) = own(i, j);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, whole.data(), narrow<int>(whole.size()), MPI_DOUBLE, MPI_SUM, comm.raw()));
  return whole;
}
Matrix modes_of(const Comm& comm, const ReducedBasis& basis, const Range& columns, Index size) {
  return gathered(comm, basis.modes(), columns, size);
}
Matrix row_of(const Comm& comm, const std::vector<double>& own, const Range& columns, Index size) {
  return gathered(comm, View<const double>(own.data(), {1, columns.count()}), columns, size);
}

double orthonormality_gap(const Matrix& modes, const Matrix& mass) {
  return (modes * mass * modes.transpose() - Matrix::Identity(modes.rows(), modes.rows())).cwiseAbs().maxCoeff();
}

/// Sine of the largest angle between the spans of rows of `a` and of `b`, both orthonormal.
double angle(const Matrix& a, const Matrix& b) {
  return Eigen::JacobiSVD<Matrix>(a - a * b.transpose() * b, 0).singularValues()[0];
}

constexpr double small_memory = 8 * 40 * 7;  // pieces of 7 entries of 40 snapshots

}  // namespace

BOOST_AUTO_TEST_CASE(modes_and_singular_values_are_those_of_the_dense_decomposition) {
  const Comm comm;
  const Fields fields(40, 301, 1e-8);
  const OwnPart part(comm, fields);
  for (const Centring centring : {Centring::none, Centring::mean}) {
    const auto svd = fields.svd(centring == Centring::mean ? fields.centred() : fields.rows);
    const ReducedBasis basis =
        reduced_basis(comm, part.snapshots(), part.product(), {.centring = centring, .memory = small_memory});
    const Eigen::VectorXd expected = svd.singularValues();
    BOOST_REQUIRE(basis.count() == (expected.array() > 1e-6 * expected[0]).count());
    double worst = 0;
    for (Index k = 0; k < basis.count(); ++k)
      worst = std::max(worst, std::abs(basis.singular_values[k] / expected[k] - 1));
    BOOST_TEST(worst < 1e-8);
    const Matrix modes = modes_of(comm, basis, part.own, fields.size());
    BOOST_TEST(orthonormality_gap(modes, fields.weights.asDiagonal()) < 1e-10);
    // Where the values are 1e-4 of the first or more, also each mode is that of the decomposition, but for its sign.
    const Matrix weighed = modes * fields.weights.cwiseSqrt().asDiagonal();
    for (Index k = 0; k < basis.count() && expected[k] > 1e-4 * expected[0]; ++k)
      BOOST_TEST(std::abs(std::abs(weighed.row(k).dot(svd.matrixV().col(k))) - 1) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_large_mean_costs_no_digits) {
  const Comm comm;
  const Fields fields(12, 90, 1e-3, 1e4);
  const OwnPart part(comm, fields);
  const ReducedBasis basis = reduced_basis(comm, part.snapshots(), part.product());
  const Eigen::VectorXd expected = fields.svd(fields.centred()).singularValues();
  BOOST_REQUIRE(basis.count() == 11);                                                    // the mean takes one
  BOOST_TEST((basis.singular_values - expected.head(11)).norm() < 1e-10 * expected[0]);  // the data have 12 digits
}

BOOST_AUTO_TEST_CASE(the_subspace_is_that_of_one_rank) {
  const Comm comm, alone = Comm::self();
  const Fields fields(30, 203, 1e-5);
  const OwnPart shared(comm, fields), whole(alone, fields);
  const ReducedBasisOptions options{.modes = 9, .memory = small_memory};
  const ReducedBasis many = reduced_basis(comm, shared.snapshots(), shared.product(), options);
  const ReducedBasis one = reduced_basis(alone, whole.snapshots(), whole.product(), options);
  BOOST_REQUIRE(many.count() == 9);
  BOOST_REQUIRE(one.count() == 9);
  const Eigen::MatrixXd root = fields.weights.cwiseSqrt().asDiagonal();
  BOOST_TEST(angle(modes_of(comm, many, shared.own, 203) * root, modes_of(alone, one, whole.own, 203) * root) < 1e-8);
  BOOST_TEST((many.coefficients - one.coefficients).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(aligned_parts_give_the_same_bits_on_every_number_of_ranks) {
  const Comm comm, alone = Comm::self();
  constexpr Index size = 5000, count = 30;
  Fields fields(count, 2 * count, 1e-5);
  fields.rows = (fields.rows * random_matrix(2 * count, size, 4)).array() + 3;
  fields.weights = random_matrix(size, 1, 5).cwiseAbs();
  const OwnPart shared(fields, {0, count}, aligned_part(size, comm.rank(), comm.size())), whole(alone, fields);
  for (const double memory : {1e8, 8.0 * count * 200}) {
    const ReducedBasisOptions options{.modes = 9, .memory = memory};
    const ReducedBasis many = reduced_basis(comm, shared.snapshots(), shared.product(), options);
    const ReducedBasis one = reduced_basis(alone, whole.snapshots(), whole.product(), options);
    BOOST_REQUIRE(many.count() == one.count());
    BOOST_TEST((many.singular_values == one.singular_values));
    BOOST_TEST((many.coefficients == one.coefficients));
    BOOST_TEST(many.residuals == one.residuals);
    BOOST_TEST((modes_of(comm, many, shared.own, size) == modes_of(alone, one, whole.own, size)));
    BOOST_TEST((row_of(comm, many.mean, shared.own, size) == row_of(alone, one.mean, whole.own, size)));
    BOOST_TEST((row_of(comm, many.residual_variance, shared.own, size) ==
                row_of(alone, one.residual_variance, whole.own, size)));
  }
}

BOOST_AUTO_TEST_CASE(aligned_parts_cover_all_entries_once) {
  for (const Index size : {0, 1, 1024, 1025, 5000})
    for (int ranks = 1; ranks < 5; ++ranks) {
      Index next = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const Range part = aligned_part(size, rank, ranks);
        BOOST_TEST(part.begin == next);
        BOOST_TEST((part.begin % 1024 == 0 || part.count() == 0));
        next = part.end;
      }
      BOOST_TEST(next == size);
    }
}

BOOST_AUTO_TEST_CASE(a_mass_matrix_that_couples_nodes_gives_modes_orthonormal_in_it) {
  const Comm comm;
  constexpr Index size = 120;
  const Fields fields(21, size, 1e-4);
  const OwnPart part(comm, fields);
  const Stencil<double> stencil(comm, size, 0);
  Matrix mass = 2.5 * Matrix::Identity(size, size);
  mass.diagonal(1).setConstant(-1), mass.diagonal(-1).setConstant(-1);
  const Matrix root = mass.llt().matrixU();
  for (const double memory : {1e8, 1.0}) {  // all at once, and one snapshot at a time
    const ReducedBasis basis =
        reduced_basis(comm, part.snapshots(), InnerProduct(stencil), {.modes = 20, .memory = memory});
    const Eigen::VectorXd expected =
        Eigen::JacobiSVD<Matrix>(fields.centred() * root.transpose(), 0).singularValues().head(20);
    BOOST_REQUIRE(basis.count() == 20);
    BOOST_TEST((basis.singular_values - expected).cwiseQuotient(expected).cwiseAbs().maxCoeff() < 1e-8);
    BOOST_TEST(orthonormality_gap(modes_of(comm, basis, part.own, size), mass) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(modes_are_cut_by_number_and_by_energy) {
  const Comm comm;
  const Fields fields(10, 64, 1e-3);
  const OwnPart part(comm, fields);
  const auto modes = [&](const ReducedBasisOptions& options) {
    return reduced_basis(comm, part.snapshots(), part.product(), options).count();
  };
  const Eigen::VectorXd squares = fields.svd(fields.centred()).singularValues().cwiseAbs2();
  BOOST_TEST(modes({.modes = 4}) == 4);
  BOOST_TEST(modes({.modes = 4, .energy = 1e-3}) == 1);
  BOOST_TEST(modes({.energy = squares.head(3).sum() / squares.sum() - 1e-9}) == 3);
  BOOST_TEST(modes({.energy = squares.head(3).sum() / squares.sum() + 1e-9}) == 4);
}

BOOST_AUTO_TEST_CASE(coefficients_rebuild_snapshots_up_to_their_residuals) {
  const Comm comm;
  const Fields fields(18, 77, 1e-2);
  const OwnPart part(comm, fields);
  const ReducedBasis basis = reduced_basis(comm, part.snapshots(), part.product(), {.modes = 5, .memory = 1});
  Tensor<double> rebuilt({18, part.own.count()}, Rows::dense);
  reconstruct(basis, basis.coefficients, rebuilt.view());
  const Matrix rest = fields.rows - gathered(comm, rebuilt.view(), part.own, 77);
  const Matrix squares = rest.cwiseAbs2();
  const Eigen::VectorXd norms = (squares * fields.weights).cwiseSqrt(),
                        all = fields.centred().cwiseAbs2() * fields.weights;
  const Projection projection = project(comm, basis, part.snapshots(), part.product());
  for (Index i = 0; i < 18; ++i) {
    BOOST_TEST(basis.residuals[static_cast<std::size_t>(i)] == norms[i], boost::test_tools::tolerance(1e-10));
    BOOST_TEST(basis.novelty(i) == norms[i] / std::sqrt(all[i]), boost::test_tools::tolerance(1e-10));
    BOOST_TEST(projection.novelty(i) == basis.novelty(i), boost::test_tools::tolerance(1e-10));
  }
  BOOST_TEST((projection.coefficients - basis.coefficients).norm() < 1e-12);
  const Matrix variance = row_of(comm, basis.residual_variance, part.own, 77);
  BOOST_TEST((variance - squares.colwise().mean()).norm() < 1e-10 * variance.norm());
}

BOOST_AUTO_TEST_CASE(a_field_outside_the_span_is_new_and_the_mean_is_not) {
  const Comm comm;
  const Fields fields(8, 50, 1e-1);
  const OwnPart part(comm, fields);
  const ReducedBasis basis = reduced_basis(comm, part.snapshots(), part.product(), {.modes = 3});
  Tensor<double> probes({2, part.own.count()}, Rows::dense);
  const Matrix modes = modes_of(comm, basis, part.own, 50);
  Eigen::VectorXd outside = random_matrix(50, 1, 9);
  outside -= modes.transpose() * (modes * fields.weights.cwiseProduct(outside));
  for (Index j = 0; j < part.own.count(); ++j) {
    probes(0, j) = basis.mean[static_cast<std::size_t>(j)] + outside[part.own.begin + j];
    probes(1, j) = basis.mean[static_cast<std::size_t>(j)];
  }
  const Projection projection = project(comm, basis, SnapshotsInMemory(probes.view()), part.product());
  BOOST_TEST(std::abs(projection.novelty(0) - 1) < 1e-12);
  BOOST_TEST(projection.novelty(1) == 0);
}

BOOST_AUTO_TEST_CASE(an_extended_basis_is_that_of_all_snapshots) {
  const Comm comm;
  for (const Centring centring : {Centring::mean, Centring::none}) {
    const Fields fields(25, 140, 1e-4, centring == Centring::mean ? 0.1 : 0);
    const OwnPart all(comm, fields), old(comm, fields, {0, 16}), more(comm, fields, {16, 25});
    const ReducedBasisOptions options{.centring = centring, .memory = small_memory};
    const ReducedBasis before = reduced_basis(comm, old.snapshots(), old.product(), options);
    for (const std::optional<Index> modes : {std::optional<Index>(), std::optional<Index>(6)}) {
      ReducedBasisOptions cut = options;
      cut.modes = modes;
      const ReducedBasis extended = extended_basis(comm, before, more.snapshots(), more.product(), cut);
      const ReducedBasis whole = reduced_basis(comm, all.snapshots(), all.product(), cut);
      BOOST_REQUIRE(extended.count() == whole.count());
      BOOST_TEST((extended.singular_values - whole.singular_values).norm() < 1e-10 * whole.singular_values[0]);
      BOOST_TEST(std::abs(extended.squares / whole.squares - 1) < 1e-10);
      BOOST_TEST((row_of(comm, extended.mean, all.own, 140) - row_of(comm, whole.mean, all.own, 140)).norm() < 1e-12);
      const Index sure = std::min<Index>(extended.count(), 12);  // the last modes are known to fewer digits
      for (Index k = 0; k < sure; ++k)
        BOOST_TEST((extended.coefficients.col(k) - whole.coefficients.col(k)).norm() < 1e-7 * whole.singular_values[0]);
      for (std::size_t i = 0; i < 25; ++i) BOOST_TEST(std::abs(extended.residuals[i] - whole.residuals[i]) < 1e-6);
      BOOST_TEST(
          (row_of(comm, extended.residual_variance, all.own, 140) - row_of(comm, whole.residual_variance, all.own, 140))
              .norm() < 1e-10);
    }
  }
}

BOOST_AUTO_TEST_CASE(snapshots_in_a_file_give_the_same_basis_as_in_memory) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const Fields fields(13, 170, 1e-3);
  const OwnPart part(comm, fields);
  {
    OutputFile out(comm, scratch / "snapshots.h5", Existing::refuse);
    const Slab slab =
        part.own.count() == 0 ? Slab::none({13, 170}) : Slab::box({0, part.own.begin}, {13, part.own.count()});
    out.write<double>("fields/pressure", {13, 170}, slab, part.values.view());
    out.write<double>("line", Shape{2}, std::vector<double>{1, 2});
    out.commit();
  }
  const InputFile file(comm, scratch / "snapshots.h5");
  const SnapshotsInFile stored(file, "fields/pressure");
  BOOST_TEST(stored.count() == 13);
  const ReducedBasisOptions options{.modes = 7, .memory = 8 * 13 * 11};
  const ReducedBasis a = reduced_basis(comm, stored, part.product(), options);
  const ReducedBasis b = reduced_basis(comm, part.snapshots(), part.product(), options);
  BOOST_TEST(a.singular_values == b.singular_values);
  BOOST_TEST(a.fields == b.fields);
  BOOST_TEST(test::failure([&] { SnapshotsInFile(file, "line"); }).is(Fault::data, "a matrix [snapshots, entries]"));
  BOOST_TEST(test::failure([&] {
               SnapshotsInFile(file, "fields/pressure", {0, 171});
             }).is(Fault::internal, "not among the 170"));
}

BOOST_AUTO_TEST_CASE(snapshots_that_come_a_few_at_a_time_give_the_same_basis) {
  const Comm comm;
  const test::SharedScratch scratch(comm);
  const Fields fields(13, 170, 1e-3);
  const OwnPart part(comm, fields);
  const ReducedBasisOptions options{.modes = 7, .memory = 8 * 13 * 11};
  const ReducedBasis expected = reduced_basis(comm, part.snapshots(), part.product(), options);
  const Index own = part.own.count();
  SnapshotStore in_memory(comm, own), in_file(comm, own, scratch / "");
  for (SnapshotStore* store : {&in_memory, &in_file}) {
    for (const Range& rows : {Range{0, 5}, Range{5, 6}, Range{6, 13}})
      store->append(View<const double>(part.values.data() + rows.begin * own, {rows.count(), own}));
    BOOST_TEST(store->count() == 13);
    const ReducedBasis found = reduced_basis(comm, *store, part.product(), options);
    BOOST_TEST(found.singular_values == expected.singular_values);
    BOOST_TEST(found.fields == expected.fields);
    BOOST_TEST(test::failure([&] {
                 store->append(View<const double>(part.values.data(), {1, own + 1}));
               }).is(Fault::internal, "are added to those"));
  }
  BOOST_TEST(std::filesystem::is_empty(scratch / ""));
  BOOST_TEST(test::failure([&] { SnapshotStore(comm, own, scratch / "nowhere"); }).is(Fault::cannot_create, "scratch"));
}

BOOST_AUTO_TEST_CASE(equal_snapshots_have_a_mean_and_no_modes) {
  const Comm comm;
  Fields fields(3, 20, 1);
  fields.rows.rowwise() = Eigen::RowVectorXd::Constant(20, 2.0);
  const OwnPart part(comm, fields), single(comm, fields, {0, 1});
  for (const OwnPart* these : {&part, &single}) {
    const ReducedBasis basis = reduced_basis(comm, these->snapshots(), these->product());
    BOOST_TEST(basis.count() == 0);
    BOOST_TEST(std::all_of(basis.mean.begin(), basis.mean.end(), [](double value) { return value == 2; }));
    BOOST_TEST(basis.novelty(0) == 0);
  }
}

BOOST_AUTO_TEST_CASE(faulty_snapshots_and_weights_are_named) {
  const Comm comm;
  Fields fields(4, 24, 1e-1);
  const OwnPart good(comm, fields);
  fields.rows(2, 23) = NAN;
  const OwnPart bad(comm, fields);
  const auto made = [&](const Snapshots& snapshots, const InnerProduct& product) {
    return test::failure([&] { reduced_basis(comm, snapshots, product, {.centring = Centring::none}); });
  };
  BOOST_TEST(made(bad.snapshots(), bad.product()).is(Fault::data, "snapshot 2 is nan"));
  std::vector<double> weights = good.weights;
  if (comm.rank() == comm.size() - 1) weights.back() = -1;
  BOOST_TEST(made(good.snapshots(), InnerProduct(weights)).is(Fault::numerics, "weights are positive or zero"));
  weights.push_back(1);
  BOOST_TEST(made(good.snapshots(), InnerProduct(weights)).is(Fault::internal, "does not fit fields"));
  const Tensor<double> none({0, good.own.count()}, Rows::dense);
  BOOST_TEST(made(SnapshotsInMemory(none.view()), good.product()).is(Fault::config, "at least one was expected"));
  BOOST_TEST(
      test::failure([] { SnapshotsInMemory(View<const double>(nullptr, {3})); }).is(Fault::internal, "a matrix"));
}

BOOST_AUTO_TEST_CASE(options_are_read_from_a_case) {
  ReducedBasisOptions options;
  Complaints complaints;
  read_options(parse_yaml("{modes: 12, energy: 0.999, centring: none, memory: 1e6}", "case"), "", options, complaints);
  complaints.raise();
  BOOST_TEST(options.modes.value() == 12);
  BOOST_TEST(options.energy == 0.999);
  BOOST_TEST((options.centring == Centring::none));
  read_options(parse_yaml("{energy: 2}", "case"), "", options, complaints);
  BOOST_TEST(complaints.lines().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_table_in_the_documents_is_that_of_the_options) {
  const std::string text = test::read_file(test::setting("MERCER_SOURCE") + "/docs/theory/reduced_basis.md");
  const std::string table = options_table<ReducedBasisOptions>();
  BOOST_TEST((text.find(table) != std::string::npos), "docs/theory/reduced_basis.md lacks\n" << table);
}
