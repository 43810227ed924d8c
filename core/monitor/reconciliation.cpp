#include "core/monitor/reconciliation.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

constexpr auto kEventsComeWithin = std::chrono::seconds(3);

}  // namespace

void Reconciliation::begin(const Picture& picture, bool asked) {
  end();
  underWay_ = true;
  asked_ = asked;
  epoch_ = picture.epoch();
  revision_ = picture.revision();
}

void Reconciliation::end() {
  underWay_ = false;
  deleted_.clear();
  candidate_.reset();
}

void Reconciliation::deleted(const std::string& key, Revision revision) {
  if (underWay_) deleted_[key] = revision;
}

void Reconciliation::listed(Listing listing, SteadyTime now) {
  // The picture was listed anew between the question and begin(), which had to wait for that.
  if (listing.revision < revision_) return end();
  candidate_ = {.listing = std::move(listing), .since = now};
}

bool Reconciliation::failed() {
  end();
  return asked_;
}

void Reconciliation::resumed(SteadyTime now) {
  if (candidate_) candidate_->since = now;
}

std::optional<Reconciliation::Outcome> Reconciliation::compareWhenReady(const Picture& picture, Revision seen,
                                                                        SteadyTime lastEvent,
                                                                        SteadyTime now) {
  if (!candidate_) return std::nullopt;
  std::optional<Outcome> outcome;
  if (epoch_ == picture.epoch()) {
    const bool quiet = now - std::max(candidate_->since, lastEvent) >= kEventsComeWithin;
    if (seen < candidate_->listing.revision && !quiet) return std::nullopt;
    outcome = compare(picture);
  }
  end();
  return outcome;
}

Reconciliation::Outcome Reconciliation::compare(const Picture& picture) const {
  const Listing& listing = candidate_->listing;
  Outcome outcome{.keys = listing.keys.size(), .revision = listing.revision, .asked = asked_};
  const auto differs = [&](const std::string& key, std::string_view how) {
    if (outcome.differences++ == 0) outcome.example = fmt::format("{} {}", printableKey(key), how);
  };
  std::size_t common = 0;
  for (const ListedKey& listed : listing.keys) {
    const auto known = picture.keys().find(listed.key);
    if (known == picture.keys().end()) {
      const auto gone = deleted_.find(listed.key);
      if (gone == deleted_.end() || gone->second <= listing.revision) differs(listed.key, "was missing");
      continue;
    }
    ++common;
    if (known->second.modRevision < listed.modRevision) differs(listed.key, "had changed");
  }
  // Only a key that the list lacks can be too much, and it is old: later ones came after the list.
  if (common < picture.keys().size()) {
    absl::flat_hash_set<std::string_view> there;
    for (const ListedKey& listed : listing.keys) there.insert(listed.key);
    for (const auto& [key, record] : picture.keys()) {
      if (record.modRevision <= listing.revision && !there.contains(key)) differs(key, "was there no more");
    }
  }
  return outcome;
}

}  // namespace leasescope
