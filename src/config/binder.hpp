// Options are plain structs; one `describe(Binder&, Options&)` a struct serves reading, checking, tables and records.
#pragma once

#include <mercer/base/index.hpp>
#include <mercer/config/node.hpp>

#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mercer {

/// Closed range of valid numbers.
struct Limits {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
};
inline constexpr Limits positive{std::numeric_limits<double>::min(), std::numeric_limits<double>::max()};

/// How values of type T stand in a case. Specialise it for types of your own:
/// `static std::string type()`, `static std::string read(const Node&, T&)` returning a complaint or "", `static Node show(const T&)`.
template <class T>
struct Option;

/// Visits the fields of an options struct. The caller decides whether that reads, records or tabulates them.
class Binder {
 public:
  /// What is known of a field besides its value.
  struct Slot {
    std::string_view name, meaning;
    std::string type;
    bool required = false;
    std::function<std::string(const Node&)> read;  ///< gives a complaint or ""
    std::function<Node()> show;
  };
  virtual ~Binder() = default;

  template <class T>
  void field(std::string_view name, T& value, std::string_view meaning, Limits limits = {});
  /// A field that a case must give.
  template <class T>
  void required(std::string_view name, T& value, std::string_view meaning, Limits limits = {});
  /// One of a few words.
  template <class E>
  void choice(std::string_view name, E& value, std::initializer_list<std::pair<const char*, E>> words, std::string_view meaning);
  /// A struct inside a struct.
  template <class Options>
  void section(std::string_view name, Options& options, std::string_view meaning) {
    open(name, meaning);
    describe(*this, options);
    close();
  }

 private:
  virtual void slot(const Slot& slot) = 0;
  virtual void open(std::string_view name, std::string_view meaning) = 0;
  virtual void close() = 0;
};

}  // namespace mercer
