#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace leasescope {

/// Owns one file descriptor and closes it.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

  /// Takes `fd` and moves it above 2, so that a dup2() onto the standard descriptors never meets itself
  /// (a program may run with some of those closed). The result is close-on-exec.
  static UniqueFd aboveStandard(int fd) {
    if (fd < 0 || fd > STDERR_FILENO) return UniqueFd(fd);
    UniqueFd low(fd);
    return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  }

 private:
  int fd_ = -1;
};

}  // namespace leasescope
