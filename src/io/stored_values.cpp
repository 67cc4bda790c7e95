// Types and values of foreign HDF5 files: names of types, numbers that must fit, texts of bounded size.
#include <mercer/io/stored.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace mercer::hdf5 {
namespace {

constexpr std::size_t longest_texts = std::size_t{1} << 28;  // bytes of all texts of one dataset or attribute

bool is_boolean(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || H5Tget_size(type) != 1) return false;
  std::int8_t no = -1, yes = -1;
  const bool named = H5Tenum_valueof(type, "FALSE", &no) >= 0 && H5Tenum_valueof(type, "TRUE", &yes) >= 0;
  if (!named) H5Eclear2(H5E_DEFAULT);
  return named && no == 0 && yes == 1;
}

/// What HDF5 is told to do about a number that the wanted type cannot hold, and what it met.
struct Misfit {
  Number wanted = Number::float64;
  const char* met = nullptr;
};

bool is_infinite_double(hid_t type, const void* value) {
  double number = 0;
  if (H5Tequal(type, H5T_NATIVE_DOUBLE) <= 0) return false;
  std::memcpy(&number, value, sizeof number);
  return std::isinf(number);
}

H5T_conv_ret_t on_exception(H5T_conv_except_t kind, hid_t from, hid_t, void* value, void*,
                            void* misfit_pointer) noexcept {
  auto& misfit = *static_cast<Misfit*>(misfit_pointer);
  const bool wants_float = misfit.wanted == Number::float32 || misfit.wanted == Number::float64;
  switch (kind) {
    case H5T_CONV_EXCEPT_RANGE_HI:
    case H5T_CONV_EXCEPT_RANGE_LOW:
      if (wants_float && is_infinite_double(from, value)) return H5T_CONV_UNHANDLED;
      misfit.met = "a number outside its range";
      return H5T_CONV_ABORT;
    case H5T_CONV_EXCEPT_PINF:
    case H5T_CONV_EXCEPT_NINF:
    case H5T_CONV_EXCEPT_NAN:
      if (wants_float) return H5T_CONV_UNHANDLED;
      misfit.met = "a NaN or an infinity";
      return H5T_CONV_ABORT;
    case H5T_CONV_EXCEPT_TRUNCATE:
      misfit.met = "a number with a fraction";
      return H5T_CONV_ABORT;
    default:
      return H5T_CONV_UNHANDLED;
  }
}

/// Memory for texts of any length, as long as they are not too many.
struct Budget {
  std::size_t left = longest_texts;
  bool refused = false;
};

void* take(std::size_t bytes, void* budget_pointer) noexcept {
  auto& budget = *static_cast<Budget*>(budget_pointer);
  budget.refused = budget.refused || bytes > budget.left;
  if (budget.refused) return nullptr;
  budget.left -= bytes;
  return std::malloc(bytes);
}
void give_back(void* memory, void*) noexcept { std::free(memory); }

/// Gives back the texts that HDF5 has put behind pointers.
struct Reclaim {
  hid_t type, space, transfer;
  char** pointers;
  ~Reclaim() { H5Dvlen_reclaim(type, space, transfer, pointers); }
};

std::string_view trimmed(std::string_view text, H5T_str_t padding) {
  if (padding == H5T_STR_SPACEPAD) return text.substr(0, text.find_last_not_of(' ') + 1);
  return text.substr(0, text.find('\0'));
}

std::vector<std::string> read_fixed(hid_t type, std::size_t count, const ReadCall& read) {
  const std::size_t size = H5Tget_size(type);
  require(size > 0 && count <= longest_texts / size, Fault::data,
          "it holds {} texts of {} bytes, more than the {} bytes that are read", count, size, longest_texts);
  std::string all(count * size, '\0');
  check(read(type, H5P_DEFAULT, all.data()));
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.emplace_back(trimmed({all.data() + i * size, size}, H5Tget_strpad(type)));
  return texts;
}

std::vector<std::string> read_variable(hid_t type, hid_t space, std::size_t count, const ReadCall& read) {
  require(count <= longest_texts / sizeof(char*), Fault::data, "it holds {} texts, more than are read", count);
  Budget budget;
  const Properties transfer = properties(H5P_DATASET_XFER);
  check(H5Pset_vlen_mem_manager(transfer.get(), &take, &budget, &give_back, nullptr));
  const Type memory(valid(H5Tcopy(H5T_C_S1)));
  check(H5Tset_size(memory.get(), H5T_VARIABLE));
  check(H5Tset_cset(memory.get(), H5Tget_cset(type)));
  std::vector<char*> pointers(count, nullptr);
  const Reclaim reclaim{memory.get(), space, transfer.get(), pointers.data()};
  const herr_t status = read(memory.get(), transfer.get(), pointers.data());
  require(!budget.refused, Fault::data, "its texts take more than the {} bytes that are read", longest_texts);
  check(status);
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
  return texts;
}

}  // namespace

bool is_number(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;
}

std::string type_text(hid_t type) {
  const std::size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bits);
    case H5T_FLOAT:
      return fmt::format("float{}", bits);
    case H5T_ENUM:
      return is_boolean(type) ? "bool" : "enum";
    case H5T_STRING:
      return "text";
    case H5T_COMPOUND:
      return "compound";
    case H5T_REFERENCE:
      return "reference";
    case H5T_VLEN:
      return "sequence of variable length";
    case H5T_ARRAY:
      return "array";
    case H5T_OPAQUE:
      return "opaque";
    case H5T_BITFIELD:
      return "bit field";
    case H5T_TIME:
      return "time";
    default:
      return "unknown";
  }
}

void read_numbers(const Dataset& dataset, const Slab& slab, Number number, const Space& memory, void* into,
                  const std::string& what) {
  require(is_number(dataset.type.get()), Fault::data, "{}: it holds {}, not numbers", what,
          type_text(dataset.type.get()));
  Misfit misfit{number};
  explained(Fault::data, what, [&] {
    const Properties transfer = properties(H5P_DATASET_XFER);
    check(H5Pset_type_conv_cb(transfer.get(), &on_exception, &misfit));
    const Space stored = selection(dataset.shape, slab);
    const herr_t status =
        H5Dread(dataset.object.get(), memory_type(number), memory.get(), stored.get(), transfer.get(), into);
    if (status < 0 && misfit.met != nullptr) {
      fail(Fault::data, "{}: it holds {} where {} is asked for, stored as {}", what, misfit.met, name(number),
           type_text(dataset.type.get()));
    }
    check(status);
  });
}

std::vector<std::string> read_texts(hid_t type, hid_t space, const ReadCall& read) {
  require(H5Tget_class(type) == H5T_STRING, Fault::data, "it holds {}, not text", type_text(type));
  const hsize_t count = valid_size(H5Sget_simple_extent_npoints(space));
  if (count == 0) return {};
  return truth(H5Tis_variable_str(type)) ? read_variable(type, space, count, read) : read_fixed(type, count, read);
}

}  // namespace mercer::hdf5
