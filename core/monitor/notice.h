#pragma once

#include <deque>
#include <string>
#include <utility>

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
  void add(Notice notice) {
    notices_.push_back(std::move(notice));
    if (notices_.size() > kMost) notices_.pop_front();
  }
  const std::deque<Notice>& notices() const { return notices_; }

 private:
  static constexpr std::size_t kMost = 200;
  std::deque<Notice> notices_;
};

}  // namespace leasescope
