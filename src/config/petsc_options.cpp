// Options to PETSc's database and back to the question whether anybody used them.
#include <mercer/base/text.hpp>
#include <mercer/config/petsc_options.hpp>
#include <mercer/parallel/petsc.hpp>

#include <algorithm>
#include <array>

namespace mercer {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

/// As PETSc tells "-ksp_monitor" from the number "-1".
bool is_option(std::string_view word) { return word.size() > 1 && word[0] == '-' && is_letter(word[1]); }

class Flattener {
 public:
  Flattener(std::string_view path, Complaints& complaints) : path_(path), complaints_(complaints) {}

  void add_map(const Node& map, const std::string& prefix) {
    for (const auto& [key, value] : map.entries()) {
      if (!is_name(key))
        complain(value.key_where(), prefix + key, "expected the name of an option without '-' in front");
      else if (value.kind() == Node::Kind::map)
        add_map(value, prefix + key + "_");
      else
        add(prefix + key, value);
    }
  }
  std::vector<PetscOption> options() && { return std::move(options_); }

 private:
  void complain(std::string_view where, std::string_view name, std::string_view text) {
    complaints_.add(where, joined_path(path_, name), text);
  }

  void add(const std::string& name, const Node& value) {
    const auto known = std::ranges::find(options_, name, &PetscOption::name);
    if (known != options_.end()) return complain(value.key_where(), name, "is there already, at " + known->where);
    options_.push_back({name, value_text(name, value), value.where()});
  }

  std::string value_text(std::string_view name, const Node& value) {
    if (value.kind() == Node::Kind::scalar) {
      const bool is_flag = value.is_null() || (value.text() == "true" && !value.is_quoted());
      return is_flag ? "" : value.text();
    }
    std::vector<std::string> parts;
    for (const Node& item : value.items()) {
      if (item.kind() != Node::Kind::scalar || item.is_null())
        complain(item.where(), name, "expected numbers or words in the list, got " + described(item));
      parts.push_back(item.text());
    }
    return join(parts, ",");
  }

  std::string path_;
  Complaints& complaints_;
  std::vector<PetscOption> options_;
};

/// Read by PetscFinalize, so that nobody can have asked for them before.
bool is_read_at_end(std::string_view name) {
  constexpr std::array<std::string_view, 15> names{"log_view",     "log_view_memory", "log_all",       "log",
                                                   "log_summary",  "log_exclude",     "options_left",  "options_view",
                                                   "help",         "malloc_dump",     "malloc_view",   "memory_view",
                                                   "objects_dump", "mpidump",         "on_error_abort"};
  return std::ranges::find(names, name) != names.end();
}

bool is_used_here(const PetscOption& option) {
  PetscBool used = PETSC_FALSE;
  check_petsc(PetscOptionsUsed(nullptr, option.name.c_str(), &used));
  return used == PETSC_TRUE;
}

std::vector<int> used_anywhere(const Comm& comm, std::span<const PetscOption> options) {
  std::vector<int> used;
  for (const PetscOption& option : options) used.push_back(is_read_at_end(option.name) || is_used_here(option) ? 1 : 0);
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, used.data(), narrow<int>(used.size()), MPI_INT, MPI_MAX, comm.raw()));
  return used;
}

}  // namespace

std::vector<PetscOption> petsc_options(const Node& block, std::string_view path, Complaints& complaints) {
  if (block.is_absent() || block.is_null()) return {};
  Flattener flattener(path, complaints);
  if (block.kind() == Node::Kind::map)
    flattener.add_map(block, "");
  else
    complaints.add(block, path, "expected a map of PETSc options, got " + described(block));
  return std::move(flattener).options();
}

std::vector<PetscOption> petsc_options(std::span<const std::string> words) {
  std::vector<PetscOption> options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    require(is_option(words[i]) && is_name(std::string_view(words[i]).substr(1)), Fault::usage,
            "expected a PETSc option such as -ksp_monitor after '--', got '{}'", words[i]);
    PetscOption option{words[i].substr(1), "", words[i]};
    if (i + 1 < words.size() && !is_option(words[i + 1])) option.value = words[++i];
    std::erase_if(options, [&](const PetscOption& earlier) { return earlier.name == option.name; });
    options.push_back(std::move(option));
  }
  return options;
}

void set_petsc_options(std::span<const PetscOption> options) {
  for (const PetscOption& option : options) {
    const char* value = option.value.empty() ? nullptr : option.value.c_str();
    check_petsc(PetscOptionsSetValue(nullptr, ("-" + option.name).c_str(), value));
  }
}

std::vector<PetscOption> set_petsc_options(const Node& block) {
  Complaints complaints;
  std::vector<PetscOption> options = petsc_options(block, "petsc", complaints);
  complaints.raise();
  set_petsc_options(options);
  return options;
}

std::vector<PetscOption> set_petsc_options(const std::vector<std::string>& words) {
  std::vector<PetscOption> options = petsc_options(words);
  set_petsc_options(options);
  return options;
}

std::vector<PetscOption> unused_petsc_options(const Comm& comm, std::span<const PetscOption> options) {
  const std::vector<int> used = used_anywhere(comm, options);
  std::vector<PetscOption> unused;
  for (std::size_t i = 0; i < options.size(); ++i)
    if (used[i] == 0) unused.push_back(options[i]);
  return unused;
}

void refuse_unused(const Comm& comm, std::span<const PetscOption> options) {
  const std::vector<int> used = used_anywhere(comm, options);
  std::vector<std::string> known;
  for (std::size_t i = 0; i < options.size(); ++i)
    if (used[i] != 0) known.push_back(options[i].name);
  Complaints complaints;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (used[i] != 0) continue;
    const std::string near = nearest(options[i].name, known);
    complaints.add(options[i].where, "",
                   fmt::format("no PETSc object asked for the option '-{}'{}", options[i].name,
                               near.empty() ? "" : fmt::format("; the nearest that was used is '-{}'", near)));
  }
  together(comm, [&] { complaints.raise(); });
}

}  // namespace mercer
