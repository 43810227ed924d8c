#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/diagnosis/diagnosis.h"
#include "core/picture/picture.h"
#include "tests/support/history.h"

namespace leasescope {

/// What a monitor would have seen of writes and leases at chosen moments, judged as it would judge it. Leases
/// are renewed and sampled only when a test says so.
class WatchedCluster {
 public:
  explicit WatchedCluster(Thresholds thresholds = {}, Watched watched = Watched::Everything)
      : picture_(watched), diagnosis_(thresholds) {}

  void restore(double seconds) {
    picture_.restore(history_.listing(), at(seconds));
    listLeases(seconds);
  }
  void write(double seconds, const std::vector<History::Write>& writes) {
    picture_.apply(history_.commit(writes), at(seconds));
    pass(seconds);
  }
  /// While nobody watches: only a new list tells of it.
  void miss(const std::vector<History::Write>& writes) { history_.commit(writes); }
  /// While nobody watches, and told later.
  void missThenHear(double seconds, const std::vector<History::Write>& writes) {
    picture_.missed(history_.revision() + static_cast<Revision>(writes.size()));
    for (const History::Write& one : writes) picture_.apply(history_.commit({one}), at(seconds));
    pass(seconds);
  }
  void queueUp(double seconds, const std::string& lock, LeaseId lease) {
    write(seconds, {History::put(lock + "/" + etcd::leaseHex(lease), lease)});
  }
  void leave(double seconds, const std::string& lock, LeaseId lease) {
    write(seconds, {History::remove(lock + "/" + etcd::leaseHex(lease))});
  }

  void grant(LeaseId lease, double seconds) {
    leases_.push_back(lease);
    listLeases(seconds);
  }
  void end(LeaseId lease, double seconds) {
    std::erase(leases_, lease);
    listLeases(seconds);
  }
  /// etcd answers that so much of the TTL is left.
  void sample(LeaseId lease, double seconds, double remaining, double granted) {
    picture_.leaseSampled(lease, {.remaining = absl::Seconds(remaining),
                                  .granted = absl::Seconds(granted),
                                  .sent = at(seconds),
                                  .received = at(seconds),
                                  .raftTerm = 1});
    pass(seconds);
  }
  /// Kept alive from `from` to `to` as Go's client does, and sampled twice a second.
  void keepAlive(LeaseId lease, double from, double to, double ttl) {
    double renewed = from - kBefore;
    for (int half = 0; from + half / 2.0 <= to; ++half) {
      const double now = from + half / 2.0;
      if (now - renewed >= ttl / 3) renewed = now - kBefore;
      sample(lease, now, static_cast<double>(static_cast<int>(ttl - (now - renewed))), ttl);
    }
  }

  std::vector<Finding> look(double seconds) {
    pass(seconds);
    return diagnosis_.look(at(seconds)).findings;
  }
  /// Where what counts only when it stands has stood for long enough.
  std::vector<Finding> lookTwice(double seconds) {
    look(seconds);
    return look(seconds + absl::ToDoubleSeconds(StandingCycles::kStands));
  }
  /// "leaked-session of lease 1f", one for each.
  std::vector<std::string> found(double seconds) {
    std::vector<std::string> words;
    for (const Finding& finding : look(seconds)) {
      words.push_back(std::string(findingKindName(finding.kind)) + " of " + subjectText(finding.subject));
    }
    return words;
  }
  Observations& observations() { return diagnosis_.observations(); }
  Diagnosis& diagnosis() { return diagnosis_; }

 private:
  static constexpr double kBefore = 0.1;  // a sample sees a renewal only after it happened

  void listLeases(double seconds) {
    picture_.leasesListed(leases_, at(seconds), at(seconds));
    pass(seconds);
  }
  void pass(double seconds) { diagnosis_.observations().apply(picture_.takeChanges(), at(seconds)); }

  History history_;
  Picture picture_;
  std::vector<LeaseId> leases_;
  Diagnosis diagnosis_;
};

}  // namespace leasescope
