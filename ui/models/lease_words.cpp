#include "ui/models/lease_words.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/models/states.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::LeaseWords)
};

constexpr int kMostWhoChars = 60;

}  // namespace

QString ttlWords(const Lease* lease, const Moment& now) {
  if (lease == nullptr || !lease->granted) return Words::tr("not sampled yet");
  const std::optional<absl::Duration> remaining = lease->remaining(now);
  return remaining ? ttlText(*remaining, *lease->granted) : Words::tr("unknown");
}

QVariant ttlFraction(const Lease* lease, const Moment& now) {
  if (lease == nullptr || !lease->granted) return {};
  const std::optional<absl::Duration> remaining = lease->remaining(now);
  if (!remaining || *lease->granted <= absl::ZeroDuration()) return {};
  return std::clamp(absl::FDivDuration(*remaining, *lease->granted), 0.0, 1.0);
}

bool saysWho(const Lease* lease) { return leasescope::saysWho(identityOf(lease)); }

QString withWho(const QString& session, const Lease* lease) { return withWho(session, identityOf(lease)); }

QString withWho(const QString& session, const HolderIdentity* who) {
  return leasescope::saysWho(who) ? Words::tr("%1 (%2)").arg(session, whoText(who)) : session;
}

QString whoText(const Lease* lease) { return whoText(identityOf(lease)); }

QString whoText(const HolderIdentity* who) {
  if (who == nullptr || (who->service.empty() && who->host.empty())) {
    return QString::fromStdString(identityText(who));
  }
  QString service = keyText(who->service, kMostWhoChars);
  if (who->host.empty()) return service;
  return QStringLiteral("%1@%2").arg(service, keyText(who->host, kMostWhoChars));
}

QString whoWords(const Lease* lease) { return QString::fromStdString(identityText(identityOf(lease))); }

Tone ttlTone(const Lease* lease, const Moment& now) {
  return stateTone(lease != nullptr ? lease->state(now) : LeaseState::Unknown);
}

}  // namespace leasescope::ui
