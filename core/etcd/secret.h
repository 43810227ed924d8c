#pragma once

#include <memory>
#include <string>

namespace leasescope::etcd {

/// Overwrites the characters, then empties the string.
void wipe(std::string& text);

/// A password: one copy in memory, shared by those who hold it and overwritten when the last one lets go. It
/// can't be printed. What libraries make of it (a message on its way) is not covered. Thread-safe as a
/// shared_ptr is.
class Secret {
 public:
  Secret() = default;
  // NOLINTBEGIN(google-explicit-constructor): passwords come as text
  Secret(std::string text);
  Secret(const char* text) : Secret(std::string(text)) {}
  // NOLINTEND(google-explicit-constructor)

  bool empty() const { return !text_ || text_->empty(); }
  /// For the one who sends it.
  const std::string& reveal() const;

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace leasescope::etcd
