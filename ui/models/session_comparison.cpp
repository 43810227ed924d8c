#include "ui/models/session_comparison.h"

#include <cstdlib>

#include <QCoreApplication>
#include <QStringList>

#include "ui/models/format.h"
#include "ui/models/leases_model.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::SessionComparison)
};

QString numbers(const SessionCount& goroutines, const QString& leases, const QString& difference) {
  const QString sessions = countText(goroutines.sessions);
  return Words::tr("sessions by goroutines: %1 · leases without keys that are renewed: %2 · difference %3")
      .arg(goroutines.complete ? sessions : Words::tr("≥ %1").arg(sessions), leases, difference);
}

/// "1 lease", "12 leases"
QString leasesText(qint64 count) {
  return count == 1 ? Words::tr("1 lease") : Words::tr("%1 leases").arg(countText(count));
}

QString sessionsText(qint64 count) {
  return count == 1 ? Words::tr("1 session") : Words::tr("%1 sessions").arg(countText(count));
}

/// `more` sessions than leases without keys that are renewed.
QString moreSessions(qint64 more, const LeaseCounts& leases) {
  QStringList parts;
  if (leases.keyed > 0) {
    parts << Words::tr("sessions that hold or wait for a lock have a key (%1)").arg(leasesText(leases.keyed));
  }
  if (leases.keylessUnsure > 0 && more > leases.keyed) {
    parts << Words::tr("new ones were not seen to be renewed yet (%1)").arg(leasesText(leases.keylessUnsure));
  }
  const qint64 lost = more - leases.keyed - leases.keylessUnsure;
  if (lost > 0)
    parts << Words::tr("%1 have lost their lease, or it is on another cluster").arg(sessionsText(lost));
  return Words::tr("More sessions than such leases: %1.").arg(parts.join(QStringLiteral("; ")));
}

Insight meaning(qint64 sessions, const LeaseCounts& leases) {
  const qint64 more = sessions - leases.keylessRenewed;
  if (more < 0) {
    return {Tone::Neutral,
            Words::tr("%1 more than sessions: other services keep them alive.").arg(leasesText(-more))};
  }
  if (more > 0) {
    const bool lost = more > leases.keyed + leases.keylessUnsure;
    return {lost ? Tone::Warning : Tone::Neutral, moreSessions(more, leases)};
  }
  if (sessions == 0)
    return {Tone::Good, Words::tr("No session is open and no lease is idle: nothing leaks.")};
  return {Tone::Warning,
          Words::tr("As many as each other: each session is open without a lock. If they grow with the "
                    "requests, NewSession is not paired with Close.")};
}

}  // namespace

LeaseCounts countLeases(const LeasesModel& leases) {
  LeaseCounts counts{.all = leases.rowCount()};
  const auto sum = [&](const Lease& lease) -> qint64& {
    if (!lease.keys->empty()) return counts.keyed;
    return lease.renewals > 0 ? counts.keylessRenewed : counts.keylessUnsure;
  };
  for (int row = 0; row < leases.rowCount(); ++row) {
    const Lease& lease = *leases.lease(leases.index(row, 0));
    counts.complete = counts.complete && lease.knowsAllKeys;
    ++sum(lease);
  }
  return counts;
}

Insight compareSessions(const SessionCount& goroutines, const std::optional<LeaseCounts>& leases) {
  if (!leases) {
    const QString unknown = QStringLiteral("—");
    return {Tone::Neutral,
            numbers(goroutines, unknown, unknown) + u'\n' +
                Words::tr("The leases are not known just now: connect to the cluster that these services "
                          "use, without prefixes, and resume the view.")};
  }
  const qint64 difference = std::abs(goroutines.sessions - leases->keylessRenewed);
  Insight insight = meaning(goroutines.sessions, *leases);
  insight.text =
      numbers(goroutines, countText(leases->keylessRenewed), countText(difference)) + u'\n' + insight.text;
  return insight;
}

}  // namespace leasescope::ui
