#include "ui/models/subjects.h"

#include <algorithm>

#include <QByteArray>

#include "core/etcd/lease_id.h"
#include "ui/models/states.h"

namespace leasescope::ui {
namespace {

bool isAscii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Letters beyond ASCII are only folded when somebody looks for one.
bool contains(const std::string& text, const std::string& lower) {
  if (!isAscii(lower)) {
    return QString::fromStdString(text).contains(QString::fromStdString(lower), Qt::CaseInsensitive);
  }
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [](char a, char b) { return lowerAscii(a) == b; }) != text.end();
}

std::optional<double> secondsOf(const std::optional<absl::Duration>& duration) {
  if (!duration) return std::nullopt;
  return absl::ToDoubleSeconds(*duration);
}

/// Of what all leases have; nullopt for other fields.
std::optional<double> leaseValue(const Lease& lease, FilterField field, const Moment& now) {
  switch (field) {
    case FilterField::Ttl:
      return secondsOf(lease.remaining(now));
    case FilterField::Granted:
      return secondsOf(lease.granted);
    case FilterField::Renewals:
      return static_cast<double>(lease.renewals);
    case FilterField::Keys:
      return static_cast<double>(lease.keys->size());
    default:
      return std::nullopt;
  }
}

bool identityMentions(const Lease& lease, const std::string& lower) {
  const HolderIdentity* who = lease.identity.get();
  return who != nullptr && (contains(who->service, lower) || contains(who->host, lower));
}

}  // namespace

const Lease* LockSubject::holderLease() const {
  const Contender* holder = lock_.holder();
  return holder != nullptr ? book_.find(holder->lease) : nullptr;
}

bool LockSubject::mentions(const std::string& lower) const {
  if (contains(lock_.name, lower)) return true;
  return std::ranges::any_of(lock_.queue, [&](const auto& contender) {
    if (!contender->hasLease()) return false;
    if (contains(etcd::leaseHex(contender->lease), lower)) return true;
    const Lease* lease = book_.find(contender->lease);
    return lease != nullptr && identityMentions(*lease, lower);
  });
}

std::optional<double> LockSubject::value(FilterField field) const {
  if (field == FilterField::Waiters) return static_cast<double>(lock_.waiterCount());
  if (lock_.holder() == nullptr) return std::nullopt;
  if (field == FilterField::Held) return absl::ToDoubleSeconds(now_ - lock_.heldSince.moment);
  const Lease* lease = holderLease();
  return lease != nullptr ? leaseValue(*lease, field, now_) : std::nullopt;
}

bool LockSubject::hasState(const QString& word) const {
  if (word == u"election") return lock_.kind == Lock::Kind::Election;  // also when the tag says "expiring"
  return stateWord(state_) == word;
}

bool LockSubject::hasKind(const QString& word) const {
  switch (lock_.kind) {
    case Lock::Kind::Mutex:
      return word == u"mutex";
    case Lock::Kind::Election:
      return word == u"election";
    case Lock::Kind::Unknown:
      return word == u"unknown";
  }
  return false;
}

bool LeaseSubject::mentions(const std::string& lower) const {
  if (contains(etcd::leaseHex(lease_.id), lower) || identityMentions(lease_, lower)) return true;
  return std::ranges::any_of(*lease_.keys, [&](const std::string& key) { return contains(key, lower); });
}

std::optional<double> LeaseSubject::value(FilterField field) const { return leaseValue(lease_, field, now_); }

bool LeaseSubject::hasState(const QString& word) const {
  return word == u"no keys" ? lease_.keyless() : stateWord(lease_.state(now_)) == word;
}

bool LeaseSubject::hasKind(const QString&) const { return false; }

bool FindingFilterSubject::mentions(const std::string& lower) const {
  return contains(finding_.summary, lower) || contains(subjectText(finding_.subject), lower) ||
         contains(std::string(findingKindName(finding_.kind)), lower) ||
         (finding_.subject.lease != etcd::kNoLease &&
          contains(etcd::leaseHex(finding_.subject.lease), lower));
}

bool FindingFilterSubject::hasState(const QString& word) const {
  return QString::fromUtf8(severityName(finding_.severity)) == word;
}

bool FindingFilterSubject::hasKind(const QString& word) const {
  return QString::fromUtf8(findingKindName(finding_.kind)).replace(u'-', u' ') == word;
}

}  // namespace leasescope::ui
