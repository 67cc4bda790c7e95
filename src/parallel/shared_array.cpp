// Memory without a name in any file system, which one rank makes and the others find among its open files. A window of
// MPI would need room in /dev/shm, of which containers have 64 MB, and its failure on one rank leaves the others
// waiting.
#include <mercer/parallel/shared_array.hpp>

#include <array>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mercer {
namespace {

struct FileTraits {
  using type = int;
  static constexpr bool collective = false;
  static type empty() noexcept { return -1; }
  static void close(type& file) noexcept { ::close(file); }
};
using File = Handle<FileTraits>;

/// Where the memory is found, and which it is.
using Address = std::array<Index, 4>;

Address address_of(const File& file, Index process, Index number) {
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return {};
  return {process, number, static_cast<Index>(status.st_dev), static_cast<Index>(status.st_ino)};
}

File make_file(std::size_t bytes) {
  const auto machine = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE));
  if (bytes == 0 || bytes > machine) return {};  // pages are taken when they are written, which then would be too late
  File file(::memfd_create("mercer", MFD_CLOEXEC));
  if (file && ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) file.reset();
  return file;
}

File open_file(const Address& address) {
  File file(::open(fmt::format("/proc/{}/fd/{}", address[0], address[1]).c_str(), O_RDWR | O_CLOEXEC));
  if (address_of(file, address[0], address[1]) != address) file.reset();  // that of a process in another container
  return file;
}

SharedMemory mapped(const File& file, std::size_t bytes) {
  if (!file) return {};
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  return {memory == MAP_FAILED ? nullptr : memory, Unmap{bytes}};
}

}  // namespace

void Unmap::operator()(void* memory) const noexcept { ::munmap(memory, bytes); }

Comm machine_of(const Comm& comm) {
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(comm.raw(), MPI_COMM_TYPE_SHARED, comm.rank(), MPI_INFO_NULL, &part));
  Comm machine(part);
  check_mpi(MPI_Comm_free(&part));
  return machine;
}

SharedMemory share_memory(const Comm& machine, std::size_t bytes) {
  File file;
  Address address{};
  if (machine.is_root()) {
    file = make_file(bytes);
    address = address_of(file, ::getpid(), file.get());
  }
  check_mpi(MPI_Bcast(address.data(), 4, MPI_INT64_T, 0, machine.raw()));
  if (address == Address{}) return {};
  if (!machine.is_root()) file = open_file(address);
  SharedMemory memory = mapped(file, bytes);
  if (!all(machine, memory != nullptr)) memory.reset();  // the file stays open until then
  return memory;
}

}  // namespace mercer
