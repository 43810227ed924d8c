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
  return Words::tr("sessions by goroutines: %1 · leases that are renewed: %2 · difference %3")
      .arg(goroutines.complete ? sessions : Words::tr("≥ %1").arg(sessions), leases, difference);
}

/// "1 lease", "12 leases"
QString leasesText(qint64 count) {
  return count == 1 ? Words::tr("1 lease") : Words::tr("%1 leases").arg(countText(count));
}

QString sessionsText(qint64 count) {
  return count == 1 ? Words::tr("1 session") : Words::tr("%1 sessions").arg(countText(count));
}

/// `more` sessions than leases that are renewed.
QString moreSessions(qint64 more, const LeaseCounts& leases) {
  QStringList parts;
  const qint64 unsure = leases.all - leases.renewed;
  if (unsure > 0) {
    parts << Words::tr("new ones were not seen to be renewed yet (%1)").arg(leasesText(unsure));
  }
  if (more > unsure) {
    parts << Words::tr("%1 have lost their lease, or it is on another cluster")
                 .arg(sessionsText(more - unsure));
  }
  return Words::tr("More sessions than such leases: %1.").arg(parts.join(QStringLiteral("; ")));
}

QString withoutKeys(qint64 count) {
  return (count == 1 ? Words::tr("1 of the leases holds no key") : Words::tr("%1 of the leases hold no key"))
             .arg(countText(count)) +
         Words::tr("; if they become more with the requests, NewSession is not paired with Close.");
}

Insight meaning(qint64 sessions, const LeaseCounts& leases) {
  const qint64 more = sessions - leases.renewed;
  const qint64 unsure = leases.all - leases.renewed;
  if (more > 0) return {more > unsure ? Tone::Warning : Tone::Neutral, moreSessions(more, leases)};
  if (leases.all == 0) return {Tone::Good, Words::tr("No session is open, and there is no lease.")};
  if (leases.renewed == 0) {
    return {Tone::Neutral,
            Words::tr("No session is open; %1 not seen to be renewed yet.")
                .arg(unsure == 1 ? Words::tr("1 lease was") : Words::tr("%1 were").arg(leasesText(unsure)))};
  }
  const QString how =
      more == 0 ? Words::tr("As many as each other.")
                : Words::tr("%1 more than sessions: other services keep them alive.").arg(leasesText(-more));
  if (sessions == 0 || leases.keylessRenewed == 0) return {Tone::Neutral, how};
  const bool mostly = leases.keylessRenewed * 2 > leases.renewed;
  return {more == 0 && mostly ? Tone::Warning : Tone::Neutral,
          how + QLatin1Char(' ') + withoutKeys(leases.keylessRenewed)};
}

}  // namespace

LeaseCounts countLeases(const LeasesModel& leases) {
  LeaseCounts counts{.all = leases.rowCount()};
  for (int row = 0; row < leases.rowCount(); ++row) {
    const Lease& lease = *leases.lease(leases.index(row, 0));
    const bool renewed = lease.renewals > 0;
    counts.complete = counts.complete && lease.knowsAllKeys;
    counts.renewed += renewed ? 1 : 0;
    ++(lease.keys->empty() ? counts.keyless : counts.keyed);
    counts.keylessRenewed += renewed && lease.keys->empty() ? 1 : 0;
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
  const qint64 difference = std::abs(goroutines.sessions - leases->renewed);
  Insight insight = meaning(goroutines.sessions, *leases);
  insight.text =
      numbers(goroutines, countText(leases->renewed), countText(difference)) + u'\n' + insight.text;
  return insight;
}

}  // namespace leasescope::ui
