#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/monitor/monitor.h"
#include "core/monitor/notice.h"

namespace leasescope {

/// What is known of a cluster beside its keys: what the members say of themselves, and what was found out
/// about them. What is new goes into the log, too. Single-threaded.
class ClusterReport {
 public:
  explicit ClusterReport(NoticeLog& log) : log_(log) {}

  void surveyed(std::shared_ptr<const ClusterView> members);
  /// None: the members agree about the leases.
  void leasesCompared(std::vector<LeaseDifference> differences);
  /// All leases could be listed (OK), or why not.
  void leasesListed(const absl::Status& status);
  /// Stays for as long as the monitor lives.
  void restored(const HistoryBreak& one);

  bool changed() const { return changed_; }
  /// All of it; null before the first survey.
  std::shared_ptr<const ClusterView> take();

 private:
  void noteLeader(const ClusterView& members);

  NoticeLog& log_;
  std::shared_ptr<const ClusterView> members_;
  std::vector<LeaseDifference> differences_;
  std::string leasesProblem_;
  std::optional<HistoryBreak> restored_;
  std::shared_ptr<const ClusterView> whole_;
  bool changed_ = false;
};

}  // namespace leasescope
