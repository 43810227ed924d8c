#include "ui/models/finding_words.h"

#include <QCoreApplication>

#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::FindingWords)
};

constexpr std::size_t kMostListed = 4;
constexpr int kMostChars = 160;

struct ValueText {
  QString operator()(std::int64_t value) const { return countText(value); }
  QString operator()(double value) const { return QString::number(value, 'f', 1); }
  QString operator()(absl::Duration value) const { return durationText(value); }
  QString operator()(absl::Time value) const { return clockText(value); }
  QString operator()(const std::string& value) const { return keyText(value, kMostChars); }
  QString operator()(const std::vector<std::string>& value) const {
    QStringList names;
    for (const std::string& one : value) {
      if (static_cast<std::size_t>(names.size()) == kMostListed) break;
      names << keyText(one, kMostChars);
    }
    const auto more = static_cast<qint64>(value.size()) - names.size();
    if (more > 0) names << Words::tr("and %1 more").arg(countText(more));
    return names.join(u'\n');
  }
};

}  // namespace

QString kindTitle(FindingKind kind) {
  switch (kind) {
    case FindingKind::Cluster:
      return Words::tr("Cluster");
    case FindingKind::Deadlock:
      return Words::tr("Deadlock");
    case FindingKind::ExpiryStorm:
      return Words::tr("Expiry storm");
    case FindingKind::FalseOwnerRisk:
      return Words::tr("False owner");
    case FindingKind::GhostLease:
      return Words::tr("Ghost lease");
    case FindingKind::LeakedLock:
      return Words::tr("Leaked lock");
    case FindingKind::LeakedSession:
      return Words::tr("Leaked session");
    case FindingKind::LeaseMismatch:
      return Words::tr("Lease mismatch");
    case FindingKind::MissedRenewals:
      return Words::tr("Missed renewals");
    case FindingKind::OrphanedContender:
      return Words::tr("Orphaned key");
    case FindingKind::OverdueLease:
      return Words::tr("Overdue lease");
    case FindingKind::SessionGrowth:
      return Words::tr("Session growth");
    case FindingKind::SharedLease:
      return Words::tr("Shared lease");
    case FindingKind::StuckQueue:
      return Words::tr("Stuck queue");
  }
  return {};
}

QString kindMeaning(FindingKind kind) {
  switch (kind) {
    case FindingKind::Cluster:
      return Words::tr("etcd itself has a problem.");
    case FindingKind::Deadlock:
      return Words::tr("Sessions wait for each other in a circle.");
    case FindingKind::ExpiryStorm:
      return Words::tr("Very many leases end within the same second.");
    case FindingKind::FalseOwnerRisk:
      return Words::tr("A waiter lost its place, and an old client may not notice.");
    case FindingKind::GhostLease:
      return Words::tr("A member lists leases that the leader does not know.");
    case FindingKind::LeakedLock:
      return Words::tr("A lock is held far beyond its habit, and still renewed.");
    case FindingKind::LeakedSession:
      return Words::tr("A lease is renewed again and again and holds no key.");
    case FindingKind::LeaseMismatch:
      return Words::tr("A lock key belongs to another lease than its name says.");
    case FindingKind::MissedRenewals:
      return Words::tr("A holder is about to lose its lock.");
    case FindingKind::OrphanedContender:
      return Words::tr("A key without a lease sits in a lock's queue and never ends.");
    case FindingKind::OverdueLease:
      return Words::tr("The TTL is over, and the keys are still there.");
    case FindingKind::SessionGrowth:
      return Words::tr("Sessions become more and more while locks in use do not.");
    case FindingKind::SharedLease:
      return Words::tr("One lease carries many locks.");
    case FindingKind::StuckQueue:
      return Words::tr("Waiters pile up, and nobody gets the lock.");
  }
  return {};
}

QString severityWord(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::Info:
      return Words::tr("info");
    case FindingSeverity::Warning:
      return Words::tr("warning");
    case FindingSeverity::Critical:
      return Words::tr("critical");
  }
  return {};
}

Tone severityTone(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::Info:
      return Tone::Neutral;
    case FindingSeverity::Warning:
      return Tone::Warning;
    case FindingSeverity::Critical:
      return Tone::Bad;
  }
  return Tone::Neutral;
}

QString confidenceWord(Confidence confidence) {
  return confidence == Confidence::Proven ? Words::tr("proven") : Words::tr("suspected");
}

QString unjudgedWords(const Verdict::Unjudged& unjudged, absl::Duration after) {
  QStringList parts;
  if (unjudged.unlisted) parts << Words::tr("leases without keys are not listed: leaks are not seen");
  const auto leases = static_cast<qint64>(unjudged.leases());
  if (leases == 1) parts << Words::tr("1 lease without a key is not judged yet");
  if (leases > 1) parts << Words::tr("%1 leases without keys are not judged yet").arg(countText(leases));
  const auto locks = static_cast<qint64>(unjudged.locks);
  if (locks == 1) parts << Words::tr("1 queue is not judged yet");
  if (locks > 1) parts << Words::tr("%1 queues are not judged yet").arg(countText(locks));
  if (unjudged.members == 1) parts << Words::tr("1 member does not answer");
  if (unjudged.members > 1) {
    parts << Words::tr("%1 members do not answer").arg(countText(static_cast<qint64>(unjudged.members)));
  }
  if ((unjudged.tooShort > 0 || locks > 0) && after > absl::ZeroDuration()) {
    parts << Words::tr("it takes %1 to tell").arg(durationText(after));
  }
  return parts.join(QStringLiteral(", "));
}

QString curveTitle(Curve::Of of) {
  switch (of) {
    case Curve::Of::KeylessSessions:
      return Words::tr("Sessions without a key");
    case Curve::Of::Contenders:
      return Words::tr("Lock keys");
    case Curve::Of::Waiters:
      return Words::tr("Waiters");
    case Curve::Of::Endings:
      return Words::tr("Leases that end, by the second");
    case Curve::Of::Ghosts:
      return Words::tr("Leases that the leader does not know");
    case Curve::Of::MembersWithLeader:
      return Words::tr("Members that know a leader");
    case Curve::Of::DatabaseMiB:
      return Words::tr("Largest database, MiB");
  }
  return {};
}

QString curveCaption(const Curve& curve) {
  const QString start = clockText(curve.points.front().at.wall);
  if (curve.of == Curve::Of::Waiters) {
    return Words::tr("● Since %1; nobody got the lock from then on.").arg(start);
  }
  if (curve.of == Curve::Of::Endings) {
    return Words::tr("From %1 to %2; only leases that were not renewed in the first half of their TTL.")
        .arg(start, clockText(curve.points.back().at.wall));
  }
  QString seen = Words::tr("● Counted from %1 on, over %2.")
                     .arg(start, durationText(curve.points.back().at - curve.points.front().at));
  if (!curve.slope) return seen;
  return Words::tr("%1 Dashed: %2 more a minute.")
      .arg(seen, QString::number(curve.slope->perSecond * 60, 'f', 1));
}

std::vector<std::pair<QString, QString>> evidenceFacts(const Finding& finding) {
  std::vector<std::pair<QString, QString>> facts;
  for (const Evidence& one : finding.evidence) {
    QString name = QString::fromStdString(one.name);
    name.replace(u'_', u' ');
    const QString value = std::visit(ValueText(), one.value);
    facts.emplace_back(name, one.atLeast ? QStringLiteral("≥ ") + value : value);
  }
  return facts;
}

}  // namespace leasescope::ui
