#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/picture/moment.h"

namespace leasescope {

/// Something about the connection or the cluster that an operator should know afterwards, too.
struct Notice {
  enum class Severity { Info, Warning, Bad };
  Moment at;
  Severity severity = Severity::Info;
  std::string text;  // one line
};

/// The newest notices, oldest first; bounded. Single-threaded.
class NoticeLog {
 public:
  void add(Notice::Severity severity, std::string text) {
    notices_.push_back({.at = Moment::now(), .severity = severity, .text = std::move(text)});
    if (notices_.size() > kMost) notices_.pop_front();
    changed_ = true;
  }
  bool changed() const { return changed_; }
  /// All of them when there are new ones since the last time; otherwise null.
  std::shared_ptr<const std::vector<Notice>> takeIfChanged() {
    if (!std::exchange(changed_, false)) return nullptr;
    return std::make_shared<const std::vector<Notice>>(notices_.begin(), notices_.end());
  }

 private:
  static constexpr std::size_t kMost = 200;
  std::deque<Notice> notices_;
  bool changed_ = false;
};

}  // namespace leasescope
