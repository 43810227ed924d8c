// What the loop asks for beside its watch, each at its own pace: members, leases, access, all keys.
#include <algorithm>
#include <utility>

#include "core/monitor/cluster_survey.h"
#include "core/monitor/key_lister.h"
#include "core/monitor/loop.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

using namespace std::chrono_literals;

constexpr auto kLeasesEvery = 1s;
constexpr auto kClusterEvery = 5s;
// Long enough for a member that lags behind, short enough for a check of some seconds.
constexpr absl::Duration kSecondLookAfter = absl::Seconds(5);
// The list of leases may take this part of the server's time at most.
constexpr int kRestPerWork = 20;
constexpr std::int64_t kReconcilingPage = 1'000;
constexpr absl::Duration kBetweenPages = absl::Milliseconds(50);

}  // namespace

/// From the beginning on: members tell why nothing is live.
void Monitor::Loop::askForMembers() {
  askers_.push_back(std::make_unique<Recurring>("ask-members", [this] {
    auto view = std::make_shared<const ClusterView>(surveyCluster(*client_));
    post([this, view = std::move(view)] { report_.surveyed(view); });
    return kClusterEvery;
  }));
}

void Monitor::Loop::startAsking() {
  leasesAsked_ = true;
  leaseAsker_ =
      std::make_unique<Recurring>("ask-leases", [this, before = SteadyTime::duration::max()]() mutable {
        const Moment asked = Moment::now();
        absl::StatusOr<std::vector<LeaseId>> ids = client_->leases();
        const SteadyTime::duration took = Moment::now().steady - asked.steady;
        // A server that stood still once is not slow.
        const SteadyTime::duration work = std::min(took, std::exchange(before, took));
        post([this, ids = std::move(ids), asked] { onLeases(ids, asked); });
        return std::max<SteadyTime::duration>(kLeasesEvery, work * kRestPerWork);
      });
  askers_.push_back(std::make_unique<Recurring>("ask-access", [this] {
    const absl::Status access = askForAccess();
    post([this, access] { onAccess(access); });
    return kClusterEvery;
  }));
  askers_.push_back(std::make_unique<Recurring>(
      "ask-list", [this] { return askForList(); }, absl::ToChronoMilliseconds(options_.reconcileEvery)));
  if (client_->endpoints().size() < 2) return;
  leaseComparer_ = std::make_unique<Recurring>("compare-leases", [this] {
    std::vector<LeaseDifference> differences = leaseSurvey_.ask(*client_);
    post([this, differences = std::move(differences)]() mutable {
      report_.leasesCompared(std::move(differences));
    });
    const absl::Duration rest = leaseSurvey_.wantsSecondLook()
                                    ? std::min(kSecondLookAfter, options_.compareEvery)
                                    : options_.compareEvery;
    return absl::ToChronoMilliseconds(rest);
  });
}

/// A watch that is open stays open when its user loses the right to it: whether he may still see is asked for
/// beside it.
absl::Status Monitor::Loop::askForAccess() const {
  for (const etcd::KeyRange& range : position_.ranges()) {
    const auto first = client_->range({.range = range, .limit = 1, .keysOnly = true});
    if (!first.ok()) return first.status();
  }
  return absl::OkStatus();
}

/// On the asker's thread: lists everything slowly, beside the watch.
SteadyTime::duration Monitor::Loop::askForList() {
  post([this] { reconciliation_.begin(picture_, std::exchange(comparisonAsked_, false)); });
  absl::StatusOr<Listing> listing = listKeys(
      *client_, position_.ranges(), {.pageSize = kReconcilingPage, .rest = kBetweenPages, .values = false});
  post([this, listing = std::move(listing)]() mutable {
    if (listing.ok()) {
      reconciliation_.listed(*std::move(listing), Moment::now().steady);
    } else if (reconciliation_.failed()) {
      notices_.add(Notice::Severity::Warning,
                   fmt::format("not listed again: {}", std::string(listing.status().message())));
    }
  });
  return absl::ToChronoMilliseconds(options_.reconcileEvery);
}

void Monitor::Loop::reconcileWhenReady() {
  if (health_.state != Health::State::Live) return;
  const auto outcome =
      reconciliation_.compareWhenReady(picture_, position_.seen(), lastBatch_, Moment::now().steady);
  if (!outcome) return;
  if (outcome->differences > 0) {
    notices_.add(
        Notice::Severity::Bad,
        fmt::format("{} keys differed from a list at the same revision, {} for example: events were lost; "
                    "mended by listing anew",
                    outcome->differences, outcome->example));
    need_ = Need::List;
    retryAtOnce();
  } else if (outcome->asked) {
    notices_.add(Notice::Severity::Info,
                 fmt::format("listed again: all {} keys are as at revision {} of the cluster", outcome->keys,
                             outcome->revision));
  }
}

void Monitor::Loop::onLeases(const absl::StatusOr<std::vector<LeaseId>>& ids, const Moment& asked) {
  report_.leasesListed(ids.status());
  if (!ids.ok()) return;
  pulse_.heard(Moment::now());
  picture_.leasesListed(*ids, asked, Moment::now());
}

}  // namespace leasescope
