#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace leasescope {

/// Makes lines of a stream of bytes.
class LineSplitter {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  explicit LineSplitter(const std::function<void(std::string_view)>& onLine) : onLine_(onLine) {}

  void feed(std::string_view bytes) {
    for (std::size_t end; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
      begun_.append(bytes.substr(0, end));
      emit();
    }
    begun_.append(bytes);
    if (begun_.size() >= kLongestLine) emit();
  }

  /// The last line may lack its end.
  void finish() {
    if (!begun_.empty()) emit();
  }

 private:
  void emit() {
    if (onLine_) onLine_(begun_);
    begun_.clear();
  }

  const std::function<void(std::string_view)>& onLine_;
  std::string begun_;
};

}  // namespace leasescope
