// Exchanges field by field, and copies at the ends.
#include <mercer/nn/batch_cost.hpp>
#include <mercer/nn/slab_traffic.hpp>

#include <algorithm>

namespace mercer {
namespace {

template <class From, class To>
void copy_rows(const FieldRows<From>& from, const FieldRows<To>& to, const FieldSize& size, Index rows) {
  for (Index y = 0; y < rows; ++y)
    for (Index c = 0; c < size.channels; ++c)
      std::copy_n(from.row(y) + c * from.stride, size.columns, to.row(y) + c * to.stride);
}

}  // namespace

template <class T>
SlabTraffic<T>::SlabTraffic(const FieldProgram& program, const SlabLayout& layout, Index samples, Purpose purpose,
                            const Space& space)
    : program_(program),
      layout_(layout),
      own_inputs_(space.own(program.size(0).rows)),
      own_outputs_(space.own(program.fields().back().rows)),
      last_(static_cast<int>(program.fields().size()) - 1),
      purpose_(purpose),
      exchanges_(program.fields().size()) {
  if (!space.is_divided()) return;
  for (int field = 0; field <= last_; ++field) {
    const FieldSlab& of = slab(field);
    exchanges_[static_cast<std::size_t>(field)].emplace(*space.comm, size(field).rows, of.needed, of.boundary);
  }
  const bool goes_back = purpose != Purpose::inference;
  input_ = memory(0, purpose == Purpose::training ? samples : 1);
  if (goes_back) wanted_ = memory(0, 1);
  if (slab(last_).is_whole) output_ = memory(last_, 1);
  if (slab(last_).is_whole && goes_back) given_ = memory(last_, 1);
}

template <class T>
Tensor<T> SlabTraffic<T>::memory(int field, Index samples) const {
  return Tensor<T>({samples, slab(field).held.count(), size(field).channels, size(field).columns});
}

/// The own rows of a field that is held in `of`.
template <class T>
auto SlabTraffic<T>::own(Tensor<T>& of, Index sample, int field) const -> Rows {
  const Range& rows = field == 0 ? own_inputs_ : own_outputs_;
  return Rows::of(of.view(), sample).from(rows.begin - slab(field).held.begin);
}

template <class T>
auto SlabTraffic<T>::computed(Tensor<T>& of, Index sample, int field) const -> Rows {
  return Rows::of(of.view(), sample).from(slab(field).computed.begin - slab(field).held.begin);
}

template <class T>
void SlabTraffic<T>::apply(int field, const Rows& rows, Message message) {
  auto& exchange = exchanges_[static_cast<std::size_t>(field)];
  if (!exchange) return;
  const Index begin = slab(field).is_whole ? exchange->begin() : 0;
  ((*exchange).*message)(rows.from(begin), size(field).channels, size(field).columns);
}

template <class T>
void SlabTraffic<T>::sum(int field, const Rows& slopes) {
  collect(field, slopes);
  share(field, slopes);
}

template <class T>
auto SlabTraffic<T>::partial(int field) -> Rows {
  const FieldSize& of = size(field);
  const BatchShape shape{1, of.rows, of.channels, of.columns};
  const Index numbers = batch_memory<T>(shape);
  if (partial_.count() < numbers) partial_ = Tensor<T>({numbers});
  std::fill_n(partial_.data(), numbers, T{0});
  return Rows::of(batch_view(partial_.data(), shape), 0);
}

template <class T>
auto SlabTraffic<T>::take(View<const T> batch, Index sample, int field, Tensor<T>& into, Index into_sample)
    -> ConstRows {
  const ConstRows from = ConstRows::of(batch, sample);
  if (into.count() == 0) return from;
  const Rows to = own(into, into_sample, field);
  copy_rows(from, to, size(field), batch.shape()[1]);
  const Rows rows = computed(into, into_sample, field);
  share(field, rows);
  return rows;
}

template <class T>
void SlabTraffic<T>::hand_out(const Tensor<T>& from, int field, View<T> batch, Index sample) const {
  if (from.count() == 0) return;
  const Range& rows = field == 0 ? own_inputs_ : own_outputs_;
  copy_rows(ConstRows::of(from.view(), 0).from(rows.begin - slab(field).held.begin), Rows::of(batch, sample),
            size(field), rows.count());
}

template <class T>
auto SlabTraffic<T>::input(View<const T> x, Index sample) -> ConstRows {
  return take(x, sample, 0, input_, kept_number(sample));
}

template <class T>
auto SlabTraffic<T>::kept_input(View<const T> x, Index sample) -> ConstRows {
  return input_.count() == 0 ? ConstRows::of(x, sample) : ConstRows(computed(input_, kept_number(sample), 0));
}

template <class T>
auto SlabTraffic<T>::given(View<const T> gy, Index sample) -> ConstRows {
  return take(gy, sample, last_, given_, 0);
}

template <class T>
auto SlabTraffic<T>::output(View<T> y, Index sample) -> Rows {
  return output_.count() == 0 ? Rows::of(y, sample) : computed(output_, 0, last_);
}

template <class T>
void SlabTraffic<T>::hand_out_output(View<T> y, Index sample) const {
  hand_out(output_, last_, y, sample);
}

template <class T>
auto SlabTraffic<T>::wanted(View<T> gx, Index sample) -> Rows {
  if (gx.data() == nullptr) return {};
  if (wanted_.count() == 0) return Rows::of(gx, sample);
  return computed(wanted_, 0, 0);
}

template <class T>
void SlabTraffic<T>::hand_out_wanted(View<T> gx, Index sample) {
  if (gx.data() == nullptr || wanted_.count() == 0) return;
  if (!slab(0).is_whole) collect(0, wanted(gx, sample));
  hand_out(wanted_, 0, gx, sample);
}

template <class T>
std::uint64_t SlabTraffic<T>::bytes_shared(int field) const {
  const auto& exchange = exchanges_[static_cast<std::size_t>(field)];
  return exchange ? exchange->bytes_exchanged(size(field).channels, size(field).columns) : 0;
}

template <class T>
std::uint64_t SlabTraffic<T>::bytes_collected(int field) const {
  const auto& exchange = exchanges_[static_cast<std::size_t>(field)];
  return exchange ? exchange->bytes_accumulated(size(field).channels, size(field).columns) : 0;
}

template <class T>
double SlabTraffic<T>::bytes() const noexcept {
  double bytes = 0;
  for (const Tensor<T>* each : {&input_, &output_, &given_, &wanted_, &partial_}) bytes += memory_bytes(*each);
  return bytes;
}

template <class T>
Index SlabTraffic<T>::numbers_a_sample() const noexcept {
  if (purpose_ != Purpose::training || !exchanges_.front()) return 0;
  return batch_memory<T>({1, slab(0).held.count(), size(0).channels, size(0).columns});
}

template <class T>
std::uint64_t SlabTraffic<T>::bytes_sent() const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& exchange : exchanges_) bytes += exchange ? exchange->bytes_sent() : 0;
  return bytes;
}

template class SlabTraffic<float>;
template class SlabTraffic<double>;

}  // namespace mercer
